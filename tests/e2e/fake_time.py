"""A system clock that is wrong, or is set while a process runs: libfaketime, for that process alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

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
