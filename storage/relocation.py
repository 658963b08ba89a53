"""Takes everything that a database holds to another one, on SQLite or PostgreSQL, and looks whether it is all there.

The one of before is locked from the first row to the mark that ends its service: nobody writes into it meanwhile, and
where the move is broken off it goes on as if nothing had been. The new one has a mark of its own before it has a row;
only when the other is marked is that one taken off. So at no moment can both be served, and no mail leaves twice.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, delete, func, insert, inspect, make_url, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import copies, dumps, moved
from storage.connecting import driver_url, engine_of, is_there, prepare_file
from storage.database import Database
from storage.faults import DRIVER_FAULTS, Moved, translate
from storage.migrations import LOCK, newest, upgrade, version_of
from storage.rows import WHOLE, Tell, compared, copied
from storage.schema.bookkeeping import counters, instance
from storage.schema.calls import outbox

_HEADER: Final = b"SQLite format 3\x00"


class NoDatabase(Exception):
    """There is none, or it has no tables."""


class OlderDatabase(Exception):
    """Its tables are not yet those of this program."""


class NotEmpty(Exception):
    """Something is in it that no move has put there."""


class InUse(Exception):
    """Another Postroom is connected to it."""


async def relocate(source: str, target: str, tell: Tell) -> int:
    """Move everything; the number of rows. Broken off, it may be begun again.

    Raises:
        NoDatabase, OlderDatabase, UnknownDatabase, Moved, InUse: of the source.
        NotEmpty, InUse: of the target; also where both are the same.
        NotTheSame: what arrived is not what was there. The source is as it was.
        StorageAway, DatabaseBroken
    """
    if not is_there(source):
        raise NoDatabase
    if driver_url(source) == driver_url(target):
        raise NotEmpty
    try:
        async with _connected(source) as old:
            left = await _locked(old)
            if left.left_by:
                return await _finished(target, left)
            left.refuse()
            await _look_at(target)
            async with _connected(target) as new:
                move = os.urandom(8).hex()
                await _begin(new, move)
                rows = await _moved(old, new, tell)
                await _leave(old, move, shown(target))
                await _serve(new)
                return rows
    except (DBAPIError, *DRIVER_FAULTS) as error:
        raise translate(error) from error


async def _moved(old: AsyncConnection, new: AsyncConnection, tell: Tell) -> int:
    await _write(new)
    rows = await copied(old, new, tell)
    await new.commit()
    # Read again on both sides, as somebody else would find it.
    await compared(old, new, tell)
    await new.rollback()
    return rows


async def take_back(url: str) -> bool:
    """Let a database that was left be served again. Its next start looks at what was done since, as after a restore.

    False: it was not left.

    Raises:
        NoDatabase, InUse, Moved, StorageAway, DatabaseBroken
    """
    if not is_there(url):
        raise NoDatabase
    if copies.file_of(url) is None and await dumps.is_used_by_others(url):
        raise InUse
    database = await Database.open(url, migrate=False, is_left=True)
    try:
        async with database.write() as tx:
            marks = await moved.marks(tx.all)
            if not marks.left_by:
                marks.refuse()
                return False
            await copies.set_put_back(tx)
            await tx.run(delete(instance).where(instance.c.name == moved.LEFT))
            return True
    finally:
        await database.close()


def shown(url: str) -> str:
    """The URL for people's eyes."""
    return make_url(url).set(password=None).render_as_string()


# --- the one that is left -------------------------------------------------------------------------------------------


async def _locked(old: AsyncConnection) -> moved.Marks:
    """Begin the transaction of the whole move: what others write waits for it, and fails."""
    version = await old.run_sync(version_of)
    await old.rollback()
    if not version:
        raise NoDatabase
    if version != newest():
        raise OlderDatabase
    await _write(old)
    if old.dialect.name != "sqlite":
        # Before anything is read: the transaction sees what was written before its first question.
        names = ", ".join(f'"{one.name}"' for one in WHOLE)
        await old.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        # A bot that starts now waits here, before it looks for the marks.
        await old.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if (await old.execute(dumps.OTHERS)).first() is not None:
            raise InUse
    return await _marks(old)


async def _leave(old: AsyncConnection, move: str, to: str) -> None:
    """Whoever still has a term here commits nothing any more (`Database.fence`), and no other begins."""
    await old.execute(insert(instance), moved.left(move, to))
    await old.execute(update(counters).where(counters.c.name.like("term:%")).values(next=counters.c.next + 1))
    await old.commit()


# --- the new one ----------------------------------------------------------------------------------------------------


async def _look_at(url: str) -> None:
    """Make the file where there is none. Raises: NotEmpty, InUse"""
    file = copies.file_of(url)
    if file is not None:
        if not file.exists() and copies.is_there(file):
            # What a crash left beside it would be read into it.
            raise NotEmpty
        await asyncio.to_thread(_made, url, file)
    async with _connected(url) as new:
        if not await new.run_sync(_is_free):
            raise NotEmpty
        if file is None and (await new.execute(dumps.OTHERS)).first() is not None:
            raise InUse


async def _begin(new: AsyncConnection, move: str) -> None:
    """Tables, without a row but the mark."""
    await upgrade(new.engine)
    await _write(new)
    for one in WHOLE:
        await new.execute(delete(one.table))
    await new.execute(insert(instance), moved.unfinished(move))
    await new.commit()


def _made(url: str, file: Path) -> None:
    """Raises: NotEmpty: it is a file of another kind."""
    is_new = not file.exists()
    if not is_new:
        with file.open("rb") as there:
            if (begins := there.read(len(_HEADER))) and begins != _HEADER:
                raise NotEmpty
    prepare_file(driver_url(url))
    if is_new and os.geteuid() == 0:
        # The bot could not write what is root's.
        of = file.parent.stat()
        os.chown(file, of.st_uid, of.st_gid)


def _is_free(connection: Connection) -> bool:
    """Whether nothing is there but empty tables of ours, or what a move that was broken off left."""
    found = set(inspect(connection).get_table_names())
    if not found:
        return True
    if not {"alembic_version", instance.name, counters.name, outbox.name} <= found:
        return False
    names = set(connection.execute(select(instance.c.name)).scalars())
    if moved.UNFINISHED in names:
        return True
    ours = [one.name for one in WHOLE if one.name in found and one.name not in {instance.name, counters.name}]
    return names <= {"token"} and not any(_holds(connection, one) for one in ours)


def _holds(connection: Connection, table: str) -> bool:
    return connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1')).first() is not None  # noqa: S608


async def _finished(target: str, left: moved.Marks) -> int:
    """The end of a move that was broken off between its two marks: the new one is whole. Raises: Moved"""
    if is_there(target):
        async with _connected(target) as new:
            has_tables = await new.run_sync(lambda connection: inspect(connection).has_table(instance.name))
            if has_tables and (await _marks(new)).unfinished == left.left_by:
                await new.rollback()
                await _serve(new)
                return 0
    raise Moved(left.to)


async def _serve(new: AsyncConnection) -> None:
    await _write(new)
    await new.execute(delete(instance).where(instance.c.name == moved.UNFINISHED))
    await new.commit()


# --- both -----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = engine_of(driver_url(url))
    try:
        async with engine.connect() as connection:
            if engine.dialect.name != "sqlite":
                await connection.execution_options(isolation_level="REPEATABLE READ")
                # It stands still while the other side works.
                await connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
                await connection.commit()
            yield connection
    finally:
        await engine.dispose()


async def _write(connection: AsyncConnection) -> None:
    """Begin: what follows is there as a whole, or not at all."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text("BEGIN IMMEDIATE"))


async def _marks(connection: AsyncConnection) -> moved.Marks:
    async def ask(marks: Select[Any]) -> Sequence[Row[Any]]:
        return (await connection.execute(marks)).all()

    return await moved.marks(ask)
