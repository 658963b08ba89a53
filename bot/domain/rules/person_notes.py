"""Notes on people: shown, changed by an edit of their message, taken back by its deletion, for a moment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.command import Called, Command, Reading
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision
from bot.domain.happening import What
from bot.domain.ids import RoomId, UserId
from bot.domain.page import Bullets
from bot.domain.persons import DropPersonNote, KeepPersonNote, PersonNote, note_words
from bot.domain.rules import moves
from bot.domain.sentences import sentence
from bot.domain.settings import Instance


def notes_of(notes: tuple[PersonNote, ...]) -> Bullets:
    """Each with its number, writer and time."""
    return Bullets(
        tuple(
            sentence("who_note.row", number=number, text=one.text, who=one.by, at=one.at)
            for number, one in enumerate(notes, 1)
        )
    )


def may_change(one: PersonNote, room: RoomId, instance: Instance, now: datetime) -> bool:
    """Whether what happens to its message, in that room, still happens to the note."""
    return instance.takes_back(one.mailbox, room, one.at, now)


def is_in(one: PersonNote, room: RoomId, instance: Instance) -> bool:
    """Whether the note is that room's: deleting its message there takes it out of everything, at any time."""
    mailbox = instance.mailbox(one.mailbox)
    return mailbox is not None and mailbox.room == room


def forgotten(one: PersonNote, shown: Iterable[Conversation], *, by: UserId, now: datetime) -> Decision:
    """The note is no more, and stands on none of these conversations' cards."""
    decision = Decision((DropPersonNote(one.mailbox, one.event),))
    for each in dict.fromkeys(shown):
        if each.note == one.text:
            decision += moves.changed(each, replace(each, note=""), What.PERSON_NOTED, actor=by, now=now)
    return decision


def reworded(one: PersonNote, reading: Reading, row: Command) -> Decision:
    """The note reads as its message does; where that is no note any more, there is none.

    Args:
        row: the command that notes. The words of another one are meant for somebody else.
    """
    text = note_words(reading.text) if isinstance(reading, Called) and reading.command is row else ""
    if not text:
        return Decision((DropPersonNote(one.mailbox, one.event),))
    return Decision((KeepPersonNote(replace(one, text=text)),))
