"""A database held while something goes on that spans many transactions: by imports together, or by one command alone.

On PostgreSQL, where processes of several machines share a database; what shares a folder has a lock of its own there
(`bot/process/import_lock.py`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import text

from storage.connecting import BUSY_SECONDS, SERVER_SETTINGS, driver_url
from storage.database import Database
from storage.faults import Held, StorageAway

LOCK = 7_076_691
"""The number of a PostgreSQL advisory lock, which a connection of its own holds until it ends."""
_HELD_ALONE = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND objsubid = 1"
    " AND classid = 0 AND objid = :lock AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_SETTINGS = {**SERVER_SETTINGS, "application_name": "postroom-hold"}
"""The name is another than that of those who use the database: who holds it is no such one."""


@asynccontextmanager
async def held(url: str, *, alone: bool) -> AsyncIterator[None]:
    """Hold a database, alone or together with others. SQLite's has one folder, whose lock is enough.

    Raises:
        Held: somebody else does.
        StorageAway
    """
    target = driver_url(url)
    if target.get_backend_name() == "sqlite":
        yield
        return
    _, options = target.get_dialect()().create_connect_args(target)
    try:
        connection = await asyncpg.connect(**options, timeout=BUSY_SECONDS, server_settings=_SETTINGS)
    except (asyncpg.PostgresError, OSError, TimeoutError) as away:
        raise StorageAway(type(away).__name__) from away
    try:
        kind = "pg_try_advisory_lock" if alone else "pg_try_advisory_lock_shared"
        if not await connection.fetchval(f"SELECT {kind}($1)", LOCK):
            raise Held
        yield
    finally:
        await connection.close()


async def refuse_held_alone(database: Database) -> None:
    """For whoever serves a database that it has opened: those who hold one alone look for it after they took hold.

    Raises:
        Held: a command of another machine holds it alone.
        StorageAway
    """
    if not database.is_sqlite:
        async with database.glance() as tx:
            if await tx.first(_HELD_ALONE, {"lock": LOCK}) is not None:
                raise Held
