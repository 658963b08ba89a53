"""Mails that a server has and did not give: asked for again, ever more seldom, while the bot runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 60, 360, 1440))
MOST = 20
"""The most owed mails of a folder: each try may cost a connection."""


@dataclass(slots=True)
class Owed:
    """The owed mails by UID: how often each was asked for again, and when its next try is due."""

    _due: dict[int, tuple[int, datetime]] = field(default_factory=dict)

    def add(self, uids: Iterable[int], now: datetime) -> None:
        """Owe these mails; at most `MOST` are owed."""
        for uid in uids:
            if len(self._due) < MOST:
                self._due.setdefault(uid, (0, now + PAUSES[0]))

    def take_due(self, now: datetime) -> int | None:
        """One mail that is due. Its next try comes after a longer pause, whatever this one brings."""
        for uid, (tries, due) in self._due.items():
            if due <= now:
                self._due[uid] = (tries + 1, now + PAUSES[min(tries + 1, len(PAUSES) - 1)])
                return uid
        return None

    def settled(self, uid: int) -> None:
        """Forget a mail that came, or is gone."""
        self._due.pop(uid, None)

    def clear(self) -> None:
        """Forget everything: from now on the UIDs mean other mails."""
        self._due.clear()
