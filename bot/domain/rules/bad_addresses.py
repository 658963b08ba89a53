"""Addresses from which our last mails came back, so that an answer to them is asked about before it leaves.

The mailbox remembers them (`Returned`), whichever conversation the mails were of. Where it remembers nothing, the
conversation's own mails tell: those of a house of before, and of a mailbox that it was moved from.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.conversation import MailRecord, OutState
from bot.domain.decision import Change, ClearReturned, SaveReturned
from bot.domain.ids import MailboxId
from bot.domain.mail import Address
from bot.domain.returned import TIMES, Returned
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work

ACCEPTED = (OutState.SENT, OutState.PARTLY, OutState.BOUNCED)
"""States of a mail that some server has accepted for good, so that it tells something about an address."""


def bad_addresses(work: Work, whom: Sequence[Address]) -> tuple[Address, ...]:
    """Those from whom the last two mails came back, and who have not written since.

    A mail that did not come back, or one of theirs that somebody should read, clears an address.
    """
    return tuple(one for one in whom if _is_bad(work, normal(one.address)))


def warned_of(work: Work, whom: Sequence[Address]) -> Sentence | None:
    """What to ask about before a mail leaves to them; None where no address is known to be bad."""
    bad = bad_addresses(work, whom)
    addresses = ", ".join(one.address for one in bad)
    return sentence("question.bad_address", addresses=addresses, count=len(bad)) if bad else None


def became_bad(work: Work, record: MailRecord) -> tuple[Address, ...]:
    """Those to whom the mail goes that have become bad since it was written: of all before its writer was asked."""
    since = {one.address for one in work.returned if one.is_bad and one.at > record.date}
    return tuple(one for one in (*record.to, *record.cc, *record.bcc) if normal(one.address) in since)


def after_bounce(known: Sequence[Returned], before: MailRecord, after: MailRecord, now: datetime) -> tuple[Change, ...]:
    """What is remembered where a mail of a member, or what was known of it, becomes `after`: whom it did not reach."""
    if after.author is None:
        return ()
    gone = {normal(one) for one in after.failed} - {normal(one) for one in before.failed}
    here = {one.address: one for one in known}
    lost = sorted(gone & _people((*after.to, *after.cc, *after.bcc)))
    first = {one: Returned(after.mailbox, one, 1, after.row, None, now) for one in lost}
    again = {one: here[one].again(after.row, now) for one in lost if one in here}
    return tuple(SaveReturned((first | again)[one], here.get(one)) for one in lost)


def after_taken(
    known: Sequence[Returned], record: MailRecord, by: Iterable[str], but: Iterable[str], now: datetime
) -> tuple[Change, ...]:
    """The same where a server took a member's mail for these addresses, `but` not for those."""
    if record.author is None:
        return ()
    served = {normal(one) for one in by} - {normal(one) for one in but}
    return tuple(SaveReturned(one.taken(record.row, now), one) for one in known if one.address in served)


def after_words(mailbox: MailboxId, writers: Sequence[Address], now: datetime) -> tuple[Change, ...]:
    """The same where somebody wrote words that are to be read."""
    return tuple(ClearReturned(mailbox, one, now) for one in sorted(_people(writers)) if one)


def _is_bad(work: Work, address: str) -> bool:
    known = next((one for one in work.returned if one.address == address), None)
    if known is not None and (known.is_bad or known.is_cleared):
        return known.is_bad
    return _is_bad_here(work, address)


def _is_bad_here(work: Work, address: str) -> bool:
    told = [r for r in work.outgoing if r.state in ACCEPTED and address in _people((*r.to, *r.cc, *r.bcc))][-TIMES:]
    if len(told) < TIMES or not all(_came_back(r, address) for r in told):
        return False
    last = told[-1]
    # Counted, because the clocks of two servers differ.
    return not any(r.heard > last.heard and address in _people(r.from_) for r in work.incoming)


def _came_back(record: MailRecord, address: str) -> bool:
    """Also where our server refused this one recipient, and took the mail for the others."""
    return record.state in (OutState.BOUNCED, OutState.PARTLY) and address in {normal(one) for one in record.failed}


def _people(addresses: Sequence[Address]) -> set[str]:
    return {normal(one.address) for one in addresses}
