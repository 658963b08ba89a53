"""SQLite under SQLAlchemy's asyncio: aiosqlite, but with one thread hop a statement, or none at all.

aiosqlite's own cursor makes four hops a statement (open, execute, fetch, close), some 300 µs of CPU where SQLite itself
needs ten. Reads and changes inside an open transaction touch no lock and no fsync, so `Tx` runs them on the loop's own
thread (`direct`); what waits for the disk (COMMIT, migrations, deletions of many rows) goes to the connection's thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import aiosqlite
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util import await_only

Parameters = Sequence[Any]


async def settled(work: Coroutine[Any, Any, None]) -> None:
    """Let `work` end also when we are cancelled meanwhile, so that nobody uses its connection at the same time."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise


class DirectCursor(AsyncAdapt_aiosqlite_cursor):
    """Fetches all rows at once, so that nothing is left open between statements."""

    def _run(self, call: Callable[[sqlite3.Cursor], object]) -> None:
        cursor = cast("DirectConnection", self._adapt_connection).database.cursor()
        try:
            call(cursor)
            self.description = cast(Any, cursor.description)
            self.lastrowid = cursor.lastrowid or 0
            self.rowcount = cursor.rowcount
            if cursor.description:
                self._rows.extend(cursor.fetchall())
        finally:
            cursor.close()

    def _call(self, call: Callable[[sqlite3.Cursor], object]) -> None:
        connection = cast("DirectConnection", self._adapt_connection)
        if connection.is_direct:
            self._run(call)
        else:
            self.await_(connection.in_thread(lambda: self._run(call)))

    def execute(self, operation: str, parameters: Parameters | Mapping[str, Any] | None = None) -> None:
        self._call(lambda cursor: cursor.execute(operation, parameters or ()))

    def executemany(
        self, operation: str, seq_of_parameters: Sequence[Parameters] | Sequence[Mapping[str, Any]]
    ) -> None:
        self._call(lambda cursor: cursor.executemany(operation, seq_of_parameters))


class DirectConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose statements run here while `direct()` is entered, else in its thread."""

    __slots__ = ("database", "is_direct")

    def __init__(self, dbapi: object, connection: aiosqlite.Connection, database: sqlite3.Connection) -> None:
        super().__init__(dbapi, cast(Any, connection))
        self.database = database
        self.is_direct = False

    def cursor(self, server_side: bool = False) -> AsyncAdapt_aiosqlite_cursor:
        return DirectCursor(self)

    async def in_thread(self, call: Callable[[], object]) -> None:
        """Run `call` in the connection's thread, to its end also when we are cancelled meanwhile.

        Otherwise a statement that still waits for the thread would be run after the rollback, outside any transaction.
        """
        run = cast(Callable[[Callable[[], object]], Coroutine[Any, Any, None]], cast(Any, self._connection)._execute)
        await settled(run(call))

    @contextmanager
    def direct(self) -> Iterator[None]:
        self.is_direct = True
        try:
            yield
        finally:
            self.is_direct = False


class DirectDbapi(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> DirectConnection:
        opened: list[sqlite3.Connection] = []

        def connector() -> sqlite3.Connection:
            # Autocommit at the driver: transactions are begun and ended by `Database` in so many words.
            options = {**kw, "check_same_thread": False, "isolation_level": None, "cached_statements": 512}
            opened.append(sqlite3.connect(*arg, **options))
            return opened[0]

        connection = aiosqlite.Connection(connector, iter_chunk_size=64)
        connection._thread.daemon = True
        await_only(connection)
        return DirectConnection(self, connection, opened[0])


class DirectDialect(SQLiteDialect_aiosqlite):
    driver = "direct"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> DirectDbapi:
        return DirectDbapi(cast(Any, aiosqlite), cast(Any, sqlite3))


registry.register("sqlite.direct", __name__, "DirectDialect")
