"""A database with the years behind it: many old conversations, written straight into the tables."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.bot_database import database_of
from benchmarks.letters import TO
from bot.config import load, to_instance
from bot.demo.stage import Stage
from bot.domain.conversation import Conversation, Direction, MailRecord, Status, Verdict
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId
from bot.domain.mail import Address
from storage import numbers
from storage.codec import conversation_to_row, id_key, mail_to_row
from storage.database import Database, Tx
from storage.schema import bookkeeping, threads
from storage.upsert import insert_or_add

_MAILS_EACH = 2
_AT_ONCE = 2_000
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_STATUSES = [Status.CLOSED] * 93 + [Status.SPAM] * 3 + [Status.PENDING] * 2 + [Status.ACTIVE] * 2


async def fill(stage: Stage, count: int) -> None:
    """So many conversations of two mails each, nearly all closed, in the mailbox of the stage."""
    mailbox = to_instance(load(stage.config)).mailboxes[0].id
    database = await Database.open(f"sqlite:///{database_of(stage)}")
    try:
        for start in range(1, count + 1, _AT_ONCE):
            async with database.write() as tx:
                some = list(conversations_of(mailbox, stage.room, range(start, min(start + _AT_ONCE, count + 1))))
                await write_conversations(tx, some)
                await write_tallies(tx, some)
        async with database.write() as tx:
            await numbers.taken(tx, "conversation", count)
    finally:
        await database.close()


async def write_tallies(tx: Tx, some: Sequence[Conversation]) -> None:
    """Count them."""
    kinds = Counter((one.mailbox, one.status.value, one.assignee is not None) for one in some)
    rows = [{"mailbox": m, "status": s, "is_assigned": a, "n": n} for (m, s, a), n in kinds.items()]
    await tx.run(insert_or_add(threads.tallies), rows)


def conversations_of(mailbox: MailboxId, room: str, some: range, *, minutes: float = 25) -> Iterator[Conversation]:
    """Conversations of these numbers, nearly all closed, one after another in this time."""
    for number in some:
        at = _BEGIN + timedelta(minutes=minutes * number)
        status = random.Random(number).choice(_STATUSES)
        yield Conversation(
            id=ConversationId(number),
            mailbox=mailbox,
            room=RoomId(room),
            subject=f"Question {number} d'autrefois",
            correspondent=Address(f"Ancienne {number}", f"ancienne{number // 3}@example.net"),
            status=status,
            status_before=Status.ACTIVE,
            assignee=None,
            followers=(),
            verdict=Verdict.UNKNOWN,
            words="Bonjour, je voudrais savoir si l'atelier du samedi a lieu.",
            mails=_MAILS_EACH,
            earlier=(),
            created_at=at,
            waiting_since=at,
            changed_at=at,
            root=EventId(f"$old-root-{number}"),
        )


async def write_conversations(tx: Tx, some: list[Conversation], *, with_mails: bool = True) -> None:
    """Them, with their cards, history and, if wanted, two mails each."""
    await tx.run(threads.conversations.insert(), [conversation_to_row(one) for one in some])
    await _write_mails(tx, [record for one in some for record in mails_of(one)] if with_mails else [])
    await _write_events(tx, some)


async def _write_mails(tx: Tx, mails: Sequence[MailRecord]) -> None:
    if not mails:
        return
    await tx.run(threads.mails.insert(), [mail_to_row(record) for record in mails])
    refers = [
        {"id_key": id_key(record.mailbox, one), "mail": record.row} for record in mails for one in record.references
    ]
    await tx.run(threads.mail_references.insert(), refers)
    seen = [{"key": f"mail:{record.mailbox}:Archive:1:{record.row}", "at": None} for record in mails]
    await tx.run(bookkeeping.seen.insert(), seen)


async def _write_events(tx: Tx, some: Sequence[Conversation]) -> None:
    events = [
        {
            "event": event,
            "room": one.room,
            "kind": kind,
            "conversation": one.id,
            "sender": None,
            "mail": None,
            "at": one.created_at,
            "body": "",
            "file": "",
        }
        for one in some
        for event, kind in [(one.root, "conversation"), *((f"$old-{one.id}-{n}", "mail") for n in range(_MAILS_EACH))]
    ]
    await tx.run(threads.events.insert(), events)
    history = [
        {"conversation": one.id, "at": one.created_at, "actor": None, "action": action, "detail": ""}
        for one in some
        for action in ("history.opened", "history.closed")
    ]
    await tx.run(threads.history.insert(), history)


def mails_of(one: Conversation) -> Iterator[MailRecord]:
    """Its two mails, of which the second answers the first."""
    for number in range(_MAILS_EACH):
        before = tuple(f"old-{one.id}-{earlier}@example.net" for earlier in range(number))
        yield MailRecord(
            row=MessageRow(one.id * 10 + number),
            conversation=one.id,
            mailbox=one.mailbox,
            direction=Direction.IN,
            message_id=f"old-{one.id}-{number}@example.net",
            in_reply_to=before[-1:],
            references=before,
            from_=(one.correspondent,),
            reply_to=(),
            to=(Address("", TO),),
            cc=(),
            subject=one.subject,
            date=one.created_at + timedelta(minutes=number),
            text="Bonjour,\n\nje voudrais savoir si l'atelier du samedi a lieu.\n" * 5,
            raw=BlobId(f"{one.id * 10 + number:064x}"),
            folder="Archive",
            uidvalidity=1,
            uid=one.id * 10 + number,
            event=EventId(f"$old-{one.id}-{number}"),
        )
