"""How many mails of one sender a person is mailed of in a day, while nobody here answers them.

What is behind a member's mailbox (a ticket system, an absence note) may answer each notification by a new mail, from an
address that nobody registered, in words of its own: nothing tells it from a letter, but that it never ends.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.blocking import is_for_everybody
from bot.domain.happening import what_of
from bot.domain.notices import ANSWERS, MailedOf
from bot.domain.rules.notice_words import News

MOST_OF_ADDRESS: Final = 5
MOST_OF_DOMAIN: Final = 20
"""A day. A program may write from another address each time; but everybody who writes may work in one house. Of a
provider's domain, which is everybody's, nothing is counted."""
_NUMBER: Final = re.compile(r"[-_.=](?:\d+|(?=[a-f]*\d)[0-9a-f]{8,64})(?=[-_.=]|$)")
"""Of a ticket, in its address: `ticket-123`, `reply_8f3ab2c1`. Student numbers (`s123456`) are people."""


def is_kept_here(news: News) -> bool:
    """Whether the person is told of it in Matrix alone. What a colleague did is mailed, whoever wrote before."""
    return news.is_of_mails and is_too_much(*times_mailed(news))


def times_mailed(news: News) -> tuple[int, int]:
    answered = [entry.at for entry in news.snapshot.history if what_of(entry.action) in ANSWERS]
    return times_of(news.one.correspondent.address, news.snapshot.lately, answered)


def is_too_much(of_address: int, of_domain: int) -> bool:
    return of_address >= MOST_OF_ADDRESS or of_domain >= MOST_OF_DOMAIN


def times_of(correspondent: str, lately: Iterable[MailedOf], answered: Iterable[datetime] = ()) -> tuple[int, int]:
    """How often a person was mailed of the mails of an address, and of all of its domain, since one of these was
    answered.

    Args:
        answered: in the conversation that is asked about.
    """
    address, domain = keys_of(correspondent)
    known, here = [(*keys_of(one.correspondent), one) for one in lately], tuple(answered)
    of_address = _unanswered([one for theirs, _, one in known if theirs == address], here)
    if is_for_everybody(domain):
        return of_address, 0
    return of_address, _unanswered([one for _, theirs, one in known if theirs == domain], here)


def keys_of(address: str) -> tuple[str, str]:
    """An address without its plus sign (RFC 5233) and the number of a ticket; and its domain."""
    local, at, domain = normal(address).rpartition("@")
    return f"{_NUMBER.sub('', local.partition('+')[0])}{at}{domain}", f"{at}{domain}"


def _unanswered(mailed: Sequence[MailedOf], answered: Iterable[datetime]) -> int:
    """How many of these are newer than any answer."""
    every = (*answered, *(one.answered_at for one in mailed if one.answered_at is not None))
    last = max(every, default=None)
    return sum(last is None or one.at > last for one in mailed)
