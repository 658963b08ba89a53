"""One process per data folder: a lock that the system gives back when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path
from typing import Self

LOCK = "postroom.lock"


class AlreadyRunning(Exception):
    """Another process uses this data folder."""


class FolderLock:
    """`with FolderLock(folder):` holds it. Raises AlreadyRunning."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._handle = -1

    def __enter__(self) -> Self:
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._handle)
            raise AlreadyRunning(str(self._path)) from None
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)
