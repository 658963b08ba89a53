"""The to-do list of a room: which conversations it shows."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.ids import UserId

BOARD_ROWS = 30
COMING_ROWS = 5
"""Snoozed conversations that a board shows."""


@dataclass(frozen=True, slots=True)
class BoardGroups:
    """The rows of a board; none stands in two groups."""

    nobodys: tuple[Conversation, ...]
    """Newest first."""
    by_person: tuple[tuple[UserId, tuple[Conversation, ...]], ...]
    oldest: tuple[Conversation, ...]
    """The longest waiting of the rest, if the board cannot show all."""


@dataclass(frozen=True, slots=True)
class BoardListing:
    """Active conversations, at most `BOARD_ROWS` of each kind, and the counts of all."""

    nobodys: tuple[Conversation, ...]
    """Newest first."""
    assigned: tuple[Conversation, ...]
    """Newest first."""
    oldest: tuple[Conversation, ...]
    """Longest waiting first, whoever has them."""
    active: int
    unassigned: int
    pending: int
    quiet: int = 0
    """Number of conversations that need no answer, and so are not to do."""
    coming: tuple[Conversation, ...] = ()
    """Snoozed, the soonest first, at most `COMING_ROWS`."""
    snoozed: int = 0
    """Number of all that are."""
    unapproved: int = 0
    """Number of answers that wait for somebody's approval."""

    def groups(self) -> BoardGroups:
        """The shown rows: all if they fit, else the newest of each kind, and the longest waiting."""
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
