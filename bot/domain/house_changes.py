"""Changes of the rooms and the mailboxes themselves: what they are, where they are, and up to where they are read."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.credentials import Credential
from bot.domain.ids import (
    EventId,
    MailboxId,
    RoomId,
    UserId,
)
from bot.domain.settings import MailboxSettings
from bot.domain.upgrades import RoomUpgrade


@dataclass(frozen=True, slots=True)
class SetPassword:
    """The mailbox has this password from now on, above the one of config.yaml; None: that of config.yaml again."""

    mailbox: MailboxId
    secret: Credential | None
    by: UserId


@dataclass(frozen=True, slots=True)
class SetValue:
    """A setting of a mailbox (`merged.py` names the keys) has this value from now on; None: none of the house's."""

    mailbox: MailboxId
    key: str
    value: str | None
    by: UserId
    source: EventId | None = None
    """The message of the command: deleting it soon brings back what was before."""


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """Nobody knows any more up to where this folder was read: it is read as one that is new."""

    mailbox: MailboxId
    folder: str


@dataclass(frozen=True, slots=True)
class KeepMailbox:
    """The mailbox is ours from now on, with these settings, whatever became of one with its address before."""

    settings: MailboxSettings
    by: UserId
    goes_on: bool = False
    """It is one of before under another address: who has rights there, and what was set, stays."""


@dataclass(frozen=True, slots=True)
class AddRoom:
    """A room without a mailbox that the bot was invited to."""

    room: RoomId
    inviter: UserId
    at: datetime
    is_direct: bool = False
    """As in `WaitingRoom`."""


@dataclass(frozen=True, slots=True)
class ForgetRoom:
    """Forget a room that no mailbox uses."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class ForgetFolder:
    """Forget a folder's UIDs, which mean nothing any more (RFC 9051 2.3.1.1)."""

    mailbox: MailboxId
    folder: str


@dataclass(frozen=True, slots=True)
class SetUpgrade:
    """Remember that a room was replaced, and how far we have followed."""

    upgrade: RoomUpgrade


@dataclass(frozen=True, slots=True)
class MoveRoom:
    """Carry everything of `old` on in `new`: conversations without their cards, and calls still to be posted."""

    old: RoomId
    new: RoomId
    mailboxes: tuple[MailboxId, ...]
    """Mailboxes that may have conversations in `old`."""


@dataclass(frozen=True, slots=True)
class MoveMailbox:
    """Carry a mailbox's conversations, without their cards, to its new room in config.yaml."""

    mailbox: MailboxId
    old: RoomId
    new: RoomId
    is_shared: bool
    """Something else of ours still uses the old room."""


HouseChange = (
    SetPassword
    | SetValue
    | ReadAnew
    | KeepMailbox
    | ForgetFolder
    | AddRoom
    | ForgetRoom
    | SetUpgrade
    | MoveRoom
    | MoveMailbox
)
