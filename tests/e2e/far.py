"""PostgreSQL behind a proxy that a test may slow down, cut or make deaf."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

from bot.demo.servers.proxy import TcpProxy


@asynccontextmanager
async def through_a_proxy(url: str) -> AsyncIterator[tuple[TcpProxy, str]]:
    """The proxy, and the URL that goes through it."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    async with TcpProxy.started(parts.hostname, parts.port) as proxy:
        user = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@"
        yield proxy, urlunsplit(parts._replace(netloc=f"{user}{proxy.host}:{proxy.port}"))
