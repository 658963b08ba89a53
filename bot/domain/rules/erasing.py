"""What goes when a person is erased, and what stays of a conversation that is others' as well (decision 126).

What they wrote goes, and what we wrote to them alone; a conversation that was theirs and nobody else's goes whole. The
words of others' mails stay, which are theirs: the person's name and address in their headers and on cards are replaced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.addresses import normal
from bot.domain.concerning import Addresses, Part, goes_with, names, part_of
from bot.domain.conversation import KEPT_BACK, Conversation, Direction, MailRecord, OutState
from bot.domain.ids import BlobId
from bot.domain.mail import Address

ERASED: Final = Address("", "erased@erased.invalid")
"""In the place of a person: `invalid` is nobody's domain (RFC 2606)."""
_ON_ITS_WAY = (*KEPT_BACK, OutState.RETRYING, OutState.UNKNOWN)


@dataclass(slots=True)
class Erasing:
    """What goes of all mailboxes, filled conversation by conversation."""

    person: Addresses
    whole: list[Conversation] = field(default_factory=list)
    """They go with all that belongs to them."""
    gone: list[MailRecord] = field(default_factory=list)
    """Mails that go, those of whole conversations among them."""
    changed: list[Conversation] = field(default_factory=list)
    """Others' conversations without the person."""
    renamed: list[MailRecord] = field(default_factory=list)
    """Others' mails without the person's name and address."""
    on_their_way: list[MailRecord] = field(default_factory=list)
    """Mails that may still leave: nothing is erased before they have."""
    stays: set[BlobId] = field(default_factory=set)
    """Kept files that other mails are made of."""

    @property
    def blobs(self) -> tuple[BlobId, ...]:
        """Kept files that nobody needs any more."""
        return tuple(sorted({blob for one in self.gone for blob in files_of(one)} - self.stays))

    @property
    def is_nothing(self) -> bool:
        return not (self.whole or self.gone or self.changed or self.renamed)

    def take(self, one: Conversation, mails: Sequence[MailRecord], own: Addresses) -> None:
        """Look at a conversation. `own`: the mailbox's addresses."""
        match part_of(one, mails, self.person, own):
            case Part.ALL:
                self.whole.append(one)
                gone: tuple[MailRecord, ...] = tuple(mails)
            case Part.SOME:
                gone = tuple(each for each in mails if _goes(each, self.person, own))
                left = [each for each in mails if each not in gone]
                self.renamed += [_renamed(each, self.person) for each in left if names(each, self.person)]
                self.changed.append(_without(one, self.person, len(left), is_heard=any(map(_came, gone))))
            case Part.NOTHING:
                gone = ()
        self.gone += gone
        rows = {each.row for each in gone}
        self.on_their_way += [
            each for each in mails if each.state in _ON_ITS_WAY and (each.row in rows or names(each, self.person))
        ]
        for each in mails:
            if each.row not in rows:
                self.stays |= set(files_of(each))


def files_of(record: MailRecord) -> Iterable[BlobId]:
    """The kept files that a mail is made of."""
    named = (record.raw, *(BlobId(one.sha256) for one in record.attachments), *(one.blob for one in record.files))
    return (one for one in named if one)


def _goes(record: MailRecord, person: Addresses, own: Addresses) -> bool:
    return goes_with(record, person, own, is_ours=record.direction is Direction.OUT)


def _came(record: MailRecord) -> bool:
    return record.direction is Direction.IN


def _renamed(record: MailRecord, person: Addresses) -> MailRecord:
    return replace(
        record,
        from_=_others(record.from_, person),
        original_from=_others(record.original_from, person),
        reply_to=_others(record.reply_to, person),
        to=_others(record.to, person),
        cc=_others(record.cc, person),
        bcc=_others(record.bcc, person),
        recipients=tuple(one for one in record.recipients if normal(one) not in person),
        failed=tuple(one for one in record.failed if normal(one) not in person),
        detail="" if any(one in record.detail.lower() for one in person) else record.detail,
    )


def _without(one: Conversation, person: Addresses, mails: int, *, is_heard: bool) -> Conversation:
    wishes = one.wishes
    is_theirs = normal(one.correspondent.address) in person
    customer = wishes.customer
    return replace(
        one,
        correspondent=ERASED if is_theirs else one.correspondent,
        note="" if is_theirs else one.note,
        draft=None if is_theirs else one.draft,
        # The newest words from outside may be theirs.
        words="" if is_heard else one.words,
        mails=mails,
        participants=tuple(each for each in one.participants if normal(each) not in person),
        wishes=replace(
            wishes,
            cc=tuple(each for each in wishes.cc if normal(each.address) not in person),
            bcc=tuple(each for each in wishes.bcc if normal(each.address) not in person),
            without=tuple(each for each in wishes.without if normal(each) not in person),
            customer=None if customer is not None and normal(customer.address) in person else customer,
        ),
    )


def _others(people: tuple[Address, ...], person: Addresses) -> tuple[Address, ...]:
    return tuple(ERASED if normal(one.address) in person else one for one in people)
