"""How the servers and mailboxes are doing: outages that people were told of, and the figures of each mailbox."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import MailboxId


@dataclass(frozen=True, slots=True)
class Outage:
    """A server that is away, as people were told. It stands until it is told to be back, also over a restart."""

    service: str
    """`matrix`, `imap`, `smtp`, `room`, `database`."""
    of: str
    """The mailbox, or the room where the service is one; empty: of all."""
    reason: str
    """A short technical name."""
    since: datetime


@dataclass(frozen=True, slots=True)
class MailboxCondition:
    """The figures of one mailbox."""

    mailbox: MailboxId
    last_mail: datetime | None
    """When the newest mail of a person was written; None: there is none."""
    waiting: int
    """Mails that are on their way out, or wait for their server."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of the house."""

    outages: tuple[Outage, ...]
    mailboxes: tuple[MailboxCondition, ...]
    put_aside: int
    """Inputs that could not be decided."""
    oldest_due: datetime | None
    """Since when the oldest call has been due; None: none is."""
