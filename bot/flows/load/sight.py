"""How far a person has read a conversation: by their receipts, and by what they wrote there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.conversation import Conversation, EventKind, HistoryEntry, KnownEvent, MailRecord
from bot.domain.ids import EventId, MessageRow, RoomId, UserId
from bot.domain.inputs.said import ReadUpTo
from bot.domain.read_places import AtLines, Everywhere, InThread, InTimeline
from bot.domain.rights import proves_sight, server_of
from storage import events, members, own_edits
from storage.database import Tx
from storage.members import ReadMark

_ON_ITS_WAY: Final = timedelta(seconds=10)
"""A receipt may be given before an edit has come to the reader, and be dated after it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was posted until then has been seen."""

    thread: datetime | None
    """In the thread itself."""
    line: datetime | None
    """At a news line of the main timeline, which shows the first words alone."""
    read: datetime | None
    """In the thread, by receipts alone."""
    event: EventId | None
    """At which the receipt in the thread stands."""
    timeline: tuple[ReadMark, ...]
    """In the main timeline, and in all of the room."""

    @property
    def at(self) -> datetime | None:
        """The later of both."""
        return latest(self.thread, self.line)


async def seen_in(tx: Tx, one: Conversation, person: UserId, bot: UserId, *, but: EventId | None = None) -> Sight:
    """
    Args:
        but: the message that is being decided: it proves nothing of what came before.
    """
    marks = await members.marks_of(tx, one.room, person, one.id)
    wrote = await events.last_by(tx, one.id, person, but=but) if proves_sight(bot, person, person) else None
    thread, line, every = (marks.get(place) for place in (InThread(one.id), AtLines(one.id), Everywhere()))
    everywhere = every.at if every is not None else None
    by_receipt = latest(thread.at if thread is not None else None, everywhere)
    return Sight(
        thread=latest(by_receipt, wrote),
        line=latest(line.at if line is not None else None, everywhere),
        read=by_receipt,
        event=thread.event if thread is not None else None,
        timeline=tuple(mark for mark in (marks.get(InTimeline()), every) if mark is not None),
    )


async def was_read(tx: Tx, room: RoomId, event: EventId) -> tuple[KnownEvent, datetime] | None:
    """The message that a receipt names, or a member's edit of one; and the time until which it counts. What of ours
    hangs on a message is of its thread, and later."""
    known = await events.at(tx, room, event)
    if known is not None:
        return known, known.at
    hanging = await own_edits.get(tx, event)
    message = await events.get(tx, room, hanging.message) if hanging is not None else None
    return (message, hanging.at) if hanging is not None and message is not None else None


async def read_by(tx: Tx, input: ReadUpTo, bot: UserId) -> tuple[KnownEvent, datetime] | None:
    """What a receipt names, as in `was_read`. Some clients show no edit as an event: of the last message of a thread it
    was read as it was edited by then, where one clock says so."""
    read = await was_read(tx, input.room, input.event)
    if read is None or server_of(input.user) != server_of(bot):
        return read
    known, until = read
    if known.conversation is None or known.kind in (EventKind.CONVERSATION, EventKind.NEWS, EventKind.ABOVE):
        return read
    below = await events.edits_below(tx, known.conversation, input.room, until, input.at - _ON_ITS_WAY)
    ours = [edit for edit in below if server_of(edit.sender or bot) == server_of(bot)]
    return (ours[-1], ours[-1].at) if ours else read


async def posted_to(
    tx: Tx, records: Sequence[MailRecord], person: UserId, *, is_elsewhere: bool
) -> dict[MessageRow, datetime]:
    """When mails of a conversation were posted, of those that were.

    Args:
        is_elsewhere: they may have been posted before, in another thread: the first one counts, where the person is.
    """
    shown = {record.row: record.event for record in records if record.event is not None}
    times = await events.posted(tx, list(shown.values()))
    first = await events.first_posted(tx, [record.row for record in records], person) if is_elsewhere else {}
    return {row: times[event] for row, event in shown.items() if event in times} | first


async def as_shown(
    tx: Tx, one: Conversation, done: Iterable[HistoryEntry], records: Iterable[MailRecord], sight: Sight, bot: UserId
) -> tuple[HistoryEntry, ...]:
    """Lines of the history with the times of the messages that show them. The time of a message of another homeserver
    counts where it is the very one that was read. An answer whose message was edited has other words than it had.

    Args:
        records: the mails of the conversation.
        sight: how far the person has read it.
    """
    lines = tuple(done)
    found = await events.several(tx, [line.event for line in lines if line.event is not None])
    sources = {record.row: record.source for record in records if record.source is not None}
    answers = {sources[known.mail]: known.event for known in found.values() if known.mail in sources}
    said = await events.several(tx, tuple(answers))
    edited = {answers[known.event] for known in said.values() if known.edit is not None}

    def shown(line: HistoryEntry) -> HistoryEntry:
        known = found.get(line.event) if line.event is not None else None
        if known is None or known.event in edited:
            return line
        is_ours = server_of(known.sender or bot) == server_of(bot)
        if known.conversation is None or known.kind is EventKind.ABOVE:
            marks = sight.timeline if known.room == one.room else ()
            at = known.at if is_ours else line.at
            seen = (mark.event == known.event or at <= mark.at for mark in marks)
            return replace(line, is_seen=any(seen))
        return replace(line, shown_at=known.at) if is_ours or known.event == sight.event else line

    return tuple(map(shown, lines))


def latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
