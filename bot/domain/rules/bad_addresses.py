"""Addresses from which our last mails came back, so that an answer to them is asked about before it leaves."""

from collections.abc import Sequence

from bot.domain.addresses import normal
from bot.domain.conversation import MailRecord, OutState
from bot.domain.mail import Address
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work

TIMES = 2
"""Mails in a row that come back: once may be a full mailbox."""
ACCEPTED = (OutState.SENT, OutState.PARTLY, OutState.BOUNCED)
"""States of a mail that some server has accepted for good, so that it tells something about an address."""


def bad_addresses(work: Work, whom: Sequence[Address]) -> tuple[Address, ...]:
    """Those from whom the last two mails of the conversation came back, and who have not written since.

    A mail that did not come back, or one of theirs that somebody should read, clears an address. The conversation's
    newest mails are looked at: nothing is kept for it.
    """
    return tuple(one for one in whom if _is_bad(work, normal(one.address)))


def warned_of(work: Work, whom: Sequence[Address]) -> Sentence | None:
    """What to ask about before a mail leaves to them; None where no address is known to be bad."""
    bad = bad_addresses(work, whom)
    addresses = ", ".join(one.address for one in bad)
    return sentence("question.bad_address", addresses=addresses, count=len(bad)) if bad else None


def _is_bad(work: Work, address: str) -> bool:
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
