"""A process that has loaded the whole bot and begins others by fork, the program of `forked`: `python -m tests.fakes.loaded_bot`.

Each request on its standard input, a Unix socket, is a `Begin` and two open files: where the new process writes, and a
pipe. On that pipe come its pid, and how it ended.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import runpy
import select
import signal
import socket
import struct
import sys
import threading
from dataclasses import dataclass

NUMBER = struct.Struct("=q")
"""A pid, or the status of a process as `waitpid` gives it."""
LARGEST = 1 << 17
"""Bytes of a request."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Begin:
    """What a process begins with."""

    words: tuple[str, ...]
    """Behind `postroom`."""
    environment: dict[str, str]


def serve() -> None:
    """Begin what is asked for. Returns in each new process; this one ends when nobody is there to ask any more."""
    requests = socket.socket(fileno=os.dup(0))
    woken, wakes = os.pipe2(os.O_NONBLOCK)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    told: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_of_ended(told)
        if requests.fileno() not in ready:
            continue
        data, files, _, _ = socket.recv_fds(requests, LARGEST, 2)
        if not data:
            sys.exit()
        assert threading.active_count() == 1, "a fork takes one thread along"
        output, pipe = files
        if pid := os.fork():
            told[pid] = pipe
            os.close(output)
            continue
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        requests.close()
        for number in (woken, wakes, *told.values()):
            os.close(number)
        return _become(pickle.loads(data), output, pipe)


def _tell_of_ended(told: dict[int, int]) -> None:
    while told:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        pipe = told.pop(pid)
        try:
            os.write(pipe, NUMBER.pack(status))
        except BrokenPipeError:
            pass
        os.close(pipe)


def _become(begin: Begin, output: int, pipe: int) -> None:
    """This process is the new one: in a session of its own, and told to end when the one that it came from ends."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, number)
    os.close(nothing)
    os.close(output)
    os.environ.clear()
    os.environ.update(begin.environment)
    sys.argv[1:] = begin.words
    os.write(pipe, NUMBER.pack(os.getpid()))
    os.close(pipe)


if __name__ == "__main__":
    gc.disable()
    import bot.cli.check
    import bot.cli.main
    import bot.cli.serving  # noqa: F401

    gc.freeze()
    gc.enable()
    serve()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
