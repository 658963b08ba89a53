"""How the servers and mailboxes are doing: outages that people were told of, and the figures of each mailbox."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import MailboxId, RoomId
from bot.domain.inputs.mail import FolderRole


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that could not be decided and was put aside."""

    number: int
    kind: str
    reason: str
    """The kind of the fault."""
    at: datetime


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
class FolderCount:
    """The mails of a folder on the server, each counted once by what became of it here."""

    folder: str
    role: FolderRole
    on_server: int
    here: int
    earlier: int = 0
    """From before the time since which mails are brought in."""
    copies: int = 0
    """The same mails once more: what is here has another place."""
    unread: int = 0
    """They came after the last one that was brought in."""
    missing: int = 0
    """None of the others: they should be here, and are not."""
    elsewhere: int = 0
    """Of the folder of sent mail: sent from elsewhere, in no conversation of ours. Of others: decided, and meant to be
    nowhere here, as an answer that a member wrote by mail, or a conversation that is gone."""


@dataclass(frozen=True, slots=True)
class MailboxCondition:
    """The figures of one mailbox."""

    mailbox: MailboxId
    last_mail: datetime | None
    """When the newest mail of a person was written; None: there is none."""
    waiting: int
    """Mails that are on their way out, or wait for their server."""
    folders: tuple[FolderCount, ...] = ()
    """Those that are read, as far as they were counted."""
    put_aside: int = 0
    """Mails of it that could not be decided."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of the house."""

    outages: tuple[Outage, ...]
    mailboxes: tuple[MailboxCondition, ...]
    put_aside: int
    """Inputs that could not be decided."""
    oldest_due: datetime | None
    """Since when the oldest call has been due; None: none is."""


@dataclass(frozen=True, slots=True)
class StatusShown:
    """The words of a mailbox's pinned message, as they were decided last."""

    mailbox: MailboxId
    room: RoomId
    state: str
    """Whether it is served; the message follows a change of this at once."""
    digest: str
    """Of all that it shows."""
    since: datetime | None
    """When it was seen to work, with no outage since; None: it does not."""
    at: datetime


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BeginOutage:
    """People were told that a server is away."""

    outage: Outage


@dataclass(frozen=True, slots=True)
class EndOutage:
    """People were told that it is back."""

    outage: Outage


@dataclass(frozen=True, slots=True)
class KeepStatus:
    """The pinned message of a mailbox has these words from now on."""

    shown: StatusShown


@dataclass(frozen=True, slots=True)
class DropStatus:
    """A mailbox has no pinned message any more."""

    mailbox: MailboxId


ConditionChange = BeginOutage | EndOutage | KeepStatus | DropStatus
