"""A direct chat: a room of the bot and one person, who asks there over all mailboxes whose rooms they are in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import ConversationId, EventId, RoomId, UserId

QUIET: Final = "quiet"
DIGEST: Final = "digest"
"""Kinds of timers: of a person's own times."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The direct chat of a person; nobody has two."""

    room: RoomId
    person: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """A room without a mailbox that the bot was invited to."""

    inviter: UserId
    is_direct: bool
    """The invitation said that it is a chat of two; whether it is one shows when the bot is in it."""


class Own(StrEnum):
    """What a person sets for themselves alone. The values stand in databases, and never change."""

    LANGUAGE = "language"
    TIMEZONE = "timezone"
    QUIET = "quiet"
    """From when to when they are told nothing (`quiet.Span`)."""
    DIGEST = "digest"
    """When they are told what waits (`quiet.Digest`)."""
    MAIL_TO = "mail-to"
    """Which of their own addresses mail goes to; nothing where it is theirs no more."""


@dataclass(frozen=True, slots=True)
class OwnSetting:
    """What a person set for themselves."""

    person: UserId
    what: Own
    value: str
    """Empty: as if never set."""
    at: datetime
    source: EventId
    """The command; empty where it cannot be taken back any more."""
    before: str
    """Before that command."""


@dataclass(frozen=True, slots=True)
class SaveDirect:
    """The person's direct chat is this from now on, and no other."""

    direct: Direct


@dataclass(frozen=True, slots=True)
class EndDirect:
    """A room is nobody's direct chat any more: what was to be said there and has not been is not said. The news in it
    are held, and told at once: in another chat of its person, or in the rooms of the mailboxes."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class SaveOwn:
    """It is set so from now on."""

    setting: OwnSetting


@dataclass(frozen=True, slots=True)
class HoldNews:
    """Something happened in a conversation of which the person is to be told after their quiet hours."""

    person: UserId
    conversation: ConversationId
    at: datetime


@dataclass(frozen=True, slots=True)
class DropNews:
    """What happened in the person's quiet hours has been told, or is told to nobody."""

    person: UserId


DirectChange = SaveDirect | EndDirect | SaveOwn | HoldNews | DropNews


def quiet_timer(person: UserId) -> str:
    """The timer at the end of a person's quiet hours in which something happened."""
    return f"{QUIET}:{person}"


def digest_timer(person: UserId) -> str:
    """The timer of a person's next digest."""
    return f"{DIGEST}:{person}"


def lane_of(room: RoomId) -> str:
    """The lane of all that is said in a direct chat: in order, and the bot leaves after its last words."""
    return f"room:{room}"
