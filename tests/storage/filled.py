"""Rows in every table that a database has, whatever its version: by the types of its columns, and no others."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, LargeBinary, MetaData, Table, select, text

from storage.search_words import places, vector_of

APART = {"alembic_version", "sought_words"}
JSON = {"head": '{"from_": [{"address": "Marie@example.net"}], "to": []}', "asked": '{"event": "$a"}'}
"""Of columns that migrations read."""
Rows = dict[str, Sequence[dict[str, Any]]]


def tables(connection: Connection) -> list[Table]:
    """As the database itself has them, but for what FTS5 keeps for itself."""
    found = MetaData()
    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name not in APART and not one.name.startswith("sought_words_")]


def fill(connection: Connection, numbers: Sequence[int], more: Mapping[str, Sequence[int]] = {}) -> None:
    """A row of each number in every table, and `more` in some."""
    put(connection, tables(connection), numbers, more)


def rows(connection: Connection) -> Rows:
    """All that is there, table by table; the words of the index by where they stand."""
    return read(connection, tables(connection))


def put(
    connection: Connection, found: Sequence[Table], numbers: Sequence[int], more: Mapping[str, Sequence[int]] = {}
) -> None:
    """As `fill`, of tables that are known."""
    for table in found:
        of = (*numbers, *more.get(table.name, ()))
        connection.execute(table.insert(), [{c.name: _value(c, number) for c in table.columns} for number in of])
    if any(table.name == "sought" for table in found):
        for number in (*numbers, *more.get("sought_words", ())):
            id, words = (1_700_000_000 << 30) + number, f"m:contact _ kettle {number} _ s:kettle kettle _ boil _"
            into = "INSERT INTO sought_words (rowid, words) VALUES (:id, :words)"
            if connection.dialect.name == "postgresql":
                into = into.replace(":words)", "CAST(CAST(:words AS text) AS tsvector))")
                words = vector_of(id, words)
            connection.execute(text(into), {"id": id, "words": words})


def read(connection: Connection, of: Sequence[Table]) -> Rows:
    """As `rows`, of tables that are known."""
    found: Rows = {}
    for table in of:
        kept = connection.execute(select(table)).mappings()
        found[table.name] = sorted(({**row} for row in kept), key=repr)
    if "sought" in found:
        words = connection.execute(text("SELECT rowid, CAST(words AS text) AS words FROM sought_words")).all()
        is_sqlite = connection.dialect.name == "sqlite"
        pairs = [(row.rowid, vector_of(row.rowid, row.words) if is_sqlite else row.words) for row in words]
        found["sought_words"] = [{"rowid": id, "words": places(one)} for id, one in sorted(pairs)]
    return found


def _value(column: Any, number: int) -> object:
    if column.nullable and number % 3 == 0:
        return None
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number if column.primary_key else number * 1_000 + 7
    if isinstance(column.type, LargeBinary):
        return bytes([0, 255, number % 256, number // 256])
    return JSON.get(column.name, f"{column.name} {number} l’été ✓ \\ ' \"")
