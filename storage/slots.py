"""Slots: the event in each place that is edited, a card, a state notice, a board."""

from sqlalchemy import and_, bindparam, select

from bot.domain.conversation import KnownEvent
from bot.domain.ids import EventId, RoomId
from storage import events
from storage.database import Tx
from storage.schema.threads import events as schema_events
from storage.schema.threads import slots
from storage.upsert import insert_or_replace

_GET = select(slots.c.room, slots.c.event).where(slots.c.slot == bindparam("slot"))
_KNOWN = (
    select(schema_events)
    .join(slots, and_(slots.c.event == schema_events.c.event, slots.c.room == schema_events.c.room))
    .where(slots.c.slot == bindparam("slot"))
)
_EMPTY = slots.delete().where(slots.c.slot == bindparam("slot_"))
_FILL = insert_or_replace(slots)


async def get(tx: Tx, slot: str) -> tuple[RoomId, EventId] | None:
    """The event that stands in a slot, with its room."""
    row = await tx.first(_GET, {"slot": slot})
    return None if row is None else (RoomId(row.room), EventId(row.event))


async def known_event(tx: Tx, slot: str) -> KnownEvent | None:
    """The known event in the slot."""
    row = await tx.first(_KNOWN, {"slot": slot})
    return None if row is None else events.known_from_row(row)


async def fill(tx: Tx, slot: str, room: RoomId, event: EventId) -> None:
    """Put `event` into the slot."""
    await tx.later(_FILL, {"slot": slot, "room": room, "event": event})


async def empty(tx: Tx, slot: str) -> None:
    """Empty the slot: its next content is a new event."""
    await tx.later(_EMPTY, {"slot_": slot})
