"""`check dns`: what DNS says of a domain's mail, what is wrong with it, and the record to publish."""

import re

from bot.domain.calls import CheckDns
from bot.domain.command import Answer, Asked, Command, Right, Where, Words
from bot.domain.decision import Decision
from bot.domain.dns_records import USUAL_SELECTORS
from bot.domain.effects import Do
from bot.domain.hostnames import domain_of, hostname
from bot.domain.sentences import sentence

_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_MOST_SELECTORS = 10


def _check_dns(asked: Asked) -> Answer:
    """Look up the domain that is named, or that of the mailbox that is; words behind it are names of DKIM keys."""
    words = asked.called.words
    domain = _domain(asked, words[0] if words else "")
    selectors = words[1:]
    if domain is None or len(selectors) > _MOST_SELECTORS or not all(_SELECTOR.fullmatch(one) for one in selectors):
        return sentence("error.check_dns")
    look = CheckDns(domain, selectors or USUAL_SELECTORS, asked.room, asked.event)
    return Decision((), (Do(look),))


def _domain(asked: Asked, word: str) -> str | None:
    named = asked.instance.named(word) if word else asked.instance.the_only_one
    if named is not None:
        return domain_of(named.address)
    domain = domain_of(word) or hostname(word.removeprefix("@"))
    if asked.person in asked.instance.admins and asked.instance.run_in(asked.room) is None:
        return domain
    # Whoever runs single mailboxes has their domains looked up.
    own = {domain_of(address) for one in asked.instance.mailboxes for address in one.addresses}
    return domain if domain in own else None


CHECK_DNS = Command(
    "check dns",
    "admin",
    _check_dns,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.EDIT,
    french=("vérifier dns",),
    tried=("dns", "spf", "dmarc", "dkim"),
    has_more=True,
)
