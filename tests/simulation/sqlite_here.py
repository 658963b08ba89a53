"""SQLite in the loop's own thread, and with the faults of a disk and of a connection.

What is changed here belongs to aiosqlite, sqlite3 and SQLAlchemy, so that it holds whatever the house makes of them.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import aiosqlite

from tests.fakes.statements import keep_compiled

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_connect = sqlite3.connect


class Disk(Protocol):
    """What a database asks before it does something."""

    def begins(self) -> None:
        """A transaction that writes. Raises: sqlite3.OperationalError."""

    def writes(self) -> None:
        """Raises: sqlite3.OperationalError."""

    def keeps(self) -> None:
        """A file is to last. Raises: OSError."""

    def commits(self, commit: Callable[[], object]) -> None:
        """Calls `commit`, or not. Raises: sqlite3.OperationalError."""


disk: Disk | None = None
opened: list[sqlite3.Connection] = []


def fault(text: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = ()) -> Any:
        if disk is not None and sql.startswith(_WRITES):
            disk.writes()
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> Any:
        if disk is not None:
            disk.writes()
        return super().executemany(sql, parameters)


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(_Cursor)

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        run = super().execute
        if disk is not None and sql == "BEGIN IMMEDIATE":
            disk.begins()
        if disk is None or sql != "COMMIT":
            return run(sql, parameters)
        disk.commits(lambda: run(sql))
        return self.cursor()


class _Thread:
    """Stands where aiosqlite has a thread."""

    daemon = True

    def start(self) -> None:
        return


class _Here(aiosqlite.Connection):
    """Runs what it is asked in the caller's own thread, after those who wait already."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int, **_: Any) -> None:
        self._running = True
        self._connection = None
        self._connector = connector
        self._iter_chunk_size = iter_chunk_size
        self._thread = _Thread()  # type: ignore[assignment]

    def __del__(self) -> None:
        return

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        await asyncio.sleep(0)
        return fn(*args, **kwargs)

    async def _connect(self) -> aiosqlite.Connection:
        self._connection = self._connector()
        return self

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    def stop(self) -> Any:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def close(self) -> None:
        self.stop()


def connect(path: Path) -> sqlite3.Connection:
    """Beside the bot, as an operator's tool does: nothing befalls it."""
    return _connect(path)


def close_all() -> None:
    """As the system does for a process that was killed: what was not committed is gone."""
    for one in opened:
        one.close()
    opened.clear()


def install() -> None:
    """For the rest of this process."""

    def connect_here(*args: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = _connect(*args, **{**options, "factory": _Connection})
        opened.append(made)
        return made

    keep_compiled()
    sqlite3.connect = connect_here  # type: ignore[assignment]
    aiosqlite.Connection = _Here  # type: ignore[misc, assignment]
