"""Notes and talk as they stand in a thread: what was deleted, and what somebody has read."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.conversation import HistoryEntry
from bot.domain.happening import NOTES, note_in, what_of
from bot.domain.ids import EventId, UserId
from bot.domain.notices import Written


def note_of(entry: HistoryEntry) -> EventId | None:
    """The message whose note a line of the history tells; None: it tells of none."""
    what = what_of(entry.action)
    return note_in(what, entry.detail) if what is not None else None


def standing_notes(
    history: Iterable[HistoryEntry], person: UserId, written: Written, *, are_all_known: bool
) -> tuple[HistoryEntry, ...]:
    """The history without notes of colleagues that do not stand any more."""
    oldest = min(written.values(), default=None)

    def stands(entry: HistoryEntry) -> bool:
        if what_of(entry.action) not in NOTES or entry.actor in (None, person):
            return True
        may_be_older = not are_all_known and (oldest is None or entry.at <= oldest)
        return note_of(entry) in written or may_be_older

    return tuple(filter(stands, history))


def unread(history: Iterable[HistoryEntry], written: Written, seen_at: datetime | None) -> tuple[HistoryEntry, ...]:
    """The history without the notes up to the last of which somebody has read their thread: a note reaches us a little
    later than it was written, and a receipt names that time."""
    if seen_at is None:
        return tuple(history)
    return tuple(entry for entry in history if (note := note_of(entry)) is None or _is_later(note, written, seen_at))


def _is_later(note: EventId, written: Written, seen_at: datetime) -> bool:
    at = written.get(note)
    return at is None or at > seen_at
