"""Addresses and domains whose mail a mailbox takes as spam, without a word."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.addresses import is_one_of, normal
from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.mail import Mail
from bot.domain.participants import correspondent_of

MOST_DOMAINS: Final = 8
"""Levels of a domain that are looked at, from its end: `@example.org` blocks `@news.example.org` as well."""
MOST_WRITERS: Final = 5
PROVIDERS: Final = frozenset(
    f"@{name}"
    for name in (
        "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com "
        "yahoo.fr icloud.com me.com aol.com gmx.de gmx.net gmx.com web.de t-online.de proton.me protonmail.com "
        "orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr mailo.com posteo.net posteo.de tutanota.com"
    ).split()
)
"""Domains at which everybody may have an address: none of them is blocked as a whole."""


_OPEN_TO_ALL: Final = frozenset("ac asso co com edu go gob gouv gov ne net nom or org".split())
"""What stands before a country's letters where everybody may have a domain: `co.uk`, `asso.fr`."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """One address, or one domain, in one mailbox."""

    mailbox: MailboxId
    key: str
    """In its compared form: `spam@example.org`, or `@example.org` for a domain with all below it."""
    by: UserId
    event: EventId
    """The message of the command: deleting it soon takes the block back."""
    at: datetime


def key_of(word: str) -> str | None:
    """What a word names: an address, or a domain, written with `@` before it or without; None where it is neither."""
    # Many write a whole domain with a star.
    plain = re.sub(r"^\*(?:@|\.)", "@", word.strip("<>,;").rstrip("."))
    local, _, domain = normal(plain).rpartition("@")
    labels = domain.split(".")
    is_domain = len(labels) > 1 and all(labels) and not any(c.isspace() or c in '@<>,;:"()[]\\/*' for c in domain)
    return f"{local}@{domain}" if is_domain else None


def is_for_everybody(key: str) -> bool:
    """Whether it is a domain at which, or below which, everybody may have an address."""
    first, _, country = key.removeprefix("@").partition(".")
    return key in PROVIDERS or (key.startswith("@") and first in _OPEN_TO_ALL and len(country) == 2)


def covers(domain: str, key: str) -> bool:
    """Whether a key is of that domain, `@example.org`, or of one below it. An address covers nothing but itself."""
    return domain.startswith("@") and f".{key.rpartition('@')[2]}".endswith(f".{domain[1:]}")


def blocks(one: Blocked, address: str) -> bool:
    """Whether mail of that address is blocked by it."""
    return one.key == normal(address) or covers(one.key, normal(address))


def is_ours(key: str, own: Collection[str]) -> bool:
    """Whether it is an own address, or a domain that one of these is in."""
    return any(covers(key, one) for one in own) if key.startswith("@") else is_one_of(own, key)


def keys_of(mail: Mail, own: Collection[str]) -> tuple[str, ...]:
    """All that may be blocked so that this mail is: its writers, the correspondent, their domains with those above.

    Nothing for a delivery report: the machine that sends it is not who wrote.
    """
    if mail.is_bounce:
        return ()
    asks = correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk)
    addresses = [one.address for one in (*mail.from_[:MOST_WRITERS], asks) if one.address]
    return tuple(dict.fromkeys(key for one in addresses if not is_one_of(own, one) for key in _with_domains(one)))


def _with_domains(address: str) -> Iterable[str]:
    key = normal(address)
    labels = key.rpartition("@")[2].split(".")[-MOST_DOMAINS:]
    return (key, *(f"@{'.'.join(labels[at:])}" for at in range(len(labels) - 1)))
