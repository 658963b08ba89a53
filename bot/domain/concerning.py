"""What concerns one person: their conversations, and the mails that name them in others'."""

from collections.abc import Collection, Iterable
from enum import Enum, auto

from bot.domain.addresses import normal
from bot.domain.conversation import Conversation, MailRecord
from bot.domain.persons import PersonsAddress

Addresses = frozenset[str]
"""Of one person, in their compared form."""


class Part(Enum):
    """How much of a conversation concerns a person."""

    ALL = auto()
    """It is theirs, and nobody else wrote in it."""
    SOME = auto()
    NOTHING = auto()


def addresses_of(known: Iterable[PersonsAddress], address: str) -> Addresses:
    """An address, and those that any mailbox joined with it."""
    known, found = tuple(known), {normal(address)}
    while True:
        persons = {(one.mailbox, one.person) for one in known if normal(one.address) in found}
        more = {normal(one.address) for one in known if (one.mailbox, one.person) in persons} - found
        if not more:
            return frozenset(found)
        found |= more


def wrote(record: MailRecord, person: Addresses) -> bool:
    """Whether the person wrote the mail."""
    return _is_any(person, (one.address for one in (*record.original_from, *record.from_)))


def names(record: MailRecord, person: Addresses) -> bool:
    """Whether the person wrote the mail, or got it."""
    people = (*record.reply_to, *record.to, *record.cc, *record.bcc)
    named = (*(one.address for one in people), *record.recipients, *record.failed)
    return wrote(record, person) or _is_any(person, named)


def is_for_them_alone(record: MailRecord, person: Addresses, own: Addresses) -> bool:
    """Whether a mail that somebody else wrote went to nobody but the person, and us."""
    got = {normal(one.address) for one in (*record.to, *record.cc, *record.bcc)} - own
    return bool(got) and got <= person


def part_of(one: Conversation, mails: Iterable[MailRecord], person: Addresses, own: Addresses) -> Part:
    """How much of a conversation concerns a person.

    Args:
        own: the mailbox's addresses.
    """
    mails = tuple(mails)
    is_theirs = normal(one.correspondent.address) in person
    others = any(not wrote(record, person) and _writers(record) - own for record in mails)
    if is_theirs and not others:
        return Part.ALL
    return Part.SOME if is_theirs or any(names(record, person) for record in mails) else Part.NOTHING


def _writers(record: MailRecord) -> set[str]:
    return {normal(one.address) for one in record.original_from or record.from_ if one.address}


def _is_any(person: Collection[str], addresses: Iterable[str]) -> bool:
    return any(normal(one) in person for one in addresses if one)
