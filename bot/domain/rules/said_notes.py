"""Notes and talk as they stand in a thread: what was deleted, and what somebody has read."""

from collections.abc import Iterable

from bot.domain.conversation import HistoryEntry, MailRecord
from bot.domain.happening import NOTES, note_in, what_of
from bot.domain.ids import EventId, UserId
from bot.domain.notices import Noted, Written


def note_of(entry: HistoryEntry) -> EventId | None:
    """The message whose note a line of the history tells; None: it tells of none."""
    what = what_of(entry.action)
    return note_in(what, entry.detail) if what is not None else None


def sent_notes(notes: Iterable[Noted], answers: Iterable[MailRecord]) -> frozenset[EventId]:
    """The notes that left as one of the answers, and whose words are still those that left."""
    left = {one.source: " ".join(one.text.split()) for one in answers if one.author is not None and one.source}
    there = [note for note in notes if note.event in left and (note.words or note.files)]
    return frozenset(note.event for note in there if left[note.event].startswith(" ".join(note.words.split())))


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
