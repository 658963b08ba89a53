"""The child's side of a worker: answers requests under limits. It loads as little as it can: each child pays for it."""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

LENGTH: Final = struct.Struct("!Q")
"""The length in bytes that stands before each request and answer."""
MEMORY_LIMIT: Final = 1 << 30
"""Address space of the child in bytes (RLIMIT_AS): the interpreter and its libraries map about 250 MB of it."""
_HEAVY: Final = 160 << 20
"""Resident bytes above which a child is replaced after its answer, so that the system gets its memory back."""


def serve(handle: Callable[[object], object], *, memory: int = MEMORY_LIMIT) -> None:
    """The child's loop: answer requests from standard input until it ends.

    An answer that cannot be made ends the process, so that no half-built state is used again. A child whose parent was
    killed under way ends by its own alarm.
    """
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # A signal to the whole group or unit is for the parent, which ends us; a mail under way is no bad mail.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    # The message of an error quotes what was read.
    sys.excepthook = _say_kind
    requests = sys.stdin.buffer
    # Prints of a library must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answers.write(b"\n")
    answers.flush()
    while (received := _receive(requests)) is not None:
        seconds, request = received
        signal.alarm(math.ceil(seconds) + 2)
        try:
            answer: tuple[str, object] = ("ok", handle(request))
            if _is_heavy():
                answer = ("last", answer[1])
        except MemoryError:
            answer = ("memory", None)
        data = pickle.dumps(answer)
        signal.alarm(0)
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()
        if answer[0] != "ok":
            return


def _receive(stream: BinaryIO) -> tuple[float, object] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    seconds, request = pickle.loads(stream.read(length))  # noqa: S301  # from our own parent
    return seconds, request


def _say_kind(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    frames = "".join(f" {frame.name}:{frame.lineno}" for frame in traceback.extract_tb(where)[-3:])
    sys.stderr.write(f"worker: {kind.__name__}{frames}\n")


def _is_heavy() -> bool:
    try:
        resident = int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return False
    return resident > _HEAVY
