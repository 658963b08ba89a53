"""What an outgoing mail is made of: from whom, to whom, what it quotes."""

import re
from typing import assert_never

from bot.domain.conversation import MailRecord
from bot.domain.effects import Draft
from bot.domain.ids import MessageRow
from bot.domain.mail import Address
from bot.domain.settings import QuoteMode
from bot.domain.snapshots import Work

_ADDRESS = re.compile(r"^[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+$")


def submit_key(record: MailRecord) -> str:
    """The outbox key of a mail's submission, by which it is undone."""
    return f"submit:{record.row}"


def quotes_of(work: Work) -> tuple[MessageRow, ...]:
    """The mails that an answer decided now quotes, newest first: those that its writer could see."""
    match work.mailbox.quote:
        case QuoteMode.NONE:
            return ()
        case QuoteMode.LAST:
            return (work.newest_in.row,) if work.newest_in is not None else ()
        case QuoteMode.FULL:
            return tuple(r.row for r in work.history)
        case _ as unreachable:
            assert_never(unreachable)


def draft_of(work: Work, record: MailRecord) -> Draft:
    """The mail as it is to be written, with what it was decided to quote."""
    known = {r.row: r for r in (*work.history, *work.quoted)}
    if work.newest_in is not None:
        known[work.newest_in.row] = work.newest_in
    quoted = tuple(known[row] for row in record.quotes if row in known)
    return Draft(record, record.text, record.from_[0], quoted, work.mailbox.signature)


def sender_address(work: Work) -> Address:
    """The mailbox's name, and its address or the alias that the mail was written to."""
    aliases = {alias.lower(): alias for alias in work.mailbox.aliases}
    if work.newest_in is not None:
        for address in (*work.newest_in.to, *work.newest_in.cc):
            if address.address.lower() == work.mailbox.address.lower():
                break
            if address.address.lower() in aliases:
                return Address(work.mailbox.name, aliases[address.address.lower()])
    return Address(work.mailbox.name, work.mailbox.address)


def recipients(work: Work) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc: Reply-To honoured, Cc kept, our own addresses and doubles removed everywhere."""
    own = work.mailbox.own_addresses
    last = work.newest_in
    if last is None and work.newest_out is not None:
        to, cc = list(work.newest_out.to), list(work.newest_out.cc)
    elif last is not None:
        to = [a for a in last.reply_to if a.address] or list(last.from_[:1])
        cc = [*last.to, *last.cc]
        if last.is_automatic and work.conversation.correspondent.address:
            to = [work.conversation.correspondent]
    else:
        to, cc = [work.conversation.correspondent], []
    seen = set(own)
    kept: list[list[Address]] = [[], []]
    for place, addresses in enumerate((to, cc)):
        for address in addresses:
            if address.address and address.address.lower() not in seen and _ADDRESS.match(address.address):
                seen.add(address.address.lower())
                kept[place].append(address)
    if not kept[0] and kept[1]:
        kept[0], kept[1] = kept[1][:1], kept[1][1:]
    return tuple(kept[0]), tuple(kept[1])
