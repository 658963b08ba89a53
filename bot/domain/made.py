"""Calls to the room that were made: what a homeserver that was put back may have lost."""

from dataclasses import dataclass

from bot.domain.calls import ChatCall
from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EffectId, EventId


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One call with the event that it became."""

    effect: EffectId
    call: ChatCall
    event: EventId | None
    """None for what sends no event, and for what is known to be lost."""
    kind: EventKind | None
    conversation: ConversationId | None
    in_slot: EventId | None
    """What stands in its slot today."""
    root: EventId | None
    """The card of its thread today."""
