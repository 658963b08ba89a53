"""Which calls that a homeserver lost are made again: those that changed or answered an event that it still has."""

import json

from bot.domain.calls import DescribeCommand, PinEvent, RedactEvent, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import EventId
from bot.domain.made import MadeCall

_ANEW = frozenset({EventKind.CONVERSATION, EventKind.MAIL, EventKind.ATTACHMENT})
"""Kinds of events that are posted anew from the database: cards and mails."""


def is_post(made: MadeCall) -> bool:
    """Whether a call posted a message of its own, and no edit or reaction."""
    call = made.call
    if not isinstance(call, SendEvent) or call.edits is not None or call.event_type != "m.room.message":
        return False
    return not call.slot or call.is_new or made.in_slot in (None, made.event)


def place_of(made: MadeCall) -> str:
    """The place that a call edits; the newest call for a place says all. Empty where a call stands for itself."""
    call = made.call
    return (call.slot or call.edits or "") if isinstance(call, SendEvent) else ""


def stands_by_itself(made: MadeCall, gone: frozenset[EventId]) -> bool:
    """Whether a call is made again whatever the room has: it set a state, or tells of a mail that is posted anew."""
    call = made.call
    if isinstance(call, DescribeCommand):
        return True
    is_of_mail = made.kind is EventKind.MAIL and isinstance(call, SendEvent) and bool(call.slot)
    return is_of_mail and (made.in_slot is None or made.in_slot in gone)


def stands_on(made: MadeCall, gone: frozenset[EventId]) -> EventId | None:
    """The event that a call changes or answers; the call is made again where the homeserver still has that event.

    None where the call is not made again: its words were for the moment, or reach the room by another way.
    """
    call = made.call
    if isinstance(call, PinEvent | RedactEvent):
        return call.event
    if not isinstance(call, SendEvent) or made.kind is EventKind.BOARD:
        # A board is written anew from the conversations.
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
