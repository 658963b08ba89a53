"""The room's events that mean something to us: our own, and the team's in our threads."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.ids import ConversationId, EventId, MessageRow, RoomId, UserId
from storage.database import Tx
from storage.schema import events
from storage.upsert import insert_or_ignore

_e = events.c
_ADD = insert_or_ignore(events)
_GET = select(events).where(_e.event == bindparam("event"), _e.room == bindparam("room"))
_LAST = (
    select(events)
    .where(_e.conversation == bindparam("conversation"), _e.kind == bindparam("kind"))
    .order_by(_e.at.desc())
    .limit(1)
)
_LAST_BY = (
    select(_e.at)
    .where(_e.conversation == bindparam("conversation"), _e.sender == bindparam("sender"), _e.event != bindparam("but"))
    .order_by(_e.at.desc())
    .limit(1)
)
_SET_BODY = events.update().where(_e.event == bindparam("event_")).values(body=bindparam("body"))


async def add(tx: Tx, event: KnownEvent) -> None:
    """Keep it; one that is known already stays as it is."""
    await tx.run(
        _ADD,
        {
            "event": event.event,
            "room": event.room,
            "kind": event.kind.value,
            "conversation": event.conversation,
            "sender": event.sender,
            "mail": event.mail,
            "at": event.at,
            "body": event.body,
            "file": event.file,
        },
    )


async def get(tx: Tx, room: RoomId, event: EventId) -> KnownEvent | None:
    row = await tx.first(_GET, {"event": event, "room": room})
    return None if row is None else _known(row)


async def last_of_kind(tx: Tx, conversation: ConversationId, kind: EventKind) -> KnownEvent | None:
    """The newest event of this kind in the conversation."""
    row = await tx.first(_LAST, {"conversation": conversation, "kind": kind.value})
    return None if row is None else _known(row)


async def last_by(tx: Tx, conversation: ConversationId, sender: UserId, but: EventId | None = None) -> datetime | None:
    """When a member last wrote in the conversation's thread, `but` left out."""
    row = await tx.first(_LAST_BY, {"conversation": conversation, "sender": sender, "but": but or ""})
    found: datetime | None = None if row is None else row.at
    return found


async def set_body(tx: Tx, event: EventId, body: str) -> None:
    """A member's message reads differently after an edit."""
    await tx.run(_SET_BODY, {"event_": event, "body": body})


def _known(row: Row[Any]) -> KnownEvent:
    return KnownEvent(
        event=EventId(row.event),
        room=RoomId(row.room),
        kind=EventKind(row.kind),
        conversation=None if row.conversation is None else ConversationId(row.conversation),
        sender=None if row.sender is None else UserId(row.sender),
        mail=None if row.mail is None else MessageRow(row.mail),
        at=row.at,
        body=row.body,
        file=row.file,
    )
