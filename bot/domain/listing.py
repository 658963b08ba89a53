"""Answers that are more than a sentence, as values: lists, histories, help, the board."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation, HistoryEntry, MailRecord
from bot.domain.ids import ConversationId, EventId


@dataclass(frozen=True, slots=True)
class BoardListing:
    """Open conversations, oldest first, and the counts of all."""

    rows: tuple[Conversation, ...]
    active: int
    unassigned: int
    pending: int


@dataclass(frozen=True, slots=True)
class ConversationListing:
    """The answer to `list`: `filter` is the word asked for."""

    filter: str
    rows: tuple[Conversation, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HistoryListing:
    conversation: ConversationId
    entries: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class ShowOne:
    """The answer to `show #142`: the card again, with its mails and a link."""

    conversation: Conversation
    mails: tuple[MailRecord, ...]
    root: EventId | None


@dataclass(frozen=True, slots=True)
class HelpListing:
    """The answer to `help`: command names in the order of the table; one name: its own page."""

    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """The answer to `original`: the `.eml` of a mail."""

    record: MailRecord


Listing = BoardListing | ConversationListing | HistoryListing | ShowOne | HelpListing | Original
