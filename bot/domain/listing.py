"""Answers that are more than a sentence, as values: lists, histories, help, the board."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation, HistoryEntry, MailRecord
from bot.domain.ids import ConversationId, EventId, UserId

BOARD_ROWS = 30
PAGE = 30
"""Rows of a list's page."""


@dataclass(frozen=True, slots=True)
class BoardGroups:
    """The rows of a board; none stands in two groups."""

    nobodys: tuple[Conversation, ...]
    """Newest first."""
    by_person: tuple[tuple[UserId, tuple[Conversation, ...]], ...]
    oldest: tuple[Conversation, ...]
    """What waits longest of the rest, where there is more than the board shows."""


@dataclass(frozen=True, slots=True)
class BoardListing:
    """Active conversations, at most `BOARD_ROWS` of each kind, and the counts of all."""

    nobodys: tuple[Conversation, ...]
    """Newest first."""
    assigned: tuple[Conversation, ...]
    """Newest first."""
    oldest: tuple[Conversation, ...]
    """Longest waiting first, whosever they are."""
    active: int
    unassigned: int
    pending: int
    quiet: int = 0
    """Those that need no answer; not to do."""

    def groups(self) -> BoardGroups:
        """What is shown: all where it fits, else the newest of each kind, and what waits longest."""
        most = BOARD_ROWS
        if self.active > BOARD_ROWS:
            most = BOARD_ROWS - _LONGEST
        for_people = min(len(self.assigned), max(most // 2, most - len(self.nobodys)))
        assigned = self.assigned[:for_people]
        nobodys = self.nobodys[: most - for_people]
        shown = {row.id for row in (*assigned, *nobodys)}
        by_person: dict[UserId, list[Conversation]] = {}
        for row in assigned:
            if row.assignee is not None:
                by_person.setdefault(row.assignee, []).append(row)
        oldest = [row for row in self.oldest if row.id not in shown] if self.active > BOARD_ROWS else []
        people = sorted(by_person)
        return BoardGroups(nobodys, tuple((user, tuple(by_person[user])) for user in people), tuple(oldest[:_LONGEST]))


_LONGEST = 6


@dataclass(frozen=True, slots=True)
class ConversationListing:
    """The answer to `list`: `filter` is the word asked for, or a user id; `total` counts all its pages."""

    filter: str
    rows: tuple[Conversation, ...]
    total: int
    page: int = 1
    word: str = ""
    """How the filter is typed, to ask for another page."""


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
