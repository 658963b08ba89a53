"""A message in which a secret stands is deleted, and known as such: an edit of it is deleted too."""

from datetime import datetime

from bot.domain.calls import RedactEvent
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import AddEvent, Decision
from bot.domain.effects import Do
from bot.domain.ids import EventId, RoomId, UserId


def deleted(room: RoomId, event: EventId, sender: UserId, at: datetime) -> Decision:
    """What stands in the event is gone as soon as the homeserver answers."""
    known = KnownEvent(event, room, EventKind.SECRET, None, sender, None, at)
    return Decision((AddEvent(known),), (Do(RedactEvent(room, event)),))
