"""A child process that does dangerous work under a time and a memory limit, and its loop on the other side."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import resource
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

_LENGTH: Final = struct.Struct("!Q")
MEMORY_LIMIT: Final = 1 << 30
"""Address space of the child in bytes (RLIMIT_AS): the interpreter and its libraries map about 250 MB of it."""


class WorkerFailed(Exception):
    """The child did not answer: `reason` is `timeout`, `memory` or `crash`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Worker:
    """One child process, started at the first call and again after a failure.

    The child runs `python -m MODULE`, which must call `serve`. Requests and answers are pickles, since both ends are
    this program.
    """

    def __init__(self, module: str, *, idle_seconds: float = 60.0) -> None:
        self._module = module
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def call(self, request: object, *, seconds: float) -> object:
        """Send one request and wait for its answer.

        Raises:
            WorkerFailed: no answer in time, out of memory, or the child died; a new one is started for the next call.
        """
        async with self._lock:
            self._cancel_idle()
            try:
                return await self._exchange(request, seconds)
            except BaseException:
                await self._stop()
                raise
            finally:
                self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    async def close(self) -> None:
        """End the child, if there is one."""
        async with self._lock:
            self._cancel_idle()
            await self._stop()

    async def _exchange(self, request: object, seconds: float) -> object:
        try:
            async with asyncio.timeout(seconds):
                process = await self._running()
                assert process.stdin is not None and process.stdout is not None
                data = pickle.dumps(request)
                process.stdin.write(_LENGTH.pack(len(data)) + data)
                await process.stdin.drain()
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                ended, answer = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301  # our own child
        except TimeoutError:
            raise WorkerFailed("timeout") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerFailed("crash") from None
        if ended != "ok":
            raise WorkerFailed(ended)
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        return self._process

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


def serve(handle: Callable[[object], object], *, memory: int = MEMORY_LIMIT) -> None:
    """The child's loop: answer requests from standard input until it ends.

    An answer that cannot be made ends the process, so that no half-built state is used again.
    """
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    requests = sys.stdin.buffer
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while (request := _receive(requests)) is not None:
        try:
            answer: tuple[str, object] = ("ok", handle(request[0]))
        except MemoryError:
            answer = ("memory", None)
        data = pickle.dumps(answer)
        answers.write(_LENGTH.pack(len(data)) + data)
        answers.flush()
        if answer[0] != "ok":
            return


def _receive(stream: BinaryIO) -> tuple[object] | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    return (pickle.loads(stream.read(length)),)  # noqa: S301  # from our own parent
