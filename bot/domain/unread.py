"""What an edit would change that nobody can read."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.ids import EventId
from bot.domain.question import Question
from bot.domain.work import Outgoing


@dataclass(frozen=True, slots=True)
class Unread:
    """What was made of the message by its writer, and may wait."""

    outgoing: Outgoing | None = None
    """The conversation of `record`."""
    record: MailRecord | None = None
    """The mail that was made from the message, or from the draft that it is."""
    awaited: EventId | None = None
    """The edit because of which it is held."""
    question: Question | None = None
    """The open question about the message."""
    draft: Conversation | None = None
    """The conversation in which the message is the draft."""
    is_own: bool = False
    """The message is known as its writer's, or something was made of it."""
    is_earlier: bool = False
    """The edit came before, without its key, and a later one of the message has come since."""
