"""The mail addresses of members: each proves with a code that was mailed there that it is theirs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.ids import MailboxId, UserId

CODE_LASTS: Final = timedelta(hours=2)
"""Some servers take their time with a sender they do not know."""
MOST_TRIES: Final = 5
DAY: Final = timedelta(days=1)
MOST_CODES_TO_ONE: Final = 3
"""A day, to one address, whoever asks: nobody's mailbox is filled by our codes."""
MOST_CODES_BY_ONE: Final = 6
"""A day, for one person."""
MOST_OF_ONE: Final = 5
"""Addresses of a person."""
MOST_BOUNCES: Final = 3
"""Then nothing more is sent there, until its owner asks for a code again."""

MOST_RETURNED: Final = 20
"""Of so many mails that came back it is remembered which they were."""


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address that somebody says is theirs."""

    person: UserId
    address: str
    """As `addresses.normal` compares it."""
    mailbox: MailboxId
    """The mailbox that mailed the code."""
    source: str
    """The key of the input that asked for the code which counts (`Signer.code`); empty: none counts."""
    asked_at: datetime
    tries: int
    """Wrong codes since then."""
    codes: int
    """Codes that were mailed since `since`, for a day."""
    since: datetime
    confirmed_at: datetime | None
    """None: not theirs, or not any more. The row is kept for a day, so that the codes of the day are counted."""
    bounces: int = 0
    """Mails that came back since the code, or since something of its owner showed that one arrived."""
    returned: tuple[str, ...] = ()
    """Which those were of late (`Notified.mark`): of one mail several reports come, or one in several folders."""

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_paused(self) -> bool:
        """Too many mails came back."""
        return self.bounces >= MOST_BOUNCES

    @property
    def is_used(self) -> bool:
        """Mails go there, and its mails count as its owner's."""
        return self.is_confirmed and not self.is_paused

    def waits_at(self, now: datetime) -> bool:
        """Whether a code for it counts."""
        return bool(self.source) and now - self.asked_at < CODE_LASTS and self.tries < MOST_TRIES

    def codes_at(self, now: datetime) -> int:
        """Codes of the day."""
        return self.codes if now - self.since < DAY else 0


@dataclass(frozen=True, slots=True)
class SaveAddress:
    """It stands so from now on; what is of no use any more is forgotten."""

    address: OwnAddress


def with_return(one: OwnAddress, mark: str) -> OwnAddress:
    """The address with one more mail that came back; the same one where that was counted."""
    if mark in one.returned:
        return one
    return replace(one, bounces=one.bounces + 1, returned=(*one.returned, mark)[-MOST_RETURNED:])


def of_person(every: Iterable[OwnAddress], person: UserId) -> tuple[OwnAddress, ...]:
    """The confirmed addresses of a person, the oldest first."""
    mine = [one for one in every if one.person == person and one.confirmed_at is not None]
    return tuple(sorted(mine, key=lambda one: (one.confirmed_at or one.since, one.address)))


def masked(address: str) -> str:
    """The address as its owner knows it again and nobody else reads it: others read the room."""
    local, _, domain = address.partition("@")
    name, dot, end = domain.rpartition(".")
    return f"{local[:1]}…@{(name or end)[:1]}…{dot}{end if dot else ''}"
