"""The times of further tries: growing pauses, two days for mail, no end for the room."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MAIL_PATIENCE = timedelta(days=2)
"""RFC 5321 4.5.4.1 asks for at least four to five days between servers; a person waits here, so two (PRODUCT 5)."""

_MAIL_PAUSES = (60, 150, 300, 900, 1800, 3600)
_ROOM_PAUSES = (1, 2, 5, 10, 20, 40, 60)


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The time for tries is over."""


def next_mail_try(*, failures: int, first_tried_at: datetime, now: datetime) -> datetime | GiveUp:
    """The pause after the failure number `failures` (from 1): 1 min, 2.5 min, 5, 15, 30, then each hour."""
    if now - first_tried_at >= MAIL_PATIENCE:
        return GiveUp()
    return now + timedelta(seconds=_MAIL_PAUSES[min(failures, len(_MAIL_PAUSES)) - 1])


def next_room_try(*, failures: int, after: float | None, now: datetime) -> datetime:
    """The pause of a call to the room or to IMAP: the server's own, else 1 s growing to a minute."""
    pause = _ROOM_PAUSES[min(max(failures, 1), len(_ROOM_PAUSES)) - 1]
    return now + timedelta(seconds=after if after is not None else pause)
