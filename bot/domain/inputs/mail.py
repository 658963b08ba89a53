"""Inputs of the mail side: a mail, an unreadable mail, a folder that was numbered anew."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import BlobId, MailboxId
from bot.domain.mail import Mail


class FolderRole(StrEnum):
    """The meaning of a folder for its mails."""

    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"


@dataclass(frozen=True, slots=True)
class MailPlace:
    """The place of a mail on the server: its identity (RFC 9051 2.3.1.1)."""

    mailbox: MailboxId
    folder: str
    uidvalidity: int
    uid: int
    role: FolderRole


def mail_key(place: MailPlace, received_at: datetime) -> str:
    """The key of a mail, with INTERNALDATE: a restored folder gives a UID to another mail under one UIDVALIDITY."""
    p = place
    return f"mail:{p.mailbox}:{p.folder}:{p.uidvalidity}:{p.uid}:{int(received_at.timestamp())}"


@dataclass(frozen=True, slots=True)
class MailArrived:
    """A mail was read."""

    place: MailPlace
    mail: Mail
    raw: BlobId
    size: int
    received_at: datetime
    """INTERNALDATE."""
    is_backlog: bool = False
    """The mail was there before the first start, or arrived long ago: it is posted quietly."""
    is_late: bool = False
    """The server did not give the mail before."""

    @property
    def key(self) -> str:
        return mail_key(self.place, self.received_at) + (":late" if self.is_late else "")


NOT_GIVEN = "not_given"
"""The reason of a `MailUnreadable`: its server names the mail, and does not give it."""


TOO_BIG = "too_big"
"""A `MailUnreadable.reason`: larger than the house reads (`max_mail_mb`)."""


@dataclass(frozen=True, slots=True)
class MailUnreadable:
    """A mail that could not be read, is too big to be fetched, or was not given; `mail` holds what its head says."""

    place: MailPlace
    mail: Mail
    raw: BlobId | None
    """The mail's bytes; None for a mail that was too big or not given, and stays on the server."""
    size: int
    """0 where the server does not say."""
    received_at: datetime
    reason: str
    """`too_big`, `timeout`, `memory`, `not_given` …"""

    @property
    def key(self) -> str:
        return mail_key(self.place, self.received_at)


@dataclass(frozen=True, slots=True)
class FolderReset:
    """A folder was numbered anew: by a new UIDVALIDITY, or under the old one after it was restored (RFC 9051 2.3.1.1
    forbids that, backups do it). What is in it will be looked through again, without doubles."""

    mailbox: MailboxId
    folder: str
    old: int
    new: int
    at: datetime

    @property
    def key(self) -> str:
        return f"reset:{self.mailbox}:{self.folder}:{self.new}:{self.at.timestamp()}"
