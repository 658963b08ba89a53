"""Remembers which encrypted message was which event, so that an old one sent again by the server is not a new one."""

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    session TEXT NOT NULL,
    message_index INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (session, message_index)
) WITHOUT ROWID
"""


class ReplayGuard:
    """A file of its own beside the keys: it must outlive a restart, unlike the library's cache."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(_SCHEMA)

    def is_first(self, session: str, message_index: int, event: str) -> bool:
        """False where the same ciphertext came before as another event."""
        self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (session, message_index, event))
        row = self._database.execute(
            "SELECT event FROM seen WHERE session = ? AND message_index = ?", (session, message_index)
        ).fetchone()
        return row is not None and row[0] == event

    def close(self) -> None:
        self._database.close()
