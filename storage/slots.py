"""Which event stands in a place that is edited: a card, a state notice, a board."""

from sqlalchemy import bindparam, select

from bot.domain.ids import EventId, RoomId
from storage.database import Tx
from storage.schema import slots
from storage.upsert import insert_or_replace

_GET = select(slots.c.room, slots.c.event).where(slots.c.slot == bindparam("slot"))
_EMPTY = slots.delete().where(slots.c.slot == bindparam("slot_"))
_FILL = insert_or_replace(slots)


async def get(tx: Tx, slot: str) -> tuple[RoomId, EventId] | None:
    row = await tx.first(_GET, {"slot": slot})
    return None if row is None else (RoomId(row.room), EventId(row.event))


async def fill(tx: Tx, slot: str, room: RoomId, event: EventId) -> None:
    """`event` stands there from now on."""
    await tx.run(_FILL, {"slot": slot, "room": room, "event": event})


async def empty(tx: Tx, slot: str) -> None:
    """Nothing that could be edited stands there any more."""
    await tx.run(_EMPTY, {"slot_": slot})
