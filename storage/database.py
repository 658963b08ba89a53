"""The door to the database: open it, read a snapshot of it, and change it one transaction at a time."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Executable, select
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import moved
from storage.batch import Batch
from storage.connecting import BUSY_SECONDS, driver_url, engine_of, prepare_file
from storage.faults import DRIVER_FAULTS, Conflict, LeaseLost, StorageAway, translate
from storage.schema import bookkeeping
from storage.sqlite import DirectConnection, settled
from storage.upsert import insert_or_ignore

__all__ = ["Conflict", "Database", "Fence", "LeaseLost", "StorageAway", "Tx", "Values"]

Values = Mapping[str, object]
READERS = 4
"""SQLite snapshots open at a time."""
_CLOSE_SECONDS = 3.0
"""So long a connection may take to be given back to the pool."""
_FENCE = 'SELECT "next" FROM "counters" WHERE "name" = :fence'
_LOCKED = " FOR SHARE"


@dataclass(frozen=True, slots=True)
class Fence:
    """The term of a lease under which this process writes (`storage/leases.py`)."""

    counter: str
    number: int


class Tx:
    """One transaction. A statement runs at once, or `later`; nothing of it is seen elsewhere before the commit."""

    __slots__ = ("_batch", "_direct", "_may_write", "connection", "given", "instance", "run_token")

    def __init__(
        self,
        connection: AsyncConnection,
        instance: str,
        direct: DirectConnection | None,
        *,
        may_write: bool,
        run_token: str = "",
    ) -> None:
        self.connection = connection
        self._may_write = may_write
        self.instance = instance
        """Token of this database, part of every Matrix transaction id."""
        self.run_token = run_token
        """Token of this opening of it: kept with every call that is planned, as a part of its transaction id."""
        self.given: dict[str, int] = {}
        """By table: the last number that this transaction gave to a row, as the only writer (SQLite)."""
        self._direct = direct
        self._batch = Batch()

    @property
    def is_sqlite(self) -> bool:
        return self._direct is not None

    @property
    def may_write(self) -> bool:
        """Whether the transaction may write; a snapshot may not."""
        return self._may_write

    async def all(self, statement: Executable, values: Values | None = None) -> Sequence[Row[Any]]:
        """Every row of the answer.

        Raises:
            Conflict: as for `run`.
            StorageAway: as for `run`.
        """
        await self._flush()
        try:
            if self._direct is None:
                return (await self.connection.execute(statement, values)).all()
            with self._direct.direct():
                return self.connection.sync_connection.execute(statement, values).all()  # type: ignore[union-attr]
        except (DBAPIError, OSError) as error:
            raise translate(error) from error

    async def first(self, statement: Executable, values: Values | None = None) -> Row[Any] | None:
        """The first row, or None."""
        rows = await self.all(statement, values)
        return rows[0] if rows else None

    async def run(self, statement: Executable, values: Values | Sequence[Values] | None = None) -> int:
        """Change rows; a sequence of values runs the statement for each. Returns how many rows were changed.

        Raises:
            Conflict: a unique key was taken, or somebody else changed the same rows.
            StorageAway: the database cannot be used at the moment.
        """
        assert self._may_write, "a snapshot cannot be changed"
        await self._flush()
        try:
            if self._direct is None:
                return (await self.connection.execute(statement, values)).rowcount
            with self._direct.direct():
                return self.connection.sync_connection.execute(statement, values).rowcount  # type: ignore[union-attr]
        except (DBAPIError, OSError) as error:
            raise translate(error) from error

    async def run_slowly(self, statement: Executable, values: Values | None = None) -> int:
        """As `run`, but off the event loop: for changes of many rows."""
        assert self._may_write, "a snapshot cannot be changed"
        await self._flush()
        try:
            return (await self.connection.execute(statement, values)).rowcount
        except (DBAPIError, OSError) as error:
            raise translate(error) from error

    async def later(self, statement: Executable, *rows: Values) -> None:
        """Change rows whose number nobody asks for: on PostgreSQL with later changes, at the latest with the commit.

        Raises:
            Conflict: as for `run`, also by what comes after it.
            StorageAway: the same.
        """
        assert self._may_write, "a snapshot cannot be changed"
        for values in rows:
            if self._direct is not None:
                await self.run(statement, values)
                continue
            if not self._batch.has_room_for(statement, values):
                await self._flush()
            self._batch.add(statement, values)

    async def finish(self, fence: "Fence | None") -> None:
        """Run the changes that are left. The lock on the fence's number lasts to the commit; a new term waits for it.

        Raises:
            LeaseLost: a newer term has begun.
        """
        if fence is None:
            await self._flush()
            return
        batch, self._batch = self._batch, Batch()
        statement, values = batch.together(_FENCE if self.is_sqlite else _FENCE + _LOCKED, fence=fence.counter)
        row = await self.first(statement, values)
        if row is None or row.next != fence.number + 1:
            raise LeaseLost

    async def _flush(self) -> None:
        if self._batch.changes:
            batch, self._batch = self._batch, Batch()
            await self.all(*batch.together())


class Database:
    """One SQLite file or one PostgreSQL database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._instance = ""
        self.fence: Fence | None = None
        """If set, no transaction that writes is committed once a newer term has begun."""
        self._run = os.urandom(4).hex()
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._turn = asyncio.Lock()
        self._writing: asyncio.Task[object] | None = None
        self._writer: _Held | None = None
        self._readers: list[_Held] = []
        self._free_readers = asyncio.Semaphore(READERS)
        self._glances = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._snapshots = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        migrate: bool = True,
        tell: Callable[[str, str], None] = lambda before, after: None,
        is_left: bool = False,
        is_put_back: bool = False,
    ) -> "Database":
        """Connect; bring the tables up to date unless told not to, and `tell` from which version to which.

        Args:
            is_left: also one whose rows were moved elsewhere.
            is_put_back: also one in which people still are who were erased.

        Raises:
            StorageAway: the database cannot be reached, or is locked.
            Moved, NotErased: it is not served.
        """
        target = driver_url(url)
        if target.get_backend_name() == "sqlite":
            prepare_file(target)
        database = cls(engine_of(target))
        try:
            if migrate:
                from storage.migrations import upgrade

                patient = engine_of(target, is_patient=True)
                try:
                    await upgrade(patient, tell)
                finally:
                    await patient.dispose()
            async with database.write() as tx:
                if not is_left:
                    marks = await moved.marks(tx.all)
                    (replace(marks, is_not_erased=False) if is_put_back else marks).refuse()
                database._instance = await _instance_token(tx)
        except BaseException:
            await database.close()
            raise
        return database

    def write(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction that is committed at the end of the block, and rolled back when an exception leaves it.

        Raises:
            Conflict: at the commit or within; decide again.
            StorageAway: wait, then try again.
            LeaseLost: another process serves by now (`fence`).
        """
        return self._write_sqlite() if self.is_sqlite else self._transaction(self._engine)

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """A snapshot to read from; it waits for no writer.

        Raises:
            StorageAway: wait, then try again.
        """
        return self._read_sqlite() if self.is_sqlite else self._transaction(self._snapshots)

    def glance(self) -> AbstractAsyncContextManager[Tx]:
        """To read with a single statement: in one round trip, where a snapshot for several takes three.

        Raises:
            StorageAway: wait, then try again.
        """
        return self._read_sqlite() if self.is_sqlite else self._transaction(self._glances)

    async def close(self) -> None:
        """Close every connection; open blocks must have ended."""
        held = [*self._readers, *([self._writer] if self._writer else [])]
        self._readers, self._writer = [], None
        for one in held:
            await one.connection.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def _write_sqlite(self) -> AsyncIterator[Tx]:
        assert self._writing is not asyncio.current_task(), "a transaction within a transaction would wait for ever"
        async with self._turn:
            self._writing = asyncio.current_task()
            try:
                held = self._writer = self._writer or await self._hold("PRAGMA busy_timeout = 0")
                await _begin_immediate(held.database)
                try:
                    tx = Tx(held.connection, self._instance, held.direct, may_write=True, run_token=self._run)
                    yield tx
                    await tx.finish(self.fence)
                    await _commit(held.direct)
                except BaseException as error:
                    await self._give_up(held, error)
                    raise
            finally:
                self._writing = None

    async def _give_up(self, held: "_Held", error: BaseException) -> None:
        """Roll back; a connection that cannot even do that, or whose disk failed, is replaced by a new one."""
        try:
            if held.database.in_transaction:
                held.database.execute("ROLLBACK")
        except sqlite3.Error:
            error = StorageAway("rollback failed")
        if isinstance(error, StorageAway):
            self._writer = None
            await held.connection.invalidate()
            await held.connection.close()

    @asynccontextmanager
    async def _read_sqlite(self) -> AsyncIterator[Tx]:
        async with self._free_readers:
            held = self._readers.pop() if self._readers else await self._hold("PRAGMA query_only = ON")
            try:
                _begin_snapshot(held.database)
                yield Tx(held.connection, self._instance, held.direct, may_write=False)
            finally:
                if held.database.in_transaction:
                    held.database.execute("ROLLBACK")
                self._readers.append(held)

    async def _hold(self, pragma: str) -> "_Held":
        try:
            connection = await self._engine.connect()
            raw = await connection.get_raw_connection()
        except DBAPIError as error:
            raise translate(error) from error
        direct = cast(DirectConnection, raw.dbapi_connection)
        direct.database.execute(pragma)
        return _Held(connection, direct)

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[Tx]:
        """One of PostgreSQL's. Writers are READ COMMITTED: `version` and unique keys tell who came second."""
        try:
            connection = await engine.connect()
        except (SQLAlchemyError, *DRIVER_FAULTS) as error:
            raise StorageAway(type(error).__name__) from error
        try:
            may_write = engine is self._engine
            tx = Tx(connection, self._instance, None, may_write=may_write, run_token=self._run)
            yield tx
            if may_write:
                await tx.finish(self.fence)
            await _commit_there(connection)
        finally:
            await settled(_given_back(connection))


async def _given_back(connection: AsyncConnection) -> None:
    """To the pool, or out of it, within seconds and without a word.

    Where a statement was cancelled as its connection was lost (the process had stood still), asyncpg refuses the
    ROLLBACK as one operation too many, or waits for a cancellation that nobody confirms. Neither says anything of the
    transaction, and raised here it would take the place of the cancellation.
    """
    if not await _ends(connection.close()) and await _ends(connection.invalidate()):
        await _ends(connection.close())


async def _ends(work: Coroutine[Any, Any, None]) -> bool:
    """Whether it ends in order; it is broken off where it takes too long, again where that is not heard."""
    task = asyncio.ensure_future(work)
    for _ in range(3):
        await asyncio.wait({task}, timeout=_CLOSE_SECONDS)
        if task.done():
            break
        task.cancel()
    if not task.done() or task.cancelled():
        return False
    fault = task.exception()
    if fault is not None and not isinstance(fault, (SQLAlchemyError, *DRIVER_FAULTS)):
        raise fault
    return fault is None


class _Held:
    """A SQLite connection that we keep, with its inner parts at hand."""

    __slots__ = ("connection", "database", "direct")

    def __init__(self, connection: AsyncConnection, direct: DirectConnection) -> None:
        self.connection = connection
        self.direct = direct
        self.database = direct.database


async def _instance_token(tx: Tx) -> str:
    """The token of this database, made at the first opening."""
    named = select(bookkeeping.instance.c.value).where(bookkeeping.instance.c.name == "token")
    row = await tx.first(named)
    if row is None:
        # Another process may be opening it at the same time: the first one's is kept.
        await tx.run(insert_or_ignore(bookkeeping.instance), {"name": "token", "value": os.urandom(6).hex()})
        row = await tx.first(named)
        assert row is not None
    return str(row.value)


async def _begin_immediate(database: sqlite3.Connection) -> None:
    """Take the write lock. It is free but for other processes, so it is asked for here and waited for without a thread.

    Raises:
        StorageAway: another process kept it too long.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + BUSY_SECONDS
    pause = 0.002
    while True:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or loop.time() >= deadline:
                raise StorageAway(str(error)) from error
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.1)


async def _commit_there(connection: AsyncConnection) -> None:
    """COMMIT on PostgreSQL. Where it is lost on the way nobody knows its end: the input's key tells, next time."""
    try:
        await connection.commit()
    except (DBAPIError, OSError) as error:
        raise translate(error) from error


def _begin_snapshot(database: sqlite3.Connection) -> None:
    try:
        database.execute("BEGIN")
    except sqlite3.OperationalError as error:
        raise StorageAway(str(error)) from error


async def _commit(direct: DirectConnection) -> None:
    """COMMIT waits for the disk, so it is made in the connection's thread."""
    try:
        await direct.in_thread(lambda: direct.database.execute("COMMIT"))
    except sqlite3.OperationalError as error:
        raise StorageAway(str(error)) from error
