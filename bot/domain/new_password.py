"""A mailbox is to get another password: an admin is asked for it, and it is tried before it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from bot.domain.ids import MailboxId, SecretId

WAITS = timedelta(minutes=15)
"""For so long the password is waited for, and for so long its trial may take."""
HEEDS = timedelta(hours=1)
"""For so long after its end words in its thread are taken for a password that came late, and deleted."""


class Phase(StrEnum):
    """Where the dialogue is (docs/states.md)."""

    ASKED = "asked"
    TRYING = "trying"
    OVER = "over"
    """Taken, dropped, or too late."""


class Listens(Enum):
    """Where the words of a dialogue's person are a secret."""

    NOWHERE = 0
    IN_THREAD = 1
    """In its own thread alone: nobody asks for one any more, but it may come late."""
    IN_ROOM = 2
    """Wherever it is written in the room: some clients know no threads."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How one of the logins ended."""

    is_in: bool
    reason: str = ""
    """Where it is not: `credentials`, or why the server could not be asked."""
    text: str = ""
    """The server's own words."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The state of the dialogue. The secret is the one that is being tried."""

    mailbox: MailboxId
    at: datetime
    """Since when it is in this phase."""
    phase: Phase = Phase.ASKED
    secret: SecretId | None = None
    imap: Tried | None = None
    smtp: Tried | None = None

    @property
    def is_open(self) -> bool:
        return self.phase is not Phase.OVER

    @property
    def hears(self) -> bool:
        return True

    @property
    def listens(self) -> Listens:
        return Listens.IN_ROOM if self.is_open else Listens.IN_THREAD

    @property
    def expires_at(self) -> datetime:
        return self.at + (WAITS if self.is_open else HEEDS)
