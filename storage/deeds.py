"""Changes by members' commands, kept for as long as they can be taken back."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from bot.domain.deeds import Deed
from bot.domain.ids import EventId
from storage.database import Tx
from storage.schema.bookkeeping import deeds
from storage.upsert import insert_or_ignore

_d = deeds.c
_DO = insert_or_ignore(deeds)
_DONE = select(deeds).where(_d.event == bindparam("event")).order_by(_d.conversation)
_UNDONE = deeds.delete().where(_d.event == bindparam("event_"))
_FORGET = deeds.delete().where(_d.at < bindparam("before"))
_DEED = TypeAdapter(Deed)


async def do(tx: Tx, deed: Deed) -> None:
    """Keep the changes of a command."""
    values: dict[str, object] = {
        "event": deed.event,
        "conversation": deed.conversation,
        "at": deed.at,
        "deed": _DEED.dump_json(deed).decode(),
    }
    await tx.run(_DO, values)


async def done_by(tx: Tx, event: EventId) -> tuple[Deed, ...]:
    """The changes of this event's command."""
    return tuple(_DEED.validate_json(row.deed) for row in await tx.all(_DONE, {"event": event}))


async def undone(tx: Tx, event: EventId) -> None:
    """Note that the command of this event was taken back, so that this happens once."""
    await tx.run(_UNDONE, {"event_": event})


async def forget_before(tx: Tx, at: datetime) -> None:
    """Delete changes that nobody can take back any more."""
    await tx.run_slowly(_FORGET, {"before": at})
