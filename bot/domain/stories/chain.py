"""After the story: what follows from what happened, the same for all stories; one chain of pure functions."""

from dataclasses import replace

from bot.domain.conversation import HistoryEntry
from bot.domain.decision import AddHistory, Decision
from bot.domain.happening import Happening, What

NO_HISTORY = frozenset({What.CAME, What.FOLDED, What.UNFOLDED, What.GIVEN_LATE, What.ANSWERED, What.TO_DO_AGAIN})
"""What no line of a history says: a mail is seen in the thread."""


def with_history(decision: Decision) -> Decision:
    """The decision, with a line of history for each thing that happened."""
    lines = [AddHistory(_line(one)) for one in decision.happened if one.what not in NO_HISTORY]
    return replace(decision, changes=(*decision.changes, *lines)) if lines else decision


def _line(one: Happening) -> HistoryEntry:
    return HistoryEntry(one.conversation.id, one.at, one.actor, one.what.key, one.detail)
