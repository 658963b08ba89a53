"""Reactions with a meaning, as long as nobody takes them away."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.conversation import Status, StoredReaction
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from storage.database import Tx
from storage.schema.threads import reactions
from storage.upsert import insert_or_ignore

_r = reactions.c
_ADD = insert_or_ignore(reactions)
_END = reactions.delete().where(_r.event == bindparam("event"))
_GET = select(reactions).where(_r.event == bindparam("event"))
_ACTIVE = (
    select(reactions)
    .where(_r.conversation == bindparam("conversation"), _r.key == bindparam("key"))
    .order_by(_r.at, _r.event)
)


async def add(tx: Tx, reaction: StoredReaction) -> None:
    """Keep a reaction; one that is known already stays as it is."""
    await tx.run(
        _ADD,
        {
            "event": reaction.event,
            "room": reaction.room,
            "conversation": reaction.conversation,
            "target": reaction.target,
            "sender": reaction.sender,
            "key": reaction.key,
            "status_before": reaction.status_before.value,
            "at": reaction.at,
        },
    )


async def end(tx: Tx, event: EventId) -> None:
    """Forget a reaction that was taken away."""
    await tx.run(_END, {"event": event})


async def get(tx: Tx, event: EventId) -> StoredReaction | None:
    row = await tx.first(_GET, {"event": event})
    return None if row is None else _stored(row)


async def active(tx: Tx, conversation: ConversationId, key: str) -> tuple[StoredReaction, ...]:
    """The people who give this reaction in the conversation, the first one first."""
    return tuple(_stored(row) for row in await tx.all(_ACTIVE, {"conversation": conversation, "key": key}))


def _stored(row: Row[Any]) -> StoredReaction:
    return StoredReaction(
        event=EventId(row.event),
        room=RoomId(row.room),
        conversation=ConversationId(row.conversation),
        target=EventId(row.target),
        sender=UserId(row.sender),
        key=row.key,
        status_before=Status(row.status_before),
        at=row.at,
    )
