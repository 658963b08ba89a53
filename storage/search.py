"""The full-text index, kept in the same commit as what it holds, and asked for the newest first within bounds.

The number of each text is made of its time and its name, so that the newest stand last, and writing one again replaces
it. SQLite reads a posting list backwards up to a limit. PostgreSQL's index has no order: each text bears its month as a
word, and the months are asked for from the newest on, until there is enough.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, TextClause, bindparam, select, text

from bot.domain.conversation import WRITTEN, Conversation, Direction, EventKind, KnownEvent, MailRecord
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId
from bot.domain.searching import (
    MOST_NOTE,
    Query,
    tokens_of_conversation,
    tokens_of_mail,
    tokens_of_note,
)
from storage import mails
from storage.codec import conversation_from_row
from storage.database import Tx
from storage.events import known_from_row
from storage.schema.bookkeeping import counters
from storage.schema.search import HAS_NOTE, sought, sought_words
from storage.schema.threads import conversations, events
from storage.schema.threads import mails as mail_rows
from storage.search_queries import for_postgresql, for_sqlite
from storage.search_words import NAME_BITS, month, vector
from storage.types import EPOCH, Words
from storage.upsert import insert_or_replace

MOST_FOUND: Final = 5_000
"""So many mails and notes are looked at."""
_LAST_SECOND: Final = 2**32 - 1
_MOST_PLACES: Final = 16_000
"""Words of a text: PostgreSQL knows no later place of a word (12.11)."""
_MOST_BYTES: Final = 400_000
"""Bytes of all words of a text, each counted once: PostgreSQL takes less than a megabyte, places counted (12.11)."""
_MONTHS_AT_ONCE: Final = (1, 1, 2, 4, 8, 16, 32)
_STEP: Final = 20
"""Conversations that are filled in at once."""
_UNFILLED: Final = "search_unfilled"

_KEEP = insert_or_replace(sought)
_KEEP_HERE = text("REPLACE INTO sought_words (rowid, words) VALUES (:rowid, :words)")
KEEP_THERE = text(
    "INSERT INTO sought_words (rowid, words) VALUES (:rowid, CAST(CAST(:words AS text) AS tsvector))"
    " ON CONFLICT (rowid) DO UPDATE SET words = excluded.words"
).bindparams(bindparam("words", type_=Words()))
_DROP = sought.delete().where(sought.c.id == bindparam("id"))
_DROP_WORDS = sought_words.delete().where(sought_words.c.rowid == bindparam("id"))
_HERE: Final = (
    "SELECT s.id, s.conversation, 1 AS texts FROM sought_words w CROSS JOIN sought s ON s.id = w.rowid"
    " WHERE w.sought_words MATCH :asked AND w.rowid >= :first AND w.rowid < :last"
    " ORDER BY w.rowid DESC LIMIT :most"
)
# Materialized, because the rows of the index are to be found by their words and not by their order.
_THERE: Final = (
    "WITH w AS MATERIALIZED (SELECT rowid FROM sought_words WHERE words @@ CAST(CAST(:asked AS text) AS tsquery))"
    " SELECT s.id, s.conversation, 1 AS texts FROM"
    " (SELECT rowid FROM w WHERE rowid >= :first AND rowid < :last ORDER BY rowid DESC LIMIT :most) AS w"
    " JOIN sought s ON s.id = w.rowid ORDER BY s.id DESC"
)
# Counted where they lie: PostgreSQL's driver takes as long to fetch thousands of rows as the server to find them.
_NEWEST: Final = (
    "SELECT max(id) AS id, conversation, count(*) AS texts FROM ({}) AS matching GROUP BY conversation ORDER BY 1 DESC"
)
_TEXT_HERE, _TEXT_THERE = text(_HERE), text(_THERE)
_NEWEST_HERE, _NEWEST_THERE = text(_NEWEST.format(_HERE)), text(_NEWEST.format(_THERE))
_TEXTS = select(sought).where(sought.c.id.in_(bindparam("ids", expanding=True)))
_LAST_TEXT = text("SELECT max(id) AS id FROM sought")
_FIRST_TEXT = text("SELECT min(id) AS id FROM sought")
_OLD_NOTES = select(sought.c.id, sought.c.note).where(sought.c.conversation == bindparam("conversation"), HAS_NOTE)
_FOUND_IN = select(conversations.c.mailbox).where(conversations.c.id == bindparam("conversation")).scalar_subquery()
_AS_SAVED = select(mail_rows.c.date, mail_rows.c.conversation, _FOUND_IN.label("found_in")).where(
    mail_rows.c.row == bindparam("row")
)
_WRITTEN = select(events).where(
    events.c.conversation == bindparam("conversation"),
    events.c.kind.in_([one.value for one in WRITTEN]),
    events.c.sender.is_not(None),
)
_INDEXED = select(sought_words.c.rowid).where(sought_words.c.rowid.in_(bindparam("ids", expanding=True)))
_OF_NUMBERS = (
    select(conversations)
    .where(conversations.c.id <= bindparam("last"))
    .order_by(conversations.c.id.desc())
    .limit(bindparam("limit"))
)
_MAILBOX_OF = select(conversations.c.mailbox, conversations.c.room).where(conversations.c.id == bindparam("id"))
_UNFILLED_TO = select(counters.c.next).where(counters.c.name == _UNFILLED)
_FILLED_TO = counters.update().where(counters.c.name == _UNFILLED).values(next=bindparam("last"))


# --- writing --------------------------------------------------------------------------------------------------------


async def keep_mail(tx: Tx, record: MailRecord, found_in: MailboxId) -> None:
    """Let a mail be found by its words, in the mailbox of its conversation."""
    values = {"conversation": record.conversation, "mail": record.row, "note": ""}
    await _keep(tx, _number(record.date, _name_of_mail(record)), values, tokens_of_mail(record, found_in))


async def keep_changed(tx: Tx, record: MailRecord, *, is_rewritten: bool) -> None:
    """Let a mail be found as it is now, before it is saved: by its new words, where it goes on; one taken back by its
    people and subject. What has left, or is on its way, keeps its words."""
    before = await tx.first(_AS_SAVED, {"row": record.row, "conversation": record.conversation})
    stays = before is not None and before.conversation == record.conversation
    if record.direction is Direction.OUT and not is_rewritten and stays:
        return
    if before is not None and before.date != record.date:
        await _drop(tx, _number(before.date, _name_of_mail(record)))
    found_in = before.found_in if before is not None else None
    await keep_mail(tx, record, MailboxId(found_in or record.mailbox))


async def keep_note(tx: Tx, event: KnownEvent, words: str) -> None:
    """Let a message of the team be found by its words; without any, or outside of a conversation, by nothing."""
    id = _number(event.at, _name_of(event.room, event.event))
    if event.conversation is None or not words.strip():
        await _drop(tx, id)
        return
    row = await tx.first(_MAILBOX_OF, {"id": event.conversation})
    if row is not None and row.room != event.room and not await _indexed(tx, [id]):
        # The conversation went to another mailbox, where nobody reads what was said here.
        return
    if row is not None:
        tokens = tokens_of_note(MailboxId(row.mailbox), event.conversation, words)
        note = words[:MOST_NOTE]
        await _keep(tx, id, {"conversation": event.conversation, "mail": None, "note": note}, tokens)


def number_of_note(event: KnownEvent) -> int:
    """The number under which a message of the team is found."""
    return _number(event.at, _name_of(event.room, event.event))


async def is_note_known(tx: Tx, event: KnownEvent) -> bool:
    """Whether a message of the team is found by words."""
    return await tx.first(_TEXTS, {"ids": [_number(event.at, _name_of(event.room, event.event))]}) is not None


async def keep_conversation(tx: Tx, one: Conversation) -> None:
    """Let a conversation be found by the subject that the team gave it, and by whose it is."""
    values = {"conversation": one.id, "mail": None, "note": ""}
    await _keep(tx, _number(one.created_at, f"conversation:{one.id}"), values, tokens_of_conversation(one))


async def keep_all_of(tx: Tx, one: Conversation, *, is_elsewhere: bool = False) -> None:
    """Let a conversation and all that it holds be found anew: it is in another mailbox, or took mails of another.

    Args:
        is_elsewhere: it came from another room, and what the team wrote there stays there: it is found by nobody, until
            the conversation comes back.
    """
    if one.mailed_subject is not None or not one.mails:
        await keep_conversation(tx, one)
    for record in (await mails.of_conversations(tx, [one.id])).get(one.id, ()):
        await keep_mail(tx, record, one.mailbox)
    await _keep_notes(tx, one, is_elsewhere=is_elsewhere)


async def _keep_notes(tx: Tx, one: Conversation, *, is_elsewhere: bool) -> None:
    written = [known_from_row(row) for row in await tx.all(_WRITTEN, {"conversation": one.id})]
    by_number = {_number(known.at, _name_of(known.room, known.event)): known for known in written}
    notes = {id: known.body for id, known in by_number.items() if known.kind is EventKind.NOTE and known.body}
    # The words of `!note` are kept here alone.
    kept = {int(row.id): str(row.note) for row in await tx.all(_OLD_NOTES, {"conversation": one.id})}
    indexed = await _indexed(tx, [*kept])
    for id, words in (kept | notes).items():
        is_here = id in by_number and by_number[id].room == one.room
        # A note of a room that was upgraded is found still, and so is one of which nobody knows where it stands.
        if is_here or (not is_elsewhere and (id in indexed or id not in kept)):
            values = {"conversation": one.id, "mail": None, "note": words[:MOST_NOTE]}
            await _keep(tx, id, values, tokens_of_note(one.mailbox, one.id, words))
        else:
            await tx.later(_DROP_WORDS, {"id": id})


async def _indexed(tx: Tx, ids: Sequence[int]) -> frozenset[int]:
    """Those of some texts that are found by words."""
    return frozenset(int(row.rowid) for row in await tx.all(_INDEXED, {"ids": list(ids)})) if ids else frozenset()


async def fill(tx: Tx) -> bool:
    """Fill in some conversations from before there was an index, newest first; whether any are left."""
    row = await tx.first(_UNFILLED_TO)
    if row is None or row.next < 1:
        return False
    found = [conversation_from_row(one) for one in await tx.all(_OF_NUMBERS, {"last": row.next, "limit": _STEP})]
    for one in found:
        await keep_all_of(tx, one)
    left = found[-1].id - 1 if found else 0
    await tx.run(_FILLED_TO, {"last": left})
    return left > 0


async def _keep(tx: Tx, id: int, values: Mapping[str, object], tokens: Sequence[str]) -> None:
    await tx.later(_KEEP, {"id": id, **values})
    kept = _bounded(tokens)
    if tx.is_sqlite:
        await tx.run(_KEEP_HERE, {"rowid": id, "words": " ".join(kept)})
    else:
        await tx.later(KEEP_THERE, {"rowid": id, "words": vector([*kept, month(id)])})


def _bounded(tokens: Sequence[str]) -> Sequence[str]:
    """The first words of a text, as many as both databases take."""
    left = _MOST_BYTES
    for token in (known := dict.fromkeys(tokens[:_MOST_PLACES])):
        left -= len(token.encode())
        if left < 0:
            known = dict.fromkeys(tokens[: tokens.index(token)])
            return [one for one in tokens[:_MOST_PLACES] if one in known]
    return tokens[:_MOST_PLACES]


async def _drop(tx: Tx, id: int) -> None:
    await tx.later(_DROP, {"id": id})
    await tx.later(_DROP_WORDS, {"id": id})


def _number(at: datetime, name: str) -> int:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return (_second(at) << NAME_BITS) | (int.from_bytes(digest[:8], "big") >> (64 - NAME_BITS))


def _second(at: datetime) -> int:
    return min(max(int((at - EPOCH).total_seconds()), 0), _LAST_SECOND)


def _name_of_mail(record: MailRecord) -> str:
    return f"mail:{record.row}"


def _name_of(room: RoomId, event: EventId) -> str:
    return f"note:{room}:{event}"


# --- asking ---------------------------------------------------------------------------------------------------------


async def find(tx: Tx, mailboxes: Sequence[MailboxId], query: Query) -> tuple[dict[ConversationId, int], bool]:
    """The conversations with a text that matches, each with the number of its newest one, the newest first; and
    whether there may be more.

    A word may stand in every mail: `MOST_FOUND` texts are looked at, and no more.
    """
    statement = _NEWEST_HERE if tx.is_sqlite else _NEWEST_THERE
    rows = await _matching(tx, mailboxes, query, MOST_FOUND, statement)
    found: dict[ConversationId, int] = {}
    for row in rows:
        found.setdefault(ConversationId(row.conversation), int(row.id))
    return found, _texts_in(rows) >= MOST_FOUND


async def find_texts(tx: Tx, mailboxes: Sequence[MailboxId], query: Query, most: int) -> tuple[int, ...]:
    """The numbers of the newest mails and notes that match; with nothing asked but a time, of all of it."""
    statement = _TEXT_HERE if tx.is_sqlite else _TEXT_THERE
    return tuple(int(row.id) for row in await _matching(tx, mailboxes, query, most, statement))


async def _matching(
    tx: Tx, mailboxes: Sequence[MailboxId], query: Query, most: int, statement: TextClause
) -> Sequence[Row[Any]]:
    first = _second(query.after) << NAME_BITS if query.after is not None else 0
    last = _second(query.before) << NAME_BITS if query.before is not None else (_LAST_SECOND + 1) << NAME_BITS
    values: dict[str, object] = {"first": first, "last": last, "most": most}
    if tx.is_sqlite:
        return await tx.all(statement, {**values, "asked": for_sqlite(mailboxes, query)})
    rows: list[Row[Any]] = []
    asked = for_postgresql(mailboxes, query)
    for months in await _months(tx, query):
        left = most - _texts_in(rows)
        if left <= 0:
            break
        rows += await tx.all(statement, {**values, "asked": asked + months, "most": left})
    return rows


def _texts_in(rows: Sequence[Row[Any]]) -> int:
    return sum(int(row.texts) for row in rows)


async def texts(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[int | None, str]]:
    """By number: the mail that a text is, or the words of the note."""
    rows = await tx.all(_TEXTS, {"ids": list(ids)}) if ids else ()
    return {int(row.id): (row.mail, row.note) for row in rows}


async def _months(tx: Tx, query: Query) -> list[str]:
    """Conditions for more and more months, from the newest on, and at last for all that are older."""
    newest = await tx.first(_LAST_TEXT)
    oldest = await tx.first(_FIRST_TEXT)
    if newest is None or newest.id is None or oldest is None:
        return []
    to = _month_number(int(newest.id))
    since = _month_number(int(oldest.id))
    if query.before is not None:
        to = min(to, _month_number(_second(query.before) << NAME_BITS))
    if query.after is not None:
        since = max(since, _month_number(_second(query.after) << NAME_BITS))
    found: list[str] = []
    for count in (*_MONTHS_AT_ONCE, *([_MONTHS_AT_ONCE[-1]] * 40)):
        if to < since:
            break
        some = range(to, max(since, to - count + 1) - 1, -1)
        found.append(" & (" + " | ".join(f"'b:{one // 12:04}{one % 12 + 1:02}'" for one in some) + ")")
        to -= count
    return found


def _month_number(id: int) -> int:
    moment = datetime.fromtimestamp(id >> NAME_BITS, UTC)
    return moment.year * 12 + moment.month - 1
