"""Brings a database's tables up to date, from whatever version they have."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.faults import DRIVER_FAULTS, UnknownDatabase, translate
from storage.schema import metadata

FOLDER = Path(__file__).parent
LOCK = 7_076_685
"""Of PostgreSQL's advisory locks: two processes that start at once migrate one after the other."""
SHAPES = {"0001": "aa59bb53e9393205e75d7d00aa2168697f1244bdb68248a1e4d7aaff81ba4588"}
"""Of a version: the fingerprint of its tables. The first one was edited after it had made databases; since then every
migration stays as it is."""


Tell = Callable[[str, str], None]
"""Is told the version that a database has and the one that it is to get, before the work: on a large one it takes a
while."""


def _silent(_before: str, _after: str) -> None:
    pass


async def upgrade(engine: AsyncEngine, tell: Tell = _silent) -> None:
    """Apply every migration that is missing, all or none.

    Raises:
        StorageAway: the database cannot be reached, or is locked.
        UnknownDatabase: its tables are newer than this program, or not those of any version.
    """
    try:
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                await connection.execute(text("BEGIN IMMEDIATE"))
            else:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            try:
                await connection.run_sync(partial(_upgrade, tell=tell))
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise
    except (DBAPIError, *DRIVER_FAULTS) as error:
        raise translate(error) from error


def newest() -> str:
    """The version that the newest migration leads to: the file's name begins with it."""
    return max(_versions())


def knows(version: str) -> bool:
    """Whether a database of that version can be brought to this program's."""
    return version in _versions()


def _versions() -> list[str]:
    return [path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")]


def version_of(connection: Connection) -> str:
    """Of the database; empty where it has no tables yet.

    Raises:
        UnknownDatabase
    """
    found = inspect(connection)
    if not found.has_table("alembic_version"):
        if found.has_table("conversations"):
            raise UnknownDatabase(is_newer=False)
        return ""
    rows = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    if not rows:
        return ""
    if rows[0] not in _versions():
        raise UnknownDatabase(is_newer=True)
    return str(rows[0])


def shape(connection: Connection) -> str:
    """A fingerprint of the tables that there are: names of tables and columns."""
    found = inspect(connection)
    names = sorted(set(found.get_table_names()) & set(metadata.tables))
    columns = [f"{table}.{column['name']}" for table in names for column in found.get_columns(table)]
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()


def _upgrade(connection: Connection, *, tell: Tell) -> None:
    version = version_of(connection)
    if version == newest():
        return
    if version in SHAPES and shape(connection) != SHAPES[version]:
        raise UnknownDatabase(is_newer=False)
    if version:
        tell(version, newest())
    # Alembic is a heavy import (10 MB, a third of a second) that only a migration needs.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
