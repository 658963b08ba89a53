"""The proxy that plays outages breaks what it says it breaks, and leaves nothing open."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import ExitStack, suppress

import pytest

from bot.demo.servers.proxy import TcpProxy
from bot.demo.servers.smtp_sink import SmtpSink


@pytest.mark.parametrize("turns", range(8))
async def test_whoever_comes_in_while_it_begins_to_refuse_is_put_out_too(smtp_sink: SmtpSink, turns: int) -> None:
    """However far the event loop is with letting them in."""
    async with TcpProxy.started(smtp_sink.host, smtp_sink.port) as proxy:
        with ExitStack() as stack:
            comers = [stack.enter_context(socket.create_connection((proxy.host, proxy.port))) for _ in range(3)]
            for _ in range(turns):
                await asyncio.sleep(0)
            await proxy.refuse()
            # What the loop lost sight of is told of when it is found as garbage, and fails this test.
            gc.collect()
            assert proxy.open_connections == 0
            for comer in comers:
                comer.settimeout(10)
                with suppress(ConnectionResetError):
                    while await asyncio.to_thread(comer.recv, 100):
                        pass
