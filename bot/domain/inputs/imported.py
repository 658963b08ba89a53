"""The inputs of an import: what the team had before, out of an archive or another help desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.conversation import Status
from bot.domain.ids import MailboxId, UserId
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.mail import Address


@dataclass(frozen=True, slots=True)
class MailImported:
    """A mail of an archive: it is kept and found, and shown nowhere until its conversation wakes."""

    mail: MailArrived | MailUnreadable
    """Its bytes are kept. Its place has no UID; its role says whether it is one of ours (`weight.is_ours`)."""

    @property
    def key(self) -> str:
        """By its bytes: an import that is run again decides nothing twice."""
        return f"mail:import:{self.mail.place.mailbox}:{self.mail.raw}"


MOST_NUMBER: Final = 99_999_999
"""A higher number of before is not kept."""


@dataclass(frozen=True, slots=True)
class CarriedMail:
    """A mail of a conversation of before."""

    place: str
    """Its own word there: the same mail makes the same row."""
    mail: MailArrived | MailUnreadable
    """Its role says whether it is one of ours."""


@dataclass(frozen=True, slots=True)
class CarriedNote:
    """What the team wrote about it among themselves."""

    at: datetime
    author: UserId | None
    """None: nobody whom this house knows; then the text names them."""
    text: str


@dataclass(frozen=True, slots=True)
class CarriedDeed:
    """An act of before, for the history."""

    at: datetime
    actor: UserId | None
    action: str
    """A catalogue key `history.*`."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ConversationImported:
    """A conversation of another help desk, whole."""

    source: str
    """The name of that help desk."""
    mailbox: MailboxId
    number: int
    """Its number there."""
    began: str
    """What tells it from every other one there, also of another house of that help desk."""
    subject: str
    correspondent: Address
    status: Status
    assignee: UserId | None
    followers: tuple[UserId, ...]
    tags: tuple[str, ...]
    mails: tuple[CarriedMail, ...]
    """Oldest first; at least one."""
    notes: tuple[CarriedNote, ...] = ()
    deeds: tuple[CarriedDeed, ...] = ()

    @property
    def key(self) -> str:
        return f"mail:import:{self.source}:{self.mailbox}:{self.began}"

    @property
    def there(self) -> str:
        """Its name there, as people know it."""
        return f"{self.source} #{self.number}"


@dataclass(frozen=True, slots=True)
class CarriedReply:
    """A saved reply of before."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RepliesImported:
    """The saved replies of a mailbox of another help desk."""

    source: str
    mailbox: MailboxId
    began: str
    replies: tuple[CarriedReply, ...]
    at: datetime

    @property
    def key(self) -> str:
        return f"mail:import:{self.source}:replies:{self.mailbox}:{self.began}"
