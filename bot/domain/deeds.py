"""What a command changed of a conversation, so that deleting the command soon takes it back."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import ConversationId, EventId, UserId


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
    """What one command changed of one conversation."""

    event: EventId
    conversation: ConversationId
    person: UserId
    at: datetime
    before: Standing
    after: Standing
