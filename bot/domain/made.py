"""Calls to the room that were made, and that a homeserver may have lost when it was put back."""

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
    """The event of the call; None where the call sends none, or its event is known to be lost."""
    kind: EventKind | None
    conversation: ConversationId | None
    in_slot: EventId | None
    """The event that stands in the call's slot today."""
    root: EventId | None
    """The card of the call's thread today."""
