"""The history of a conversation: people's acts in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from bot.domain.conversation import HistoryEntry
from bot.domain.ids import ConversationId, EventId, UserId
from storage.batch import padded
from storage.database import Tx
from storage.schema.threads import history

_ADD = history.insert()
_OF = (
    select(history)
    .where(history.c.conversation == bindparam("conversation"), history.c.action != bindparam("but"))
    .order_by(history.c.id.desc())
    .limit(bindparam("limit"))
)
_LAST_ACTS = (
    select(history.c.conversation, func.max(history.c.at).label("at"))
    .where(history.c.conversation.in_(bindparam("conversations", expanding=True)), history.c.actor.is_not(None))
    .group_by(history.c.conversation)
)
_NEWEST = (
    select(history.c.at)
    .where(history.c.conversation == bindparam("conversation"), history.c.action == bindparam("action"))
    .order_by(history.c.id.desc())
    .limit(1)
)
_HAS = (
    select(history.c.id)
    .where(
        history.c.conversation == bindparam("conversation"),
        history.c.action == bindparam("action"),
        history.c.detail == bindparam("detail"),
    )
    .limit(1)
)


async def add(tx: Tx, entry: HistoryEntry) -> None:
    await tx.later(
        _ADD,
        {
            "conversation": entry.conversation,
            "at": entry.at,
            "actor": entry.actor,
            "action": entry.action,
            "detail": entry.detail,
            "event": entry.event,
        },
    )


async def of(tx: Tx, conversation: ConversationId, limit: int = 50, *, but: str = "") -> tuple[HistoryEntry, ...]:
    """The newest entries, in the order they were made, without one kind of act."""
    rows = await tx.all(_OF, {"conversation": conversation, "limit": limit, "but": but})
    return tuple(entry_from_row(row) for row in reversed(rows))


async def last_acts(tx: Tx, conversations: Sequence[ConversationId]) -> dict[ConversationId, datetime]:
    """When a person did something last in these."""
    rows = await tx.all(_LAST_ACTS, {"conversations": padded(conversations)}) if conversations else ()
    return {ConversationId(row.conversation): row.at for row in rows}


async def last(tx: Tx, conversation: ConversationId, action: str) -> datetime | None:
    """When this was done last; None where it never was."""
    row = await tx.first(_NEWEST, {"conversation": conversation, "action": action})
    return None if row is None else row.at


async def has(tx: Tx, conversation: ConversationId, action: str, detail: str) -> bool:
    """Whether this was done."""
    wanted = {"conversation": conversation, "action": action, "detail": detail}
    return await tx.first(_HAS, wanted) is not None


def entry_from_row(row: Row[Any]) -> HistoryEntry:
    return HistoryEntry(
        conversation=ConversationId(row.conversation),
        at=row.at,
        actor=None if row.actor is None else UserId(row.actor),
        action=row.action,
        detail=row.detail,
        event=None if row.event is None else EventId(row.event),
    )
