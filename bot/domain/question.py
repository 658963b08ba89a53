"""What a member was asked back about before it is sent, and what a command changed: each can be answered once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.conversation import Conversation, Status
from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import ConversationId, EventId, MessageRow, UserId
from bot.domain.mail import Address

HOLDS = timedelta(minutes=15)
"""For so long a question can be answered as it was put."""


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that was not decided yet: its writer was asked back. The answer uses it up."""

    row: MessageRow
    """The row that its mail gets: one question makes at most one mail."""
    conversation: ConversationId
    person: UserId
    event: EventId
    """The message whose words would leave."""
    text: str
    files: tuple[Enclosure, ...]
    to: tuple[Address, ...]
    """Empty where a word is to say who gets it."""
    cc: tuple[Address, ...]
    newest: tuple[MessageRow, ...]
    """The newest mails, in and out, that it knew of."""
    at: datetime
    is_used: bool = False


def own_file(question: Question) -> SharedFile | None:
    """What was posted with the message itself."""
    return next((one.file for one in question.files if one.event == question.event), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What commands and reactions change of a conversation."""

    status: Status
    status_before: Status
    assignee: UserId | None
    followers: tuple[UserId, ...]


def standing(conversation: Conversation) -> Standing:
    return Standing(
        conversation.status, conversation.status_before, conversation.assignee, tuple(sorted(conversation.followers))
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """What one command changed of one conversation, so that deleting the command soon takes it back."""

    event: EventId
    conversation: ConversationId
    person: UserId
    at: datetime
    before: Standing
    after: Standing
