"""How far a person has read a conversation: by their receipts, and by what they wrote there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.conversation import Conversation, HistoryEntry, KnownEvent, MailRecord
from bot.domain.ids import EventId, MessageRow, RoomId, UserId
from bot.domain.read_places import AtLines, Everywhere, InThread
from bot.domain.rights import proves_sight, server_of
from storage import events, members, own_edits
from storage.database import Tx


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
    tx: Tx, done: Iterable[HistoryEntry], records: Iterable[MailRecord], *, bot: UserId, read: EventId | None
) -> tuple[HistoryEntry, ...]:
    """Lines of the history with the times of the messages that show them. The time of a message of another homeserver
    counts where it is the very one that was read. An answer whose message was edited has other words than it had.

    Args:
        records: the mails of the conversation.
        read: the message at which the person's receipt stands.
    """
    lines = tuple(done)
    found = await events.several(tx, [one.event for one in lines if one.event is not None])
    sources = {one.row: one.source for one in records if one.source is not None}
    answers = {sources[one.mail]: one.event for one in found.values() if one.mail is not None and one.mail in sources}
    said = await events.several(tx, tuple(answers))
    edited = {answers[one.event] for one in said.values() if one.edit is not None}
    times = {
        one.event: one.at
        for one in found.values()
        if one.event not in edited and (one.event == read or server_of(one.sender or bot) == server_of(bot))
    }
    return tuple(one if one.event is None else replace(one, shown_at=times.get(one.event)) for one in lines)


def latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
