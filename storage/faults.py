"""Faults of a database: somebody else was first, or the database is away."""

import sqlite3

import asyncpg
from sqlalchemy.exc import DBAPIError


class Conflict(Exception):
    """Somebody else changed the same rows first: read again and decide again."""


class StorageAway(Exception):
    """The database cannot be used for now (locked, unreachable, disk full): wait and try again."""


class Held(Exception):
    """Somebody else holds the database (`holding.py`)."""


class UnknownDatabase(Exception):
    """The database has tables of a version that this program cannot upgrade; nothing was changed."""

    def __init__(self, *, is_newer: bool) -> None:
        super().__init__("newer" if is_newer else "not one of ours")
        self.is_newer = is_newer
        """Made by a later version of the program; else by a state that was never released, or by something else."""


class Moved(Exception):
    """Everything that the database held is in another one; or a move into this one has not ended. It is not served."""

    def __init__(self, to: str) -> None:
        super().__init__(to or "unfinished")
        self.to = to
        """Where it is now, without a password; empty where the move has not ended."""


class NotErased(Moved):
    """A backup was put back, and whoever was erased since it was made is still in it. It is not served."""

    def __init__(self) -> None:
        super().__init__("")


class MailboxTaken(Exception):
    """config.yaml names a mailbox by what one of the house is known by, which has another address. Nothing was changed.

    Their conversations and rooms would become one.
    """

    def __init__(self, places: tuple[int, ...]) -> None:
        super().__init__(", ".join(map(str, places)))
        self.places = places
        """Which of the mailboxes in config.yaml, from 0; there is one at least."""

    @property
    def keys(self) -> tuple[str, ...]:
        """As config.yaml has them: an address is said in no log."""
        return tuple(f"mailboxes[{place}].address" for place in self.places)


class DatabaseBroken(Exception):
    """The file is damaged, or no database: nothing in it can be relied on."""


class LeaseLost(Exception):
    """Another process serves by now: this one writes nothing more and ends at once."""


SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
SQLITE_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
SQLITE_CONFLICT = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
POSTGRES_CONFLICT = frozenset({"23505", "40001", "40P01"})
"""unique_violation, serialization_failure, deadlock_detected."""
POSTGRES_BROKEN = frozenset({"XX001", "XX002"})
"""data_corrupted, index_corrupted."""
POSTGRES_AWAY = ("08", "53", "57P", "57014", "58", "55P03", "25006", "25P03")
"""Connection, resources (disk full), shutdown, cancelled after a timeout, system error, lock not available, a standby,
idle within a transaction (PostgreSQL, appendix A)."""


DRIVER_FAULTS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Exceptions that SQLAlchemy hands on unchanged while it connects: a server that is starting refuses so."""


def translate(error: DBAPIError | OSError | asyncpg.PostgresError | asyncpg.InterfaceError) -> Exception:
    """The error as `Conflict` or `StorageAway`; else the error itself, which is a bug of ours."""
    if isinstance(error, (OSError, asyncpg.InterfaceError)):
        return StorageAway(type(error).__name__)
    original = error.orig if isinstance(error, DBAPIError) else error
    if getattr(original, "sqlstate", None) in POSTGRES_BROKEN:
        return DatabaseBroken()
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0)
        if code in SQLITE_CONFLICT:
            return Conflict(str(original))
        if code & 0xFF in SQLITE_BROKEN:
            return DatabaseBroken()
        return StorageAway(str(original)) if code & 0xFF in SQLITE_AWAY else error
    state = str(getattr(original, "sqlstate", None) or "")
    if state in POSTGRES_CONFLICT:
        return Conflict(state)
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if is_lost or state.startswith(POSTGRES_AWAY):
        return StorageAway(state or type(original).__name__)
    return error
