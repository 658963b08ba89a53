"""Brings a database's tables up to date, from whatever version they have."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.faults import DRIVER_FAULTS, translate

FOLDER = Path(__file__).parent
LOCK = 7_076_685
"""Of PostgreSQL's advisory locks: two processes that start at once migrate one after the other."""


async def upgrade(engine: AsyncEngine) -> None:
    """Apply every migration that is missing, all or none.

    Raises:
        StorageAway: the database cannot be reached, or is locked.
    """
    try:
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                await connection.execute(text("BEGIN IMMEDIATE"))
            else:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            try:
                await connection.run_sync(_upgrade)
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise
    except (DBAPIError, *DRIVER_FAULTS) as error:
        raise translate(error) from error


async def migrate(url: str) -> None:
    """Bring the database at `url` up to date, and leave it closed: the command `migrate`.

    Raises:
        StorageAway: the database cannot be reached, or is locked.
    """
    from storage.database import Database

    database = await Database.open(url)
    await database.close()


def newest() -> str:
    """The version that the newest migration leads to: the file's name begins with it."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [newest()]


def _upgrade(connection: Connection) -> None:
    # Alembic is a heavy import (10 MB, a third of a second) that only a migration needs.
    if _is_current(connection):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
