"""Which kept files the rows of a database name, and the sweep of those that none names any more."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Table, Text, bindparam, func, or_, select, tuple_

from bot.domain.ids import BlobId
from storage.blobs import Blobs
from storage.database import Database, Tx
from storage.schema import metadata
from storage.schema.bookkeeping import instance, seen
from storage.schema.search import sought_words
from storage.schema.threads import media
from storage.types import Words
from storage.upsert import insert_or_replace

_NAME: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_UNNAMING: Final = frozenset({seen.name, media.name, sought_words.name}) | {"settings", "mailboxes"}
"""Tables whose digests are none of files, or of files that others need: an upload is forgotten with its file."""
_PIECE: Final = 500
_SWEPT: Final = select(instance.c.value).where(instance.c.name == bindparam("name_"))
_NOTE: Final = insert_or_replace(instance)
_DROP_UPLOADS: Final = media.delete().where(media.c.blob.in_(bindparam("blobs", expanding=True)))


async def named(tx: Tx) -> frozenset[bytes]:
    """The digests of the files that any row names, wherever in its words: the calls, drafts, dialogues and inputs put
    aside among them, and tables that are not yet thought of."""
    found: set[bytes] = set()
    for table, columns in _texts():
        async for words in _words(tx, table, columns):
            found.update(bytes.fromhex(one) for one in _NAME.findall(words))
    return frozenset(found)


async def sweep(
    database: Database, blobs: Blobs, unused_for: timedelta, *, among: Collection[str] | None = None
) -> int:
    """Remove the files that no row names and that nobody put for that long: their row may come with the next commit.

    `among`: no others than these. Returns how many.

    Raises:
        StorageAway, OSError
    """
    await asyncio.to_thread(blobs.clear_unfinished, unused_for.total_seconds())
    # One moment for all tables: a name may go from one to another meanwhile.
    async with database.read() as tx:
        kept = await named(tx)
    loose = await asyncio.to_thread(_loose, blobs, kept, among)
    gone = 0
    for at in range(0, len(loose), _PIECE):
        some = loose[at : at + _PIECE]
        # First: of a file that is gone nothing leads to its upload any more. One that stays is uploaded once more.
        async with database.write() as tx:
            await tx.run(_DROP_UPLOADS, {"blobs": some})
        gone += sum([await asyncio.to_thread(blobs.remove, one, unused_for.total_seconds()) for one in some])
    return gone


async def swept_at(tx: Tx, folder: str) -> datetime | None:
    """When a folder of files was swept last."""
    row = await tx.first(_SWEPT, {"name_": f"swept:{folder}"})
    return None if row is None else datetime.fromisoformat(row.value)


async def note_swept(tx: Tx, folder: str, at: datetime) -> None:
    """Note that it was swept."""
    await tx.run(_NOTE, {"name": f"swept:{folder}", "value": at.isoformat()})


def _loose(blobs: Blobs, kept: frozenset[bytes], among: Collection[str] | None) -> list[BlobId]:
    there = (one for one in blobs.every() if among is None or one in among)
    return [one for one in there if bytes.fromhex(one) not in kept]


def _texts() -> Iterator[tuple[Table, list[Column[Any]]]]:
    for table in metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, Text | Words)]
        if table.name not in _UNNAMING and columns:
            yield table, columns


async def _words(tx: Tx, table: Table, columns: list[Column[Any]]) -> AsyncIterator[str]:
    """Page by page, in the order of the table's key, so that others have their turn between two."""
    key = list(table.primary_key.columns)
    names = [one.name for one in key]
    long = or_(*(func.length(one) >= 64 for one in columns))
    asked = select(*key, *(one.label(f"words_{one.name}") for one in columns)).where(long).order_by(*key).limit(_PIECE)
    after: tuple[object, ...] | None = None
    while True:
        page = asked if after is None else asked.where(tuple_(*key) > tuple_(*_bound(key, after)))
        rows = await tx.all(page)
        for row in rows:
            yield "\n".join(str(one) for one in row[len(names) :] if one is not None)
        if len(rows) < _PIECE:
            return
        after = tuple(rows[-1][: len(names)])
        await asyncio.sleep(0)


def _bound(key: list[Column[Any]], values: tuple[object, ...]) -> Iterator[Any]:
    for number, (column, value) in enumerate(zip(key, values, strict=True)):
        yield bindparam(f"after_{number}", value, type_=column.type)
