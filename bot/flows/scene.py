"""What rendering may look at besides the effect itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.effects import Effect, Say, ShowCard, ShowPage
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.settings import Instance

CHAT = "chat"
"""The channel of calls to the room."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What rendering may look at besides the effect."""

    instance: Instance
    now: datetime
    names: Mapping[UserId, str]
    roots: Mapping[ConversationId, EventId]
    """Cards of conversations that may be linked to."""
    encrypted: frozenset[RoomId]
    files: Mapping[BlobId, bytes] = field(default_factory=dict)
    """What goes out with the mails to be written."""
    anew: frozenset[ConversationId] = frozenset()
    """Conversations that had a card before, in a room that was left: their new one rings for nothing."""

    def language(self, room: RoomId) -> str:
        mailboxes = self.instance.in_room(room)
        return mailboxes[0].language if mailboxes else self.instance.language

    def language_of(self, mailbox: MailboxId) -> str:
        found = self.instance.mailbox(mailbox)
        return found.language if found else self.instance.language

    def permalink(self, room: RoomId, event: EventId | None) -> str:
        """Empty where the card is not posted yet. `via`: a version 12 room id names no server."""
        if event is None:
            return ""
        return f"https://matrix.to/#/{room}/{event}?via={self.instance.bot.partition(':')[2]}"


def linked(effect: Effect) -> tuple[ConversationId, ...]:
    """The conversations that an effect links to by their numbers alone."""
    match effect:
        case ShowCard(conversation):
            return conversation.earlier
        case Say(conversation=number, in_thread=False) if number is not None:
            return (number,)
        case ShowPage(page=page):
            return page.linked
        case _:
            return ()
