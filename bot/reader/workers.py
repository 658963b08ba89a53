"""Child processes that do dangerous work under a time and a memory limit; `serving` is their other side."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import sys
from typing import Final

from bot.reader.serving import LENGTH

_HELD_UP: Final = 0.25
"""Seconds without a free child after which one more is started; a usual mail takes a few thousandths."""
_STARTING: Final = 60.0
"""Seconds that a machine under load may take to start the interpreter; they do not count against the work."""


class WorkerFailed(Exception):
    """The child did not answer: `reason` is `timeout`, `memory` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Worker:
    """One child process, started at the first call and again after a failure.

    The child runs `python -m MODULE`, which must call `serve`. Requests and answers are pickles, since both ends are
    this program. Without `idle_seconds` the child stays until `close`.
    """

    def __init__(self, module: str, *, idle_seconds: float | None = 60.0) -> None:
        self._module = module
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def call(self, request: object, *, seconds: float) -> object:
        """Send one request and wait for its answer.

        Raises:
            WorkerFailed: no answer in time, out of memory, or the child died; a new one is started for the next call.
            OSError: the system starts no child now.
        """
        async with self._lock:
            self._cancel_idle()
            try:
                return await self._exchange(request, seconds)
            except BaseException:
                await self._stop()
                raise
            finally:
                if self._idle_seconds is not None:
                    self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    async def close(self) -> None:
        """End the child, if there is one."""
        async with self._lock:
            self._cancel_idle()
            await self._stop()

    async def _exchange(self, request: object, seconds: float) -> object:
        process = await self._running()
        assert process.stdin is not None and process.stdout is not None
        data = pickle.dumps((seconds, request))
        try:
            async with asyncio.timeout(seconds):
                process.stdin.write(LENGTH.pack(len(data)) + data)
                await process.stdin.drain()
                (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
                answered = await process.stdout.readexactly(length)
        except TimeoutError:
            raise WorkerFailed("timeout") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerFailed("crash") from None
        ended, answer = pickle.loads(answered)  # noqa: S301  # our own child
        if ended == "memory":
            raise WorkerFailed(ended)
        if ended == "last":
            await self._stop()
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._stop()
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_STARTING):
                await process.stdout.readexactly(1)
        except (TimeoutError, asyncio.IncompleteReadError):
            raise WorkerFailed("crash") from None
        return process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    def _let_go(self) -> None:
        # The pipe's end tells an idle child to leave; its memory goes back to the system.
        process = self._process
        if process is not None and not self._lock.locked() and process.stdin is not None:
            self._process = None
            process.stdin.close()

    def _cancel_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None


class Workers:
    """A few children that do the same work: one stays warm, another comes when it is held up, and leaves when idle.

    One child reads some hundred mails a second; the others are for what takes long, and each costs 30 MB.
    """

    def __init__(self, module: str, *, count: int = 2, held_up: float = _HELD_UP) -> None:
        every = [Worker(module, idle_seconds=None if number == 0 else 60.0) for number in range(count)]
        self._every = every
        self._held_up = held_up
        self._resting = list(reversed(every[1:]))
        self._ready: asyncio.PriorityQueue[tuple[int, Worker]] = asyncio.PriorityQueue()
        self._ready.put_nowait((0, every[0]))

    async def call(self, request: object, *, seconds: float) -> object:
        """Call the first child that is free, as `Worker.call` does; waiting callers are served in turn."""
        worker = await self._next()
        try:
            return await worker.call(request, seconds=seconds)
        finally:
            self._ready.put_nowait((self._every.index(worker), worker))

    async def _next(self) -> Worker:
        while True:
            try:
                async with asyncio.timeout(self._held_up if self._resting else None):
                    return (await self._ready.get())[1]
            except TimeoutError:
                if self._resting:
                    return self._resting.pop()

    async def close(self) -> None:
        """End the children."""
        for worker in self._every:
            await worker.close()
