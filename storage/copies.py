"""Whole copies of a database while it is used, and putting one back: a SQLite file, or PostgreSQL's own dump."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Select, literal_column, make_url, select, table
from sqlalchemy.exc import SQLAlchemyError

from storage import runs
from storage.connecting import driver_url, engine_of
from storage.database import Database
from storage.faults import DRIVER_FAULTS, DatabaseBroken, StorageAway

_TAILS = ("-wal", "-shm", "-journal")
_VERSION: Select[Any] = select(literal_column("version_num").label("version")).select_from(table("alembic_version"))
_TABLES: Select[Any] = (
    select(literal_column("tablename"))
    .select_from(table("pg_tables"))
    .where(literal_column("schemaname = current_schema()"))
    .limit(1)
)
_OTHERS: Select[Any] = (
    select(literal_column("pid"))
    .select_from(table("pg_stat_activity"))
    .where(
        literal_column("datname = current_database()"),
        literal_column("application_name = 'postroom'"),
        literal_column("pid <> pg_backend_pid()"),
    )
    .limit(1)
)
_PUT_BACK = -1
"""The progress that a copy is given which is put back: less than that of any run."""


class NoProgram(Exception):
    """PostgreSQL's client programs are not installed."""


class ProgramFailed(Exception):
    """What the program said last."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None of PostgreSQL."""
    target = driver_url(url)
    return Path(target.database or "") if target.get_backend_name() == "sqlite" else None


async def copied(url: str, target: Path) -> str:
    """Write a copy as of one moment, in a file for our eyes only, and look whether it is whole; its version.

    Raises:
        StorageAway, DatabaseBroken, NoProgram, ProgramFailed, OSError
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
    await _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    # What it cannot list it could not put back.
    await _run("pg_restore", url, "--list", str(target), silent=True)
    return "" if row is None else str(row.version)


def _copied_file(source: Path, target: Path) -> str:
    try:
        # Nothing is written there, and nobody who writes waits for us.
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=10.0)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            # One file, that can be read without others beside it.
            new.execute("PRAGMA journal_mode = DELETE")
            if [row[0] for row in new.execute("PRAGMA integrity_check")] != ["ok"]:
                raise DatabaseBroken
            (version,) = new.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as fault:
        raise StorageAway(str(fault)) from fault
    except sqlite3.DatabaseError as fault:
        raise DatabaseBroken from fault
    return str(version)


async def is_used_by_others(url: str) -> bool:
    """Whether another Postroom is connected to this PostgreSQL database. Raises: StorageAway."""
    return await _finds(url, _OTHERS)


async def holds_tables(url: str) -> bool:
    """Whether something is in this PostgreSQL database. Raises: StorageAway."""
    return await _finds(url, _TABLES)


async def _finds(url: str, asked: Select[Any]) -> bool:
    engine = engine_of(driver_url(url))
    try:
        async with engine.connect() as connection:
            return (await connection.execute(asked)).first() is not None
    except (SQLAlchemyError, *DRIVER_FAULTS) as away:
        raise StorageAway(type(away).__name__) from away
    finally:
        await engine.dispose()


async def loaded(url: str, dump: Path) -> None:
    """Fill an empty PostgreSQL database: all of it, or nothing.

    Raises:
        NoProgram, ProgramFailed
    """
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    await _run("pg_restore", url, *options, f"--dbname={make_url(url).database}", str(dump))


async def mark_as_put_back(url: str) -> None:
    """Let the next start know that this is a copy, also where it was made a second before the end of its run.

    Raises:
        StorageAway, DatabaseBroken
    """
    database = await Database.open(url, migrate=False)
    try:
        async with database.write() as tx:
            noted = await runs.mark(tx)
            if noted is not None:
                await runs.set_mark(tx, replace(noted, beat=_PUT_BACK))
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


async def _run(program: str, url: str, *arguments: str, silent: bool = False) -> None:
    found = shutil.which(program)
    if found is None:
        raise NoProgram(program)
    target = make_url(url)
    host = target.host or target.query.get("host")
    # Not among the arguments: every user of the machine sees those.
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(target.port) if target.port else None,
        "PGUSER": target.username,
        "PGPASSWORD": target.password,
        "PGDATABASE": target.database,
    }
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    process = await asyncio.create_subprocess_exec(
        found,
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL if silent else None,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise ProgramFailed(lines[0] if lines else f"{program}: {process.returncode}")
