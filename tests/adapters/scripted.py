"""A server that says what a test tells it to: for what no real server can be made to do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


class Peer:
    """The client, as the script sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer
        self.lines: list[str] = []

    async def line(self) -> str:
        """The next line; empty at the end of the connection."""
        line = (await self.reader.readline()).decode("utf-8", "replace").rstrip("\r\n")
        self.lines.append(line)
        return line

    async def send(self, *lines: str) -> None:
        await self.send_bytes("".join(f"{line}\r\n" for line in lines).encode())

    async def send_bytes(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def drop(self) -> None:
        """Break the connection."""
        self._writer.transport.abort()

    async def until_gone(self) -> None:
        """Say nothing more until the client hangs up."""
        while await self.reader.read(65536):
            pass


@dataclass(slots=True)
class ScriptedServer:
    port: int
    peers: list[Peer] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """What clients said, in order."""
        return [line for peer in self.peers for line in peer.lines]


@asynccontextmanager
async def scripted(script: Callable[[Peer], Awaitable[None]]) -> AsyncIterator[ScriptedServer]:
    """Runs `script` for each connection; a failure in it fails the test at the end."""
    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        peer = Peer(reader, writer)
        state.peers.append(peer)
        try:
            await script(peer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001 - told at the end
            state.failures.append(error)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            handlers.discard(task)

    server = await asyncio.start_server(handle, "127.0.0.1", 0, limit=1 << 20)
    state = ScriptedServer(port=server.sockets[0].getsockname()[1])
    try:
        yield state
    finally:
        server.close()
        for peer in state.peers:
            peer.drop()
        for task in handlers:
            task.cancel()
        if handlers:
            await asyncio.wait(handlers)
        await server.wait_closed()
    if state.failures:
        raise AssertionError("the script failed") from state.failures[0]
