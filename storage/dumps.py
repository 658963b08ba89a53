"""PostgreSQL's own dumps: made while the database is used, and put back in one transaction."""

import asyncio
import contextlib
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Select, Text, Update, cast, func, literal_column, make_url, select, table, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import SQLAlchemyError

from storage import runs
from storage.connecting import driver_url, engine_of
from storage.faults import DRIVER_FAULTS, StorageAway
from storage.schema.bookkeeping import instance

_CHUNK = 1 << 16
_ASIDE = "replaced_"
"""The schema's name begins so to which the tables of before are moved."""
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
_MOVED = """
CREATE SCHEMA {aside};
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('ALTER TABLE %I.%I SET SCHEMA {aside}', one.schemaname, one.tablename);
  END LOOP;
END $$;
"""
_BEAT = func.jsonb_set(cast(instance.c.value, JSONB), text("'{beat}'"), text(f"'{runs.PUT_BACK}'"))
_MARKED = update(instance).where(instance.c.name == runs.MARK).values(value=cast(_BEAT, Text))
"""The next start knows by it that this is a copy (`mark_as_put_back`)."""


class NoProgram(Exception):
    """PostgreSQL's client programs are not installed."""


class ProgramFailed(Exception):
    """What the program said first."""


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


async def dumped(url: str, target: Path) -> None:
    """Write a dump as of one moment, and look whether it can be read. Tables that a restore moved aside are left out.

    Raises:
        NoProgram, ProgramFailed
    """
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={_ASIDE}*", f"--file={target}")
    async with _started("pg_dump", *options, url=url) as dump:
        await _ended(dump)
    # What it cannot list it could not put back.
    async with _started("pg_restore", "--list", str(target), url=url) as listed:
        await _ended(listed)


async def loaded(url: str, dump: Path, *, name: str | None = None) -> None:
    """Fill a PostgreSQL database, and mark it as put back: all of it, or nothing.

    Args:
        name: the tables that are there are moved aside under it, and never deleted. Without it there must be none.

    Raises:
        NoProgram, ProgramFailed
    """
    before = "BEGIN;\nSET LOCAL lock_timeout = '10s';\n" + (_MOVED.format(aside=_ASIDE + name) if name else "")
    options = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")
    async with (
        _started("psql", *options, url=url, stdin=PIPE) as reading,
        _started("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(dump), url=url) as written,
    ):
        assert reading.stdin is not None and written.stdout is not None
        # One that ended early says below why.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            reading.stdin.write(before.encode())
            while chunk := await written.stdout.read(_CHUNK):
                reading.stdin.write(chunk)
                await reading.stdin.drain()
            # Whatever is not whole has no COMMIT behind it.
            await _ended(written)
            reading.stdin.write(f"RESET search_path;\n{_as_text(_MARKED)};\nCOMMIT;\n".encode())
            await reading.stdin.drain()
        reading.stdin.close()
        await _ended(reading)


def _as_text(statement: Update) -> str:
    return str(statement.compile(dialect=PGDialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]


@contextlib.asynccontextmanager
async def _started(program: str, *arguments: str, url: str, stdin: int = DEVNULL) -> AsyncIterator[Process]:
    found = shutil.which(program)
    if found is None:
        raise NoProgram(program)
    environment = {**os.environ, **_of_connection(url)}
    process = await asyncio.create_subprocess_exec(
        found, *arguments, env=environment, stdin=stdin, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _of_connection(url: str) -> Mapping[str, str]:
    """Not among the arguments: every user of the machine sees those."""
    target = make_url(url)
    host = target.host or target.query.get("host")
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(target.port) if target.port else None,
        "PGUSER": target.username,
        "PGPASSWORD": target.password,
        "PGDATABASE": target.database,
    }
    return {name: str(value) for name, value in given.items() if value}


async def _ended(process: Process) -> None:
    """Raises: ProgramFailed."""
    _, said = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise ProgramFailed(lines[0] if lines else str(process.returncode))
