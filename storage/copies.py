"""Whole copies of a database while it is used, and putting one back: a SQLite file, or PostgreSQL's own dump."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Select, bindparam, literal_column, select, table

from bot.domain.ids import BlobId
from storage import moved, runs
from storage.codec import FORGOTTEN, files_in_head
from storage.connecting import driver_url
from storage.database import Database, Tx
from storage.dumps import dumped
from storage.faults import DatabaseBroken, StorageAway
from storage.schema.threads import mails

_TAILS = ("-wal", "-shm", "-journal")
_VERSION: Select[Any] = select(literal_column("version_num").label("version")).select_from(table("alembic_version"))
_FILES: Select[Any] = (
    select(mails.c.row, mails.c.raw, mails.c.head)
    .where(mails.c.row > bindparam("after"))
    .order_by(mails.c.row)
    .limit(bindparam("limit"))
)
_PIECE = 1000


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None of PostgreSQL."""
    target = driver_url(url)
    return Path(target.database or "") if target.get_backend_name() == "sqlite" else None


async def copied(url: str, target: Path) -> str:
    """Write a copy as of one moment, in a file for our eyes only, and look whether it is whole; its version.

    Raises:
        StorageAway, DatabaseBroken, Moved, NoProgram, ProgramFailed, OSError
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    source = file_of(url)
    if source is not None:
        return await asyncio.to_thread(_copied_file, source, target)
    database = await Database.open(url, migrate=False)
    try:
        async with database.read() as tx:
            row = await tx.first(_VERSION)
    finally:
        await database.close()
    await dumped(url, target)
    return "" if row is None else str(row.version)


def _copied_file(source: Path, target: Path) -> str:
    try:
        # Nothing is written there, and nobody who writes waits for us.
        with (
            closing(sqlite3.connect(f"{_uri(source)}?mode=ro", uri=True, timeout=10.0)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            # One file, that can be read without others beside it.
            new.execute("PRAGMA journal_mode = DELETE")
            if [row[0] for row in new.execute("PRAGMA integrity_check")] != ["ok"]:
                raise DatabaseBroken
            (version,) = new.execute("SELECT version_num FROM alembic_version").fetchone()
            _refuse_left(new)
    except sqlite3.OperationalError as fault:
        raise StorageAway(str(fault)) from fault
    except sqlite3.DatabaseError as fault:
        raise DatabaseBroken from fault
    return str(version)


def _refuse_left(database: sqlite3.Connection) -> None:
    """A copy of what is not served would be taken for one of today."""
    rows = database.execute("SELECT name, value FROM instance").fetchall()
    moved.read({str(name): str(value) for name, value in rows}).refuse()


def _uri(file: Path) -> str:
    return file.resolve().as_uri()


async def mark_as_put_back(url: str) -> None:
    """Let the next start know that this is a copy, also where it was made a second before the end of its run.

    Raises:
        StorageAway, DatabaseBroken
    """
    database = await Database.open(url, migrate=False)
    try:
        async with database.write() as tx:
            await set_put_back(tx)
    finally:
        await database.close()


async def set_put_back(tx: Tx) -> None:
    """The same within a transaction."""
    noted = await runs.mark(tx)
    if noted is not None:
        await runs.set_mark(tx, replace(noted, beat=runs.PUT_BACK))


async def files_named(url: str) -> AsyncIterator[BlobId]:
    """The kept files that the mails of a database are made of: without one a mail cannot be shown whole, or sent.

    Of SQLite a copy that nobody writes to; it stays as it is.

    Raises:
        StorageAway, DatabaseBroken
    """
    file = file_of(url)
    async for raw, head in _in_file(file) if file is not None else _on_server(url):
        for blob in files_in_head(head):
            yield blob
        if raw and raw != FORGOTTEN:
            yield BlobId(raw)


async def _in_file(file: Path) -> AsyncIterator[tuple[str, str]]:
    try:
        with closing(sqlite3.connect(f"{_uri(file)}?mode=ro&immutable=1", uri=True)) as read:
            for raw, head in read.execute("SELECT raw, head FROM mails"):
                yield str(raw), str(head)
    except sqlite3.DatabaseError as fault:
        raise DatabaseBroken from fault


async def _on_server(url: str) -> AsyncIterator[tuple[str, str]]:
    database = await Database.open(url, migrate=False)
    try:
        after, is_more = -1, True
        while is_more:
            async with database.read() as tx:
                rows = await tx.all(_FILES, {"after": after, "limit": _PIECE})
            for row in rows:
                yield str(row.raw), str(row.head)
            is_more = len(rows) == _PIECE
            after = rows[-1].row if rows else after
    finally:
        await database.close()


def is_there(file: Path) -> bool:
    """Whether a SQLite database lies there, or what a crash left of one."""
    return any(Path(f"{file}{tail}").exists() for tail in ("", *_TAILS))


def put_in_place(fresh: Path, file: Path, name: str) -> None:
    """Let a SQLite database take the place of another, which is kept under that name with what belongs to it.

    A `-wal` would be read into any file that takes its place: it goes first. At no moment is there no database, for a
    bot that is started then would begin a new one.
    """
    for tail in _TAILS:
        part = Path(f"{file}{tail}")
        if part.exists():
            part.rename(file.with_name(f"{file.name}.{name}{tail}"))
    if file.exists():
        file.with_name(f"{file.name}.{name}").hardlink_to(file)
    fresh.replace(file)
