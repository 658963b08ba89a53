"""A system clock that is wrong, or is set while a process runs: libfaketime, for that process alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


class FakeTime:
    """`environment` starts a process whose time is `offset` (`+2d`, `-10m`, `+0`) away from the machine's."""

    def __init__(self, folder: Path, offset: str) -> None:
        if not _LIBRARIES:
            missing = "libfaketime is not installed: sudo apt-get install faketime"
            if os.environ.get("POSTROOM_CI"):
                pytest.fail(missing, pytrace=False)
            pytest.skip(missing)
        self._file = folder / "time"
        self.set(offset)

    def set(self, offset: str) -> None:
        """The clock is set, also of a process that runs."""
        self._file.write_text(offset)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "LD_PRELOAD": str(_LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            # It also stands before `pthread_cond_timedwait`, by which Python's threads hand the interpreter on: where it
            # reads its file each time, a process whose database is a thread (SQLite) stands still for seconds.
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@contextmanager
def swept() -> Iterator[None]:
    """What libfaketime leaves in memory of each process that has ended is removed at the end."""
    try:
        yield
    finally:
        for left in Path("/dev/shm").glob("*faketime_s?m_*"):
            if not psutil.pid_exists(int(left.name.rpartition("_")[2])):
                with contextlib.suppress(OSError):
                    left.unlink()
