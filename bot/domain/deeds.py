"""Changes of a conversation by a command, kept so that deleting the command soon takes them back."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.wishes import NO_WISHES, Wishes


@dataclass(frozen=True, slots=True)
class Standing:
    """The part of a conversation that commands and reactions change."""

    status: Status
    status_before: Status
    assignee: UserId | None
    followers: tuple[UserId, ...]
    wishes: Wishes = NO_WISHES
    tags: tuple[str, ...] = ()
    subject: str = ""
    mailed_subject: str | None = None
    snoozed_until: datetime | None = None
    snoozed_by: UserId | None = None
    starred: tuple[UserId, ...] = ()
    correspondent: Address | None = None
    """None in deeds of before it was kept."""
    earlier: tuple[ConversationId, ...] = ()
    participants: tuple[str, ...] = ()
    goes_on_as: ConversationId | None = None
    mailbox: MailboxId | None = None
    """None in deeds of before it was kept."""
    heard: int | None = None
    """None in deeds of before it was kept."""
    room: RoomId | None = None
    """The same."""
    note: str = ""


def standing(conversation: Conversation) -> Standing:
    followers = tuple(sorted(conversation.followers))
    return Standing(
        conversation.status,
        conversation.status_before,
        conversation.assignee,
        followers,
        conversation.wishes,
        conversation.tags,
        conversation.subject,
        conversation.mailed_subject,
        conversation.snoozed_until,
        conversation.snoozed_by,
        tuple(sorted(conversation.starred)),
        conversation.correspondent,
        conversation.earlier,
        conversation.participants,
        conversation.goes_on_as,
        conversation.mailbox,
        conversation.heard,
        conversation.room,
        conversation.note,
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """The change of one conversation by one command."""

    event: EventId
    conversation: ConversationId
    person: UserId
    at: datetime
    before: Standing
    after: Standing
