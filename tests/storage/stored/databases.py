"""Databases of older versions: `0003.sql` is what SQLite held, as the bot of then made it on a fake house.

Two mails came, "Adhésion" was taken (✋), noted on and answered, "Facture" was followed (👀), and its answer waits.
From 0010 on, Bob was asked back about his own answer to "Facture"; from 0013 on, the mailbox has a password of the house, and another one is asked for.
In `0003.eml` are the bytes of the answer that waits. A new one is made before a migration is added: `play.py`.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import Boolean, Connection, MetaData

from storage.search_words import vector_of

FOLDER = Path(__file__).parent
VERSIONS = tuple(sorted(path.stem for path in FOLDER.glob("[0-9]*.sql")))


def restore(version: str, path: Path) -> None:
    """The database of that version as a SQLite file."""
    path.touch(mode=0o600)
    with sqlite3.connect(path) as connection:
        connection.executescript(FOLDER.joinpath(f"{version}.sql").read_text(encoding="utf-8"))
    connection.close()


def waiting(version: str) -> bytes:
    """The bytes of the answer that waits, which are a file beside the database."""
    return FOLDER.joinpath(f"{version}.eml").read_bytes()


def fill(version: str, connection: Connection) -> None:
    """The same rows in the tables of that version that another database has."""
    tables = MetaData()
    tables.reflect(connection)
    kept = sqlite3.connect(":memory:")
    kept.row_factory = sqlite3.Row
    kept.executescript(FOLDER.joinpath(f"{version}.sql").read_text(encoding="utf-8"))
    for table in tables.sorted_tables:
        if table.name == "alembic_version":
            continue
        flags = {column.name for column in table.columns if isinstance(column.type, Boolean)}
        # What its migrations put there is in the copy as well.
        connection.execute(table.delete())
        if table.name == "sought_words":
            for row in kept.execute("SELECT rowid, words FROM sought_words"):
                values = {"rowid": row["rowid"], "words": vector_of(row["rowid"], row["words"])}
                connection.execute(table.insert(), values)
            continue
        for row in kept.execute(f'SELECT * FROM "{table.name}"'):
            values = {name: bool(row[name]) if name in flags and row[name] is not None else row[name] for name in row.keys()}  # fmt: skip # noqa: SIM118
            connection.execute(table.insert(), values)
    kept.close()
