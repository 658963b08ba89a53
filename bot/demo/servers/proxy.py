"""A TCP proxy that is slow, cuts, refuses or goes deaf on demand: outages of a server that itself keeps running."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

from bot.demo.servers.process import LOOPBACK, free_port

_CHUNK = 64 * 1024
# A bounded queue makes a fast sender wait for a slow receiver, as a real connection does.
_CHUNKS_UNDER_WAY = 256
_TURNS_TO_SERVE = 4
"""Of the event loop, from the accepted socket on: its transport, its protocol, the task of `_serve`, its first step."""


class TcpProxy:
    """Passes bytes on between `port` and a server; use `TcpProxy.started`.

    `latency` is the delay in seconds in each direction, and may change while it runs; bandwidth is not limited.
    """

    def __init__(self, target_host: str, target_port: int, *, latency: float) -> None:
        self.host = LOOPBACK
        self.port = free_port()
        self.latency = latency
        self.breaks: Callable[[bytes], bool] | None = None
        """Asked of each chunk that the server sends: whether the connection breaks instead of passing it on."""
        self.round_trips = 0
        """How often a client spoke after it had been answered, or for the first time: each is a way there and back."""
        self.connections = 0
        """How many were made so far."""
        self._target = (target_host, target_port)
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    @classmethod
    @asynccontextmanager
    async def started(cls, target_host: str, target_port: int, *, latency: float = 0.0) -> AsyncIterator[Self]:
        """A proxy that passes everything on."""
        proxy = cls(target_host, target_port, latency=latency)
        try:
            await proxy.restore()
            yield proxy
        finally:
            await proxy.refuse()

    @property
    def open_connections(self) -> int:
        return len(self._open)

    async def restore(self) -> None:
        """Pass on again: listen, and let what was held back flow."""
        self._flows.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(self._serve, self.host, self.port)

    async def cut(self) -> None:
        """Break every open connection at once (RST); new ones are welcome."""
        cut = list(self._open)
        for connection in cut:
            connection.cancel()
        await asyncio.gather(*cut, return_exceptions=True)

    async def refuse(self) -> None:
        """Break every open connection and refuse new ones, as a host without the service does."""
        listening, self._listening = self._listening, None
        if listening is not None:
            loop = asyncio.get_running_loop()
            for door in listening.sockets:
                loop.remove_reader(door.fileno())
            # Whoever was let in a moment ago gets as far as `_serve`: where the listener closes before, asyncio loses
            # sight of them, and they stay open.
            for _ in range(_TURNS_TO_SERVE):
                await asyncio.sleep(0)
            listening.close()
        await self.cut()
        if listening is not None:
            await listening.wait_closed()

    def blackhole(self) -> None:
        """Go deaf: connections stay open and are accepted, and no byte passes until `restore`."""
        self._flows.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        ends = [writer]
        answered = asyncio.Event()
        answered.set()
        try:
            await self._flows.wait()
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            ends.append(far_writer)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, far_writer, answered))
                group.create_task(self._pass_on(far_reader, writer, answered, is_answer=True))
        except* (OSError, asyncio.CancelledError):
            # Lost on one side, or cut: both sides break.
            pass
        finally:
            self._open.discard(task)
            for end in ends:
                end.transport.abort()

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answered: asyncio.Event,
        *,
        is_answer: bool = False,
    ) -> None:
        """Each chunk leaves `latency` after it came, whatever is still under way before it."""
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_CHUNKS_UNDER_WAY)

        async def take() -> None:
            while True:
                chunk = await reader.read(_CHUNK)
                if is_answer and self.breaks is not None and self.breaks(chunk):
                    raise ConnectionResetError
                if is_answer:
                    answered.set()
                elif chunk and answered.is_set():
                    answered.clear()
                    self.round_trips += 1
                await under_way.put((loop.time() + self.latency, chunk))
                if not chunk:
                    return

        async def give() -> None:
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self._flows.wait()
                if not chunk:
                    # Half-closed: the other direction may still have something to say.
                    with contextlib.suppress(OSError, NotImplementedError):
                        writer.write_eof()
                    return
                writer.write(chunk)
                await writer.drain()

        async with asyncio.TaskGroup() as group:
            group.create_task(take())
            group.create_task(give())
