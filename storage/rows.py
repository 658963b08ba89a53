"""Every row of every table, read in pages, written into another database, and compared with what is there.

The values are those that the tables hold, without a meaning: times are numbers, JSON is text. Only the words of the
full-text index differ between the two kinds of database; they are made anew.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Table,
    TableClause,
    Text,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
    tuple_,
)
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage import moved
from storage.schema import metadata
from storage.schema.bookkeeping import instance
from storage.schema.search import sought_words
from storage.search import KEEP_THERE
from storage.search_words import places, vector_of, words_of
from storage.types import Moment, Words

Tell = Callable[[str, int, int], None]
"""Is told the table, how many of its rows are done, and how many there are; first of copying, then of comparing."""
Values = tuple[object, ...]
"""A row, in the order of its table's columns."""
_AT_ONCE: Final = 200
_TOLD_EVERY: Final = 10_000
_ALL: Final = 1 << 256


class NotTheSame(Exception):
    """The rows of a table that arrived are not those that were there."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True, slots=True)
class Bare:
    """A table with its values as they lie there."""

    table: TableClause
    columns: tuple[ColumnElement[Any], ...]
    key: tuple[ColumnElement[Any], ...]
    numbered: str
    """The column whose numbers the database gives; empty where it gives none."""
    is_never_given_again: bool
    """Also SQLite remembers the numbers of rows that are gone."""
    is_words: bool

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.table.c.keys())


def _bare(of: Table) -> Bare:
    made = table(of.name, *(column(one.name, _plain(one.type)) for one in of.columns))
    columns: tuple[ColumnElement[Any], ...] = tuple(made.c)
    if of is sought_words:
        columns = (made.c.rowid, as_type(made.c.words, Text).label("words"))
    key = tuple(made.c[one.name] for one in of.primary_key.columns)
    numbered = of.autoincrement_column
    is_remembered = bool(of.dialect_options["sqlite"]["autoincrement"])
    return Bare(made, columns, key, "" if numbered is None else numbered.name, is_remembered, of is sought_words)


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, Moment):
        return BigInteger()
    return Text() if isinstance(kind, Words) else kind


WHOLE: Final = tuple(_bare(one) for one in metadata.sorted_tables)
"""Every table, those that others refer to first."""


# --- the move -------------------------------------------------------------------------------------------------------


async def copied(old: AsyncConnection, new: AsyncConnection, tell: Tell) -> int:
    """Write every row into the empty tables; how many there are."""
    rows = 0
    for one in WHOLE:
        of, done = await _count(old, one), 0
        async for page in _pages(old, one):
            values = [dict(zip(one.names, _as_there(one, row, new), strict=True)) for row in page]
            await new.execute(KEEP_THERE if one.is_words and not _is_sqlite(new) else insert(one.table), values)
            done += len(page)
            if done < of and not done % _TOLD_EVERY:
                tell(one.name, done, of)
        if _is_remembered(one, new):
            await _go_on_from(new, one, await _given(old, one))
        if of:
            tell(one.name, done, of)
        rows += done
    return rows


async def compared(old: AsyncConnection, new: AsyncConnection, tell: Tell) -> None:
    """Look whether each row is there as it was, and none beside them.

    Raises:
        NotTheSame
    """
    for one in WHOLE:
        before, after = await _digest(old, one), await _digest(new, one)
        if before != after or (_is_remembered(one, new) and await _given(old, one) != await _given(new, one)):
            raise NotTheSame(one.name)
        if before[0]:
            tell(one.name, after[0], before[0])


async def _digest(connection: AsyncConnection, one: Bare) -> tuple[int, int]:
    """The number of the rows, and the sum of their digests: databases do not agree on an order of words."""
    count = total = 0
    async for page in _pages(connection, one):
        for row in page:
            if one.name == instance.name and row[0] == moved.UNFINISHED:
                continue
            written = repr(_meant(one, row))
            total += int.from_bytes(hashlib.sha256(written.encode("utf-8", "backslashreplace")).digest())
            count += 1
    return count, total % _ALL


# --- rows -----------------------------------------------------------------------------------------------------------


async def _pages(connection: AsyncConnection, one: Bare) -> AsyncIterator[Sequence[Values]]:
    asked = select(*one.columns).order_by(*one.key).limit(_AT_ONCE)
    places_of_key = [one.names.index(part.name) for part in one.key]
    after: ColumnElement[bool] | None = None
    while True:
        page = (await connection.execute(asked if after is None else asked.where(after))).all()
        if page:
            yield [_as_read(one, tuple(row), connection) for row in page]
        if len(page) < _AT_ONCE:
            return
        last = [literal(page[-1][place], part.type) for place, part in zip(places_of_key, one.key, strict=True)]
        after = tuple_(*one.key) > tuple_(*last) if len(last) > 1 else one.key[0] > last[0]


def _as_read(one: Bare, row: Values, connection: AsyncConnection) -> Values:
    """The words of the index as PostgreSQL has them, whichever database they are read from."""
    if one.is_words and _is_sqlite(connection):
        id, words = _words(row)
        return id, vector_of(id, words)
    return tuple([_clean(value) for value in row])


def _as_there(one: Bare, row: Values, new: AsyncConnection) -> Values:
    if not one.is_words or not _is_sqlite(new):
        return row
    id, words = _words(row)
    return id, words_of(id, words)


def _meant(one: Bare, row: Values) -> Values:
    if not one.is_words:
        return row
    id, words = _words(row)
    return id, places(words)


def _words(row: Values) -> tuple[int, str]:
    id, words = row
    assert isinstance(id, int)
    assert isinstance(words, str)
    return id, words


def _clean(value: object) -> object:
    """PostgreSQL takes no NUL in a text; SQLite keeps one that a homeserver put into a name."""
    if isinstance(value, str) and "\x00" in value:
        return value.replace("\x00", "\ufffd")
    return bytes(value) if isinstance(value, memoryview) else value


def _is_sqlite(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "sqlite"


async def _count(connection: AsyncConnection, one: Bare) -> int:
    return int((await connection.execute(select(func.count()).select_from(one.table))).scalar_one())


# --- numbers --------------------------------------------------------------------------------------------------------


async def _given(connection: AsyncConnection, one: Bare) -> int:
    """The highest number that was ever given, also to a row that is gone."""
    highest = (await connection.execute(select(func.max(one.table.c[one.numbered])))).scalar() or 0
    if _is_sqlite(connection):
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    else:
        asked = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, :numbered) AS regclass))")
    values = {"name": one.name} if _is_sqlite(connection) else {"name": one.name, "numbered": one.numbered}
    return max(int(highest), int((await connection.execute(asked, values)).scalar() or 0))


def _is_remembered(one: Bare, connection: AsyncConnection) -> bool:
    """Whether the database knows which numbers it gave, when their rows are gone."""
    return one.is_never_given_again if _is_sqlite(connection) else bool(one.numbered)


async def _go_on_from(new: AsyncConnection, one: Bare, given: int) -> None:
    if not given:
        return
    if not _is_sqlite(new):
        asked = text("SELECT setval(CAST(pg_get_serial_sequence(:name, :numbered) AS regclass), :given)")
        await new.execute(asked, {"name": one.name, "numbered": one.numbered, "given": given})
        return
    await new.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": one.name})
    asked = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :given)")
    await new.execute(asked, {"name": one.name, "given": given})
