"""A connection in the middle: it counts commands, hides capabilities, adds distance, and breaks where it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_COMMAND = re.compile(rb"^[A-P]+\d+ (?:UID )?([A-Z]+)", re.MULTILINE)


class Proxy:
    """Hands on both ways. The attributes may be changed while it runs."""

    def __init__(self, target: int, *, hide: tuple[str, ...], delay: float) -> None:
        self._target = target
        self._hide = tuple((f" {word}".encode(), b" X" + word[1:].encode()) for word in hide)
        self._delay = delay
        self._pairs: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.commands: list[str] = []
        self.connections = 0
        self.break_after_command: str = ""
        """Break every connection as soon as the server has answered this command, before the client hears it."""
        self.is_deaf = False
        """Nothing is handed on any more, and nothing is closed."""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._pairs.add(task)
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, server_writer}
        try:
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._pump(reader, server_writer, is_client=True))
                pumps.create_task(self._pump(server_reader, writer, is_client=False))
        except* (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, server_writer):
                end.transport.abort()
                self._writers.discard(end)
            self._pairs.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_client: bool) -> None:
        last = ""
        while data := await reader.read(1 << 16):
            if is_client:
                found = [name.decode() for name in _COMMAND.findall(data)]
                self.commands += found
                last = found[-1] if found else last
            else:
                for word, other in self._hide:
                    data = data.replace(word, other)
                if self.break_after_command and self.commands[-1:] == [self.break_after_command] and b" OK " in data:
                    self.break_after_command = ""
                    self.cut()
                    return
            if self._delay:
                await asyncio.sleep(self._delay)
            if self.is_deaf:
                continue
            writer.write(data)
            await writer.drain()
        writer.close()

    def cut(self) -> None:
        """Break every connection at once."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def stop(self) -> None:
        for task in self._pairs:
            task.cancel()
        if self._pairs:
            await asyncio.wait(self._pairs)


@asynccontextmanager
async def proxied(port: int, *, hide: tuple[str, ...] = (), delay: float = 0.0) -> AsyncIterator[Proxy]:
    """A proxy to that port of loopback.

    Args:
        hide: capabilities that the client shall not see.
        delay: seconds that each chunk takes, each way.
    """
    proxy = Proxy(port, hide=hide, delay=delay)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        with contextlib.suppress(ConnectionError):
            await proxy.stop()
        await server.wait_closed()
