"""Imports may run beside the bot and beside each other, but not beside what erases, puts back or moves everything."""

import fcntl
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

IMPORTS: Final = "import.lock"
SCRATCH: Final = "scratch"
_MOMENT: Final = 3.0
"""Seconds for which an import waits for others."""


class ImportRuns(Exception):
    """An import holds the lock; or, for an import, somebody who must be alone does."""


def staging_file(folder: Path) -> Path:
    """Where this process lays out the rows of a dump."""
    return folder / SCRATCH / f"import-{os.getpid()}.db"


def clear_killed(folder: Path) -> None:
    """Remove what imports that were killed have left, where none runs now."""
    with suppress(ImportRuns), ImportLock(folder, alone=True):
        pass


class ImportLock:
    """`with ImportLock(folder, alone=…):` holds it, alone or together with others.

    Whoever finds nobody else there removes what imports that were killed have left in `scratch`: mail in clear.

    Raises:
        ImportRuns
    """

    def __init__(self, folder: Path, *, alone: bool) -> None:
        self._folder, self._alone = folder, alone
        self._handle = -1

    def __enter__(self) -> Self:
        self._handle = os.open(self._folder / IMPORTS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if self._is_taken(fcntl.LOCK_EX):
                for left in (self._folder / SCRATCH).glob("import-*"):
                    if left.is_dir():
                        shutil.rmtree(left, ignore_errors=True)
                    else:
                        left.unlink(missing_ok=True)
            elif self._alone:
                raise ImportRuns
            if not self._alone:
                self._together()
        except BaseException:
            os.close(self._handle)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def _together(self) -> None:
        """Another import, or a start of the bot, is alone for the moment in which it removes what others left."""
        until = time.monotonic() + _MOMENT
        while not self._is_taken(fcntl.LOCK_SH):
            if time.monotonic() > until:
                raise ImportRuns
            time.sleep(0.05)

    def _is_taken(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
