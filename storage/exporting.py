"""What is taken out of a mailbox: its conversations in pages, with what belongs to each, as of one moment."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, Table, bindparam, func, select, text

from bot.domain.conversation import WRITTEN, Conversation, EventKind, HistoryEntry, KnownEvent, MailRecord
from bot.domain.ids import ConversationId, MailboxId, UserId
from bot.domain.persons import PersonsAddress
from storage import mails as kept_mails
from storage.codec import conversation_from_row
from storage.database import Database, Tx
from storage.events import known_from_row
from storage.history import entry_from_row
from storage.persons import address_from_row
from storage.schema.bookkeeping import blocked, canned, house_rules, person_notes, persons, signatures, teams
from storage.schema.search import HAS_NOTE, sought
from storage.schema.threads import conversations, events, history, mails
from storage.search import number_of_note
from storage.search_words import NAME_BITS
from storage.types import EPOCH

PAGE = 100
_c = conversations.c
_IN = _c.mailbox == bindparam("mailbox")
_MAILBOXES = select(_c.mailbox).distinct().order_by(_c.mailbox)
_COUNT = (
    select(func.count().label("n")).select_from(mails.join(conversations, _c.id == mails.c.conversation)).where(_IN)
)
_PAGE = select(conversations).where(_IN, _c.id > bindparam("after")).order_by(_c.id).limit(bindparam("limit"))
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_HISTORY = select(history).where(history.c.conversation.in_(_IDS)).order_by(history.c.id)
_WRITTEN = (
    select(events)
    .where(
        events.c.conversation.in_(_IDS),
        events.c.kind.in_([one.value for one in WRITTEN]),
        events.c.sender.is_not(None),
    )
    .order_by(events.c.at, events.c.event)
)
_NOTES = select(sought.c.id, sought.c.conversation, sought.c.note).where(sought.c.conversation.in_(_IDS), HAS_NOTE)
_PERSONS = select(persons).order_by(persons.c.mailbox, persons.c.key)
_OWN: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "persons": (persons, ("person", "address", "by", "at")),
    "notes_on_persons": (person_notes, ("address", "text", "by", "at")),
    "saved_replies": (canned, ("name", "text", "by", "at")),
    "signatures": (signatures, ("person", "text", "at")),
    "blocked": (blocked, ("said", "by", "at")),
    "teams": (teams, ("name", "people", "by", "at")),
    "rules": (house_rules, ("number", "said", "is_on", "by", "at")),
}
"""What belongs to a mailbox and to no conversation: its table, and the columns that say something to others."""
_STAND_STILL = text("SET LOCAL idle_in_transaction_session_timeout = 0")


@dataclass(frozen=True, slots=True)
class Note:
    """Words or a file of the team in a thread."""

    at: datetime
    author: UserId | None
    """None: nobody knows any more."""
    text: str
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """A conversation with all that belongs to it."""

    conversation: Conversation
    mails: tuple[MailRecord, ...]
    notes: tuple[Note, ...]
    history: tuple[HistoryEntry, ...]


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Tx]:
    """All of it as of one moment; it may stand still while files are copied.

    Raises:
        StorageAway
    """
    async with database.read() as tx:
        if not tx.is_sqlite:
            await tx.connection.execute(_STAND_STILL)
        yield tx


async def mailboxes(tx: Tx) -> tuple[MailboxId, ...]:
    """Those that have conversations, also removed ones."""
    return tuple(MailboxId(row.mailbox) for row in await tx.all(_MAILBOXES))


async def count(tx: Tx, mailbox: MailboxId) -> int:
    """The mails in its conversations."""
    row = await tx.first(_COUNT, {"mailbox": mailbox})
    return 0 if row is None else int(row.n)


async def pages(tx: Tx, mailbox: MailboxId) -> AsyncIterator[tuple[Whole, ...]]:
    """Its conversations, by number."""
    after, is_more = -1, True
    while is_more:
        rows = await tx.all(_PAGE, {"mailbox": mailbox, "after": after, "limit": PAGE})
        found = [conversation_from_row(row) for row in rows]
        if found:
            yield await _whole(tx, found)
            after = found[-1].id
        is_more = len(rows) == PAGE


async def every_person(tx: Tx) -> tuple[PersonsAddress, ...]:
    """All addresses that were joined, in every mailbox."""
    return tuple(address_from_row(row) for row in await tx.all(_PERSONS))


async def beside(tx: Tx, mailbox: MailboxId) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """What belongs to the mailbox and to no conversation, by its name in the export."""
    found: dict[str, Sequence[Mapping[str, object]]] = {}
    for name, (table, columns) in _OWN.items():
        asked = select(*(table.c[one] for one in columns)).where(table.c.mailbox == bindparam("mailbox"))
        rows = await tx.all(asked.order_by(*table.primary_key.columns), {"mailbox": mailbox})
        found[name] = [dict(row._mapping) for row in rows]
    return found


async def _whole(tx: Tx, found: Sequence[Conversation]) -> tuple[Whole, ...]:
    ids = [one.id for one in found]
    records = await kept_mails.of_conversations(tx, ids)
    acts: dict[ConversationId, list[HistoryEntry]] = {}
    for row in await tx.all(_HISTORY, {"ids": ids}):
        acts.setdefault(ConversationId(row.conversation), []).append(entry_from_row(row))
    said: dict[ConversationId, list[KnownEvent]] = {}
    for row in await tx.all(_WRITTEN, {"ids": ids}):
        known = known_from_row(row)
        said.setdefault(ConversationId(row.conversation), []).append(known)
    kept: dict[ConversationId, list[Row[Any]]] = {}
    for row in await tx.all(_NOTES, {"ids": ids}):
        kept.setdefault(ConversationId(row.conversation), []).append(row)
    return tuple(
        Whole(
            one,
            records.get(one.id, ()),
            _notes(said.get(one.id, ()), kept.get(one.id, ())),
            tuple(acts.get(one.id, ())),
        )
        for one in found
    )


def _notes(said: Sequence[KnownEvent], kept: Sequence[Row[Any]]) -> tuple[Note, ...]:
    """The team's talk, and the words of `!note`, which the index alone keeps."""
    words = {int(row.id): str(row.note) for row in kept}
    notes: list[Note] = []
    for event in said:
        indexed = words.pop(number_of_note(event), "")
        is_talk = event.kind is EventKind.NOTE
        filename = event.file.filename if event.file is not None and is_talk else ""
        if (spoken := (event.body if is_talk else "") or indexed) or filename:
            notes.append(Note(event.at, event.sender, spoken, filename))
    notes += [Note(_time(id), None, one) for id, one in words.items()]
    return tuple(sorted(notes, key=lambda one: one.at))


def _time(id: int) -> datetime:
    return (EPOCH + timedelta(seconds=id >> NAME_BITS)).astimezone(UTC)
