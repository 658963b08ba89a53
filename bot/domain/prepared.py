"""A prepared answer: words that wait in a conversation until somebody sends them, and that anybody may change."""

import difflib
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import EventId, MessageRow, UserId

MOST_TOLD = 300
"""Characters of a change that the history keeps."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The one draft of a conversation."""

    text: str
    author: UserId
    """Who began it."""
    by: UserId
    """Who changed it last."""
    source: EventId
    """The message whose words it is: editing it changes the draft."""
    at: datetime
    mail: MessageRow | None = None
    """The mail that was made of it."""
    begun_at: datetime | None = None
    """The time of `source`, where it was edited since; None: `at`."""

    @property
    def seen_at(self) -> datetime:
        """Up to when whoever wrote it knows what stands in the thread: an edit needs no look at it."""
        return self.begun_at or self.at


def difference(before: str, after: str) -> str:
    """The words that went and came: `−samedi +dimanche`."""
    old, new = before.split(), after.split()
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind in ("replace", "delete"):
            found.append("−" + " ".join(old[a:b]))
        if kind in ("replace", "insert"):
            found.append("+" + " ".join(new[c:d]))
    told = " ".join(found)
    return told if len(told) <= MOST_TOLD else told[: MOST_TOLD - 1] + "…"
