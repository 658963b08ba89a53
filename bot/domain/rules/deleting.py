"""A message in which a secret stands is deleted, and known as such: an edit of it is deleted too."""

from datetime import datetime

from bot.domain.calls import RedactEvent
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import AddEvent, Decision
from bot.domain.effects import Do
from bot.domain.ids import EventId, RoomId, UserId


def deleted(room: RoomId, event: EventId, sender: UserId, at: datetime) -> Decision:
    """Delete the event with the secret, and remember it without words."""
    known = KnownEvent(event, room, EventKind.SECRET, None, sender, None, at)
    return Decision((AddEvent(known),), (Do(RedactEvent(room, event)),))
