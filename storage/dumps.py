"""PostgreSQL's own dumps: made while the database is used, and put back in one transaction."""

import asyncio
import contextlib
import os
import re
import shutil
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Select, literal_column, make_url, select, table
from sqlalchemy.exc import SQLAlchemyError

from storage import moved, runs
from storage.connecting import driver_url, engine_of
from storage.faults import DRIVER_FAULTS, StorageAway

_CHUNK = 1 << 16
_COPY = re.compile(r'COPY "?(\w+)"?\."?(\w+)"? \(([^()]+)\) FROM stdin;\n')
_FOR_PSQL = re.compile(r"\\(?:un)?restrict \w+\n")
_ASIDE = "replaced_"
"""The schema's name begins so to which the tables of before are moved."""
_TABLES: Select[Any] = (
    select(literal_column("tablename"))
    .select_from(table("pg_tables"))
    .where(literal_column("schemaname = current_schema()"))
    .limit(1)
)
OTHERS: Select[Any] = (
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


class NoProgram(Exception):
    """PostgreSQL's client programs are not installed."""


class ProgramFailed(Exception):
    """What the program said first."""


async def is_used_by_others(url: str) -> bool:
    """Whether another Postroom is connected to this PostgreSQL database. Raises: StorageAway."""
    return await _finds(url, OTHERS)


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


async def loaded(url: str, dump: Path, *, name: str | None = None, is_served: bool = True) -> None:
    """Fill a PostgreSQL database, and mark it as put back: all of it, or nothing.

    What `pg_restore` writes is SQL, which we hand over ourselves: one transaction holds all of it, and `psql` would do
    whatever a dump tells it that somebody has changed.

    Args:
        name: the tables that are there are moved aside under it, and never deleted. Without it there must be none.
        is_served: else nobody opens it as it is (`erasing.none_is_listed` ends that).

    Raises:
        NoProgram, ProgramFailed, StorageAway
    """
    try:
        target = driver_url(url)
        _, options = target.get_dialect()().create_connect_args(target)
        connection = await asyncpg.connect(**options)
    except (asyncpg.PostgresError, OSError, TimeoutError) as away:
        raise StorageAway(type(away).__name__) from away
    try:
        async with (
            _started("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(dump), url=url) as script,
            connection.transaction(),
        ):
            assert script.stdout is not None
            await connection.execute("SET LOCAL lock_timeout = '10s'")
            if name is not None:
                await connection.execute(_MOVED.format(aside=schema_of(name)))
            await _run(connection, script.stdout)
            # Whatever is not whole is not committed.
            await _ended(script)
            await connection.execute("RESET search_path")
            await _mark(connection, is_served=is_served)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
        raise ProgramFailed(str(fault).partition("\n")[0] or type(fault).__name__) from fault
    finally:
        await connection.close()


def schema_of(name: str) -> str:
    """The schema to which `loaded` moves the tables of before."""
    return _ASIDE + name


async def _mark(connection: asyncpg.Connection, *, is_served: bool) -> None:
    """The next start knows by it that this is a copy."""
    value = await connection.fetchval("SELECT value FROM instance WHERE name = $1", runs.MARK)
    if value is not None:
        put_back = runs.as_put_back(value)
        await connection.execute("UPDATE instance SET value = $1 WHERE name = $2", put_back, runs.MARK)
    if not is_served:
        await connection.execute("INSERT INTO instance (name, value) VALUES ($1, '')", moved.ERASE_LISTED)


async def _run(connection: asyncpg.Connection, script: StreamReader) -> None:
    """Statements, and between them the rows of a table, which end with a line of their own."""
    statements: list[str] = []
    while line := (await _line(script)).decode():
        into = _COPY.fullmatch(line)
        if into is None:
            # A word for psql alone.
            if not _FOR_PSQL.fullmatch(line):
                statements.append(line)
            continue
        await _execute(connection, statements)
        statements.clear()
        schema, table, columns = into.groups()
        names = [one.strip().strip('"') for one in columns.split(",")]
        rows = _rows(script)
        await connection.copy_to_table(table, schema_name=schema, columns=names, source=rows, format="text")
    await _execute(connection, statements)


async def _execute(connection: asyncpg.Connection, lines: Sequence[str]) -> None:
    # The driver stumbles over comments with nothing else.
    await connection.execute("".join((*lines, "SELECT 1")))


async def _rows(script: StreamReader) -> AsyncIterator[bytes]:
    """As PostgreSQL writes and reads them."""
    held = bytearray()
    while (line := await _line(script)) != b"\\.\n":
        if not line:
            raise ProgramFailed("pg_restore: a table ends in the middle")
        held += line
        if len(held) >= _CHUNK:
            yield bytes(held)
            held.clear()
    yield bytes(held)


async def _line(script: StreamReader) -> bytes:
    """The next line, however long: a row has all words of a mail."""
    parts: list[bytes] = []
    while True:
        try:
            return b"".join((*parts, await script.readuntil(b"\n")))
        except asyncio.IncompleteReadError as end:
            return b"".join((*parts, end.partial))
        except asyncio.LimitOverrunError as more:
            parts.append(await script.readexactly(more.consumed))


@contextlib.asynccontextmanager
async def _started(program: str, *arguments: str, url: str) -> AsyncIterator[Process]:
    found = shutil.which(program)
    if found is None:
        raise NoProgram(program)
    environment = {**os.environ, **_of_connection(url)}
    process = await asyncio.create_subprocess_exec(
        found, *arguments, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, limit=_CHUNK
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
