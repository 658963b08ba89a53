"""What of ours hangs on a message, by the calls that made it: its edits, and reactions on it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select

from bot.domain.calls import SendEvent
from bot.domain.ids import EventId
from bot.domain.kinds import CALLS
from storage.codec import call_from_json
from storage.database import Tx
from storage.schema.calls import is_done, outbox, outbox_calls
from storage.schema.threads import slots

_o = outbox.c
_MADE = (
    select(_o.kind, _o.attempt, _o.first_tried_at, _o.closed_at, outbox_calls.c.call, slots.c.event.label("in_slot"))
    .join(outbox_calls, outbox_calls.c.id == _o.id)
    .outerjoin(slots, and_(slots.c.slot == _o.slot, _o.slot != ""))
    .where(_o.ref == bindparam("event"), is_done(outbox), _o.kind == CALLS[SendEvent])
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class OnMessage:
    """An event of ours that is no message of its own."""

    message: EventId
    at: datetime
    """Not after it was posted, by our clock; of a call that was repeated, the first try may have posted it."""


async def get(tx: Tx, event: EventId) -> OnMessage | None:
    """As long as its call is kept."""
    row = await tx.first(_MADE, {"event": event})
    call = call_from_json(row.kind, row.call) if row is not None else None
    if row is None or not isinstance(call, SendEvent):
        return None
    if call.event_type == "m.reaction":
        target = json.loads(call.content)["m.relates_to"]["event_id"]
    else:
        target = call.edits or row.in_slot
    at = row.first_tried_at if row.attempt > 1 else row.closed_at
    return OnMessage(EventId(target), at) if target not in (None, event) else None
