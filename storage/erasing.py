"""Erases a person: their rows, what is found by words, and what a crash in the middle would leave."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, Text, bindparam, func, or_, select

from bot.domain.calls import RedactEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import OF_BEFORE, EventId, RoomId
from bot.domain.planned import plan
from bot.domain.rules.erasing import ERASED, Erasing
from storage import conversations, copies, dropping, house_deeds, mailed, member_mails, moved, search
from storage import mails as kept_mails
from storage.codec import address_key
from storage.database import StorageAway, Tx
from storage.dropping import all_of, delete, ids
from storage.planning import add_all
from storage.schema import metadata
from storage.schema.bookkeeping import blocked, instance, person_notes, persons, returned, shunted
from storage.schema.calls import is_unfinished, outbox_calls
from storage.schema.calls import outbox as calls
from storage.schema.search import sought_words
from storage.schema.threads import (
    events,
    history,
    name_words_of,
)
from storage.types import Words
from storage.upsert import insert_or_replace

_PENDING: Final = "erasing"
_KEY: Final = "erased:"
_CALLS = select(calls.c.id).where(calls.c.conversation.in_(ids))
_CALLS_OF_MAILS = select(calls.c.id).where(calls.c.mail.in_(ids))
_UNFINISHED = select(func.count().label("n")).where(calls.c.conversation.in_(ids), is_unfinished(calls))
_REDACTIONS = select(calls.c.state, func.count().label("n")).where(calls.c.key.like(f"{_KEY}%")).group_by(calls.c.state)
_SET = insert_or_replace(instance)
_PENDING_FILES = select(instance.c.value).where(instance.c.name == _PENDING)
_DONE = instance.delete().where(instance.c.name == bindparam("name_"))


async def unfinished(tx: Tx, erasing: Erasing) -> int:
    """Calls of these conversations that are still to be made."""
    numbers = [one.id for one in (*erasing.whole, *erasing.changed)]
    return sum(int(row.n) for row in await all_of(tx, _UNFINISHED, numbers))


async def put_aside(tx: Tx, addresses: Sequence[str]) -> tuple[int, ...]:
    """The numbers of inputs put aside that name one of these: they may be another's mail, which lies nowhere else."""
    found: set[int] = set()
    for address in addresses:
        rows = await tx.all(select(shunted.c.id, shunted.c.payload).where(_contains(shunted.c.payload, address)))
        found |= {int(row.id) for row in rows if _naming(address).search(str(row.payload))}
    return tuple(sorted(found))


async def erase(tx: Tx, erasing: Erasing, now: datetime) -> int:
    """All of it, in the transaction that is given; the number of messages that the bot deletes in the rooms."""
    whole, rows = [one.id for one in erasing.whole], [one.row for one in erasing.gone]
    # A card that stays keeps its thread together.
    kept = {one.root for one in erasing.changed}
    made = [int(row.id) for row in (*await all_of(tx, _CALLS, whole), *await all_of(tx, _CALLS_OF_MAILS, rows))]
    await delete(tx, outbox_calls, outbox_calls.c.id, made)
    await delete(tx, calls, calls.c.id, made)
    loose = [one.row for one in erasing.gone if one.conversation not in whole]
    places = await dropping.drop(tx, erasing.whole, rows, loose=loose, kept=kept)
    for changed in erasing.changed:
        await conversations.save(tx, changed)
    places_of = {one.id: one.mailbox for one in erasing.changed}
    for record in erasing.renamed:
        await kept_mails.update(tx, record)
        await search.keep_mail(tx, record, places_of[record.conversation])
    keys = [address_key(one) for one in erasing.person]
    for of_person in (persons, person_notes, blocked, returned):
        await delete(tx, of_person, of_person.c.key, keys)
    await delete(tx, name_words_of, name_words_of.c.key, keys)
    for address in erasing.person:
        await _out_of_words(tx, address)
    await house_deeds.forget_all(tx)
    await _out_of_mails_to_members(tx, erasing)
    await _out_of_answers_by_mail(tx, erasing)
    planned = [
        plan(RedactEvent(RoomId(room), EventId(event), is_secret=False), key=f"{_KEY}{event}")
        for room, event in places
        if event not in kept and not event.startswith(OF_BEFORE)
    ]
    if planned:
        await add_all(tx, planned, now)
    await tx.run(_SET, {"name": _PENDING, "value": now.isoformat()})
    return len(planned)


async def is_pending(tx: Tx) -> bool:
    """Whether an erasure has not deleted its files yet."""
    return await tx.first(_PENDING_FILES) is not None


async def files_gone(tx: Tx) -> None:
    """Note that they are deleted."""
    await tx.run(_DONE, {"name_": _PENDING})


async def none_is_listed(tx: Tx) -> None:
    """Nobody who was erased is in a backup that was put back: it may be served."""
    await tx.run(_DONE, {"name_": moved.ERASE_LISTED})


async def redactions(tx: Tx) -> tuple[int, int]:
    """Messages of erased people that wait to be deleted in the rooms, and those that the homeserver did not delete."""
    found = {str(row.state): int(row.n) for row in await tx.all(_REDACTIONS)}
    return found.get("open", 0) + found.get("sending", 0), found.get("refused", 0) + found.get("unknown", 0)


async def left(tx: Tx, addresses: Sequence[str]) -> Mapping[str, int]:
    """The rows that still have one of these addresses, by table: every column of words is looked through."""
    found: dict[str, int] = {}
    for table, columns in _words():
        for address in addresses:
            named = or_(*(_contains(column, address) for column in columns))
            row = await tx.first(select(func.count().label("n")).select_from(table).where(named))
            if row is not None and row.n:
                found[table.name] = found.get(table.name, 0) + int(row.n)
    async for _, _, _, words in member_mails.every(tx):
        if any(one in words for one in addresses):
            found[outbox_calls.name] = found.get(outbox_calls.name, 0) + 1
    return found


async def swept(url: str) -> None:
    """Leave nothing of deleted rows in a SQLite file, nor in what belongs to it. The bot stands still."""
    file = copies.file_of(url)
    if file is not None:
        await asyncio.to_thread(_swept, str(file))


def _swept(file: str) -> None:
    try:
        with closing(sqlite3.connect(file, timeout=10.0, isolation_level=None)) as database:
            database.execute("INSERT INTO sought_words (sought_words) VALUES ('optimize')")
            database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as fault:
        # A full disk: VACUUM takes as much again as the file.
        raise StorageAway(str(fault)) from fault


def _words() -> Iterator[tuple[Table, list[Column[Any]]]]:
    for table in metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, Text | Words)]
        if table is not sought_words and columns:
            yield table, columns


async def _out_of_words(tx: Tx, address: str) -> None:
    """Out of what the history tells, of answers of the bot, and of calls that were made."""
    is_named = _naming(address)
    told = select(history.c.id, history.c.detail.label("words")).where(_contains(history.c.detail, address))
    for row in await tx.all(told):
        words = is_named.sub(ERASED.address, str(row.words))
        await tx.run(history.update().where(history.c.id == row.id).values(detail=words))
    page = select(events.c.room, events.c.event, events.c.body.label("words")).where(
        _contains(events.c.body, address), events.c.kind == EventKind.ANSWER.value
    )
    for row in await tx.all(page):
        if is_named.search(str(row.words)):
            here = (events.c.room == row.room, events.c.event == row.event)
            await tx.run(events.update().where(*here).values(body=""))
    ended = select(calls.c.id).where(~is_unfinished(calls), calls.c.closed_at.is_not(None))
    named = select(outbox_calls.c.id, outbox_calls.c.call.label("words")).where(
        _contains(outbox_calls.c.call, address), outbox_calls.c.id.in_(ended)
    )
    made = [int(row.id) for row in await tx.all(named) if is_named.search(str(row.words))]
    await delete(tx, outbox_calls, outbox_calls.c.id, made)
    await delete(tx, calls, calls.c.id, made)


async def _out_of_mails_to_members(tx: Tx, erasing: Erasing) -> None:
    """What was mailed of a conversation of theirs holds their words, whether or not it names them."""
    changed = {int(one.id) for one in erasing.changed}
    named = [_naming(one) for one in erasing.person]
    ended = [
        number
        async for number, conversation, waits, words in member_mails.every(tx)
        if not waits and (conversation in changed or any(one.search(words) for one in named))
    ]
    await delete(tx, outbox_calls, outbox_calls.c.id, ended)
    await delete(tx, calls, calls.c.id, ended)


async def _out_of_answers_by_mail(tx: Tx, erasing: Erasing) -> None:
    """Their rows stay, so that none is taken twice; what was not decided yet is nobody's any more."""
    whole = {one.id for one in erasing.whole}
    named = [_naming(one) for one in erasing.person]
    for one in await mailed.every(tx):
        is_over = one.is_done or one.is_refused
        if one.conversation in whole or (is_over and any(each.search(one.text) for each in named)):
            await mailed.put(tx, replace(one, text="", line="", files=(), is_done=True))


def _contains(column: Column[Any], address: str) -> ColumnElement[bool]:
    return func.lower(column).contains(address, autoescape=True)


def _naming(address: str) -> re.Pattern[str]:
    """The address by itself, and not as a part of another one."""
    return re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", re.IGNORECASE)
