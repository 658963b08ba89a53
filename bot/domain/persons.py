"""Addresses of one person, joined by the team within the mailboxes of a room; and notes on a person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.ids import EventId, MailboxId, UserId

MOST_ADDRESSES: Final = 20
"""Addresses of one person: so many indexes are read for a list of theirs."""

MOST_NOTES: Final = 30
"""Notes on one person."""
MOST_LETTERS: Final = 500


@dataclass(frozen=True, slots=True)
class PersonsAddress:
    """An address that belongs to a person, in one mailbox: another mailbox knows nothing of it."""

    mailbox: MailboxId
    address: str
    """In its compared form."""
    person: str
    """The same word for all addresses of a person; it says nothing else."""
    by: UserId
    event: EventId
    """The message of the command that brought it to this person: deleting it soon takes that back."""
    at: datetime
    before: str = ""
    """The person whose address it was until then; empty: it stood alone."""


@dataclass(frozen=True, slots=True)
class PersonNote:
    """What the team should know of a person; never in a mail."""

    mailbox: MailboxId
    address: str
    """In its compared form."""
    text: str
    by: UserId
    event: EventId
    """The message that it is."""
    at: datetime


def note_words(text: str) -> str:
    """A note in one line, of bounded length."""
    return " ".join(text.split())[:MOST_LETTERS]


def addresses_with(known: Iterable[PersonsAddress], address: str) -> tuple[str, ...]:
    """All addresses of the person of this one in these mailboxes, this one first, in compared form."""
    known, own = tuple(known), normal(address)
    persons = {(one.mailbox, one.person) for one in known if one.address == own}
    others = sorted({one.address for one in known if (one.mailbox, one.person) in persons} - {own})
    return (own, *others)


def joined(known: Iterable[PersonsAddress], new: PersonsAddress, other: str) -> tuple[PersonsAddress, ...]:
    """The rows that make one person of a new row's address and another one, in its mailbox; none where they are one.

    Args:
        known: the rows of both.
        new: who joins them, by which message.
    """
    there = {one.address: one for one in known if one.mailbox == new.mailbox}
    mine, theirs = there.get(new.address), there.get(normal(other))
    if mine is not None and theirs is not None:
        if mine.person == theirs.person:
            return ()
        moving = [one for one in there.values() if one.person == theirs.person]
        return tuple(replace(new, address=one.address, person=mine.person, before=one.person) for one in moving)
    person = mine.person if mine is not None else theirs.person if theirs is not None else str(new.event)
    alone = [address for address in (new.address, normal(other)) if address not in there]
    return tuple(replace(new, address=address, person=person) for address in alone)


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JoinAddress:
    """Give an address to a person, whoever it belonged to."""

    address: PersonsAddress


@dataclass(frozen=True, slots=True)
class PartAddress:
    """Let an address stand alone."""

    mailbox: MailboxId
    address: str


@dataclass(frozen=True, slots=True)
class KeepPersonNote:
    """Keep a note on a person, in place of what its message said before."""

    note: PersonNote


@dataclass(frozen=True, slots=True)
class DropPersonNote:
    """Forget the note that a message is."""

    mailbox: MailboxId
    event: EventId


PersonChange = JoinAddress | PartAddress | KeepPersonNote | DropPersonNote
