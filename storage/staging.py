"""A table of its own, in a file that goes again: rows of a dump, found by what they belong to.

What is brought in from elsewhere may be larger than the memory, and lies in the dump in an order of its own.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Self

Row = Mapping[str, str | None]
_AT_ONCE: Final = 500
_LETTERS_AT_ONCE: Final = 4 << 20
"""A row may be larger than most tables."""


class Staging:
    """`with Staging(file) as staging:` makes the file anew, and deletes it at the end.

    Raises:
        sqlite3.Error, OSError: the disk refuses.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting: list[tuple[str, int, int, str]] = []
        self._letters = 0

    def __enter__(self) -> Self:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._file)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE staged (kind TEXT, id INTEGER, parent INTEGER, row TEXT)")
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._file.unlink(missing_ok=True)

    def add(self, kind: str, id: int, parent: int, row: Row) -> None:
        """Keep a row; `parent` is the number of what it belongs to."""
        written = json.dumps(row)
        self._waiting.append((kind, id, parent, written))
        self._letters += len(written)
        if len(self._waiting) >= _AT_ONCE or self._letters >= _LETTERS_AT_ONCE:
            self._write()

    def settle(self) -> None:
        """All rows are there: let them be found."""
        self._write()
        self._database.execute("CREATE INDEX by_id ON staged (kind, id)")
        self._database.execute("CREATE INDEX by_parent ON staged (kind, parent, id)")
        self._database.commit()

    def get(self, kind: str, id: int) -> Row | None:
        found = self._database.execute("SELECT row FROM staged WHERE kind = ? AND id = ? LIMIT 1", (kind, id))
        row = found.fetchone()
        return None if row is None else json.loads(row[0])

    def of(self, kind: str, parent: int, most: int) -> list[Row]:
        """What belongs to one thing, by number."""
        found = self._database.execute(
            "SELECT row FROM staged WHERE kind = ? AND parent = ? ORDER BY id LIMIT ?", (kind, parent, most)
        )
        return [json.loads(row[0]) for row in found]

    def count(self, kind: str, parent: int) -> int:
        """How many belong to one thing."""
        found = self._database.execute("SELECT count(*) FROM staged WHERE kind = ? AND parent = ?", (kind, parent))
        return int(found.fetchone()[0])

    def every(self, kind: str) -> Iterator[Row]:
        """All of a kind, by number."""
        for row in self._database.execute("SELECT row FROM staged WHERE kind = ? ORDER BY id", (kind,)):
            yield json.loads(row[0])

    def _write(self) -> None:
        self._database.executemany("INSERT INTO staged VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()
        self._letters = 0
