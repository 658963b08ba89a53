"""What is made once more of the calls that a homeserver lost: what changed or answered an event that it still has."""

import json

from bot.domain.calls import DescribeCommand, PinEvent, RedactEvent, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import EventId
from bot.domain.made import MadeCall

_ANEW = frozenset({EventKind.CONVERSATION, EventKind.MAIL, EventKind.ATTACHMENT})
"""Cards and mails are posted anew from what is known of them."""


def is_post(made: MadeCall) -> bool:
    """Whether it brought an event of its own to stand in the room: no edit, no reaction."""
    call = made.call
    if not isinstance(call, SendEvent) or call.edits is not None or call.event_type != "m.room.message":
        return False
    return not call.slot or call.is_new or made.in_slot in (None, made.event)


def place_of(made: MadeCall) -> str:
    """What is edited in place: of the calls for one place the newest says all. Empty: it stands for itself."""
    call = made.call
    return (call.slot or call.edits or "") if isinstance(call, SendEvent) else ""


def stands_by_itself(made: MadeCall, gone: frozenset[EventId]) -> bool:
    """Whether it is made again whatever the room still has: a state that we set, or what is said of a mail that is
    posted anew."""
    call = made.call
    if isinstance(call, DescribeCommand):
        return True
    is_of_mail = made.kind is EventKind.MAIL and isinstance(call, SendEvent) and bool(call.slot)
    return is_of_mail and (made.in_slot is None or made.in_slot in gone)


def stands_on(made: MadeCall, gone: frozenset[EventId]) -> EventId | None:
    """The event that it changes or answers: it is made again where the homeserver still has that one.

    None: it is not made again. It said something of the moment, or the room gets it otherwise.
    """
    call = made.call
    if isinstance(call, PinEvent | RedactEvent):
        return call.event
    if not isinstance(call, SendEvent) or made.kind is EventKind.BOARD:
        # A board is written anew from what is to do.
        return None
    if call.event_type == "m.reaction":
        return _target(call.content)
    if call.edits is not None:
        return call.edits
    if not is_post(made) and made.in_slot is not None and made.in_slot not in gone:
        return made.in_slot
    if made.kind in _ANEW:
        return None
    return call.reply_to or call.under or (made.root if call.thread_of is not None else None)


def _target(content: str) -> EventId | None:
    relation = json.loads(content).get("m.relates_to")
    target = relation.get("event_id") if isinstance(relation, dict) else None
    return EventId(target) if isinstance(target, str) else None
