"""A direct chat: a room of the bot and one person, who asks there over all mailboxes whose rooms they are in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import RoomId, UserId


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


@dataclass(frozen=True, slots=True)
class OwnSetting:
    """What a person set for themselves."""

    person: UserId
    what: Own
    value: str


@dataclass(frozen=True, slots=True)
class SaveDirect:
    """The person's direct chat is this from now on, and no other."""

    direct: Direct


@dataclass(frozen=True, slots=True)
class EndDirect:
    """A room is nobody's direct chat any more: what was to be said there and has not been is not said."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class SaveOwn:
    """It is set so from now on; empty: as if never set."""

    setting: OwnSetting
    at: datetime


DirectChange = SaveDirect | EndDirect | SaveOwn


def lane_of(room: RoomId) -> str:
    """The lane of all that is said in a direct chat: in order, and the bot leaves after its last words."""
    return f"room:{room}"
