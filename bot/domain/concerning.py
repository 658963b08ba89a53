"""What concerns one person: their conversations, and the mails that name them in others'."""

from collections.abc import Collection, Iterable
from enum import Enum, auto

from bot.domain.addresses import normal
from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.participants import Envelope, correspondent_of
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


def wrote(record: MailRecord, person: Addresses, own: Addresses) -> bool:
    """Whether the person wrote the mail, also through a form, which names them in Reply-To."""
    return _wrote(record, person, own, is_ours=record.direction is not Direction.IN)


def _wrote(mail: Envelope, person: Addresses, own: Addresses, *, is_ours: bool) -> bool:
    if _is_any(person, (one.address for one in (*mail.original_from, *mail.from_))):
        return True
    if is_ours or not mail.reply_to:
        return False
    return normal(correspondent_of(mail, own, is_automatic=False, is_list=False).address) in person


def names(record: MailRecord, person: Addresses) -> bool:
    """Whether the person wrote the mail, or got it."""
    people = (*record.reply_to, *record.to, *record.cc, *record.bcc)
    named = (*(one.address for one in people), *record.recipients, *record.failed)
    writers = (one.address for one in (*record.original_from, *record.from_))
    return _is_any(person, (*writers, *named))


def goes_with(mail: Envelope, person: Addresses, own: Addresses, *, is_ours: bool) -> bool:
    """Whether the person wrote the mail, or it is one of ours to nobody but them, and us. `own`: the mailbox's
    addresses."""
    got = {normal(one.address) for one in (*mail.to, *mail.cc)} - own
    return _wrote(mail, person, own, is_ours=is_ours) or (is_ours and bool(got) and got <= person)


def people_in(mail: Envelope) -> Addresses:
    """Everybody whom its headers name."""
    named = (*mail.from_, *mail.original_from, *mail.reply_to, *mail.to, *mail.cc)
    return frozenset(normal(one.address) for one in named if one.address)


def people_of(one: Conversation, mails: Iterable[MailRecord]) -> Addresses:
    """Everybody whom a conversation and its mails name."""
    found = {one.correspondent.address}
    for record in mails:
        people = (*record.from_, *record.original_from, *record.reply_to, *record.to, *record.cc, *record.bcc)
        found |= {each.address for each in people}
    return frozenset(normal(each) for each in found if each)


def part_of(one: Conversation, mails: Iterable[MailRecord], person: Addresses, own: Addresses) -> Part:
    """How much of a conversation concerns a person. What a machine wrote makes nobody take part in it."""
    mails = tuple(mails)
    is_theirs = normal(one.correspondent.address) in person
    came = (record for record in mails if record.direction is Direction.IN and not record.is_automatic)
    others = any(not wrote(record, person, own) for record in came)
    if is_theirs and not others:
        return Part.ALL
    return Part.SOME if is_theirs or any(names(record, person) for record in mails) else Part.NOTHING


def _is_any(person: Collection[str], addresses: Iterable[str]) -> bool:
    return any(normal(one) in person for one in addresses if one)
