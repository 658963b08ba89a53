"""Processes of the bot that begin by fork from one that has loaded it: two thirds of what a start takes is loading."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.demo.servers.process import Child
from tests.fakes.loaded_bot import NUMBER, Begin

_REPOSITORY = Path(__file__).resolve().parents[2]
_loaded: list[LoadedBot] = []
"""That of this process, from its first use on."""


class Forked:
    """A process that is no child of ours, as `Child` asks for it."""

    def __init__(self, pipe: int) -> None:
        loop = asyncio.get_running_loop()
        self.pid = 0
        self.returncode: int | None = None
        self._pipe = pipe
        self._begun: asyncio.Future[None] = loop.create_future()
        self._ended: asyncio.Future[None] = loop.create_future()
        loop.add_reader(pipe, self._hear)

    async def begun(self) -> None:
        await self._begun

    async def wait(self) -> int:
        await asyncio.shield(self._ended)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def _hear(self) -> None:
        told = os.read(self._pipe, NUMBER.size)
        if told and not self.pid:
            (self.pid,) = NUMBER.unpack(told)
            self._begun.set_result(None)
            return
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)
        # Where the one that it came from is gone, it was told to end as well.
        self.returncode = os.waitstatus_to_exitcode(NUMBER.unpack(told)[0]) if told else -signal.SIGTERM
        if not self._begun.done():
            self._begun.set_exception(ChildProcessError("the loaded bot is gone"))
        self._ended.set_result(None)


class LoadedBot:
    """The process that has loaded the bot, until `end`."""

    def __init__(self) -> None:
        self._requests, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            # Without us it reads an end, and goes; Ctrl-C is for us.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fakes.loaded_bot"],
                stdin=its.fileno(),
                cwd=_REPOSITORY,
                start_new_session=True,
            )

    async def begin(self, words: Sequence[str], *, name: str, log: Path) -> Child:
        """Begin `postroom WORDS` in this repository; what it says is added to `log`."""
        reads, writes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        begin = Begin(tuple(words), dict(os.environ))
        with log.open("ab") as output:
            socket.send_fds(self._requests, [pickle.dumps(begin)], [output.fileno(), writes])
        os.close(writes)
        process = Forked(reads)
        await process.begun()
        return Child(process, name=name, log=log)

    def end(self) -> None:
        """Whatever came from it is told to end."""
        self._requests.close()
        self._process.wait()


async def forked(words: Sequence[str], *, name: str, log: Path) -> Child:
    """Begin `postroom WORDS` from the one loaded bot of this process."""
    if not _loaded:
        _loaded.append(LoadedBot())
    return await _loaded[0].begin(words, name=name, log=log)


def end_loaded() -> None:
    """End that one, where it is there."""
    while _loaded:
        _loaded.pop().end()
