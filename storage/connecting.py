"""The way to a database: its URL, its file, and the settings of its connections."""

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.faults import StorageAway
from storage.sqlite import DirectConnection

BUSY_SECONDS = 10.0
"""How long another process may hold SQLite's write lock before we give up for now."""
POOL_SIZE = 10
"""PostgreSQL connections of one process."""
_IDLE_SECONDS = 10
"""So long a transaction may stand still before PostgreSQL ends it: its process is dead, stopped, or cut off. Together
with the lease's time this bounds how long a standby waits for the locks of a dead holder."""
_COMMAND_SECONDS = 30.0
SERVER_SETTINGS = {
    "application_name": "postroom",
    "idle_in_transaction_session_timeout": str(_IDLE_SECONDS * 1000),
    "lock_timeout": str(int(BUSY_SECONDS * 1000)),
    # Of the server's sockets to us, in milliseconds and seconds: a host that vanished without a word is noticed.
    "tcp_user_timeout": str(_IDLE_SECONDS * 1000),
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


def is_there(url: str) -> bool:
    """Whether there may be such a database: a file that is not there would be made by opening it."""
    target = driver_url(url)
    return target.get_backend_name() != "sqlite" or Path(target.database or "").exists()


def driver_url(url: str) -> URL:
    """The URL with its asynchronous driver."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+direct", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    name = drivers.get(parsed.drivername.partition("+")[0])
    if name is None:
        raise ValueError(f"unknown database {parsed.drivername!r}: sqlite:////path or postgresql://…")
    return parsed.set(drivername=name)


def engine_of(url: URL, *, is_patient: bool = False) -> AsyncEngine:
    """The engine of a URL with its driver; nothing is connected yet.

    Args:
        is_patient: on PostgreSQL, one whose commands may take any time: a migration builds indexes of large tables.
    """
    if url.get_backend_name() == "sqlite":
        from sqlalchemy import event

        # Connections are kept by `Database` itself; a pool would only count them.
        engine = create_async_engine(url, poolclass=NullPool)

        @event.listens_for(engine.sync_engine, "connect")
        def configure(connection: DirectConnection, _record: object) -> None:
            for pragma in (
                f"busy_timeout = {int(BUSY_SECONDS * 1000)}",
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "temp_store = MEMORY",
            ):
                connection.database.execute(f"PRAGMA {pragma}")

        return engine
    return create_async_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        # The one that was used last knows our statements already.
        pool_use_lifo=True,
        connect_args={
            "timeout": BUSY_SECONDS,
            "command_timeout": None if is_patient else _COMMAND_SECONDS,
            "prepared_statement_cache_size": 500,
            "server_settings": SERVER_SETTINGS,
        },
    )


def prepare_file(url: URL) -> None:
    """Make the file before SQLite does, for our eyes only: it holds mail."""
    if not url.database or url.database == ":memory:":
        raise ValueError("a SQLite database needs a file: sqlite:////path")
    path = Path(url.database)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageAway(f"cannot open the database file: {error.strerror}") from error
