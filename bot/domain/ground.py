"""Conversations that go to a mailbox of another room: what stands there for them, and what they leave behind."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.ids import ConversationId, EventId, MessageRow, UserId
from bot.domain.work import Outgoing


@dataclass(frozen=True, slots=True)
class Ground:
    """The room of the mailbox, and what of the conversation stands there from before."""

    members: tuple[UserId, ...] = ()
    newcomers: tuple[UserId, ...] = ()
    """Those of the members who never saw the conversation: they are not in the room that it leaves."""
    newest: tuple[MailRecord, ...] = ()
    """The conversation's newest mails, oldest first."""
    card: EventId | None = None
    """The card that it had in this room."""
    shown: tuple[tuple[MessageRow, EventId], ...] = ()
    """Those of `newest` that stand in this room, each with its event."""
    earlier: tuple[ConversationId, ...] = ()
    """The other conversations of its correspondent in the mailbox, newest first."""
    note: str = ""
    """The mailbox's newest note on its correspondent."""
    along: tuple["Companion", ...] = ()
    """What was merged into it and stands in the room that it leaves."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A conversation that goes along with the one as which it goes on."""

    conversation: Conversation
    outgoing: Outgoing
    ground: Ground


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A conversation that went to another room, whose thread is still written in."""

    number: ConversationId
    card: EventId | None
    """Its card in the room in which somebody wrote."""
