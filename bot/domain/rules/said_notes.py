"""Notes and talk as they stand in a thread: what was deleted, and what somebody has read."""

from collections.abc import Iterable

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
