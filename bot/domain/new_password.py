"""A mailbox is to get another password: an admin is asked for it, and it is tried before it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from bot.domain.ids import MailboxId, SecretId

WAITS = timedelta(minutes=15)
"""Time in which the password must come, and time that its trial may take."""
HEEDS = timedelta(hours=1)
"""Time after the dialogue's end in which words in its thread count as a late password, and are deleted."""


class Phase(StrEnum):
    """The phases of the dialogue (docs/states.md)."""

    ASKED = "asked"
    TRYING = "trying"
    OVER = "over"
    """Taken, dropped, or too late."""


class Listens(Enum):
    """The places in which words of the dialogue's person are a secret."""

    NOWHERE = 0
    IN_THREAD = 1
    """Only in its own thread: nobody asks for a password any more, but one may come late."""
    IN_ROOM = 2
    """Anywhere in the room: some clients know no threads."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The end of one of the two logins."""

    is_in: bool
    reason: str = ""
    """`credentials` where the login was refused, else why the server could not be asked; empty after a login."""
    text: str = ""
    """The server's own words."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The state of the dialogue. The secret is the one that is being tried."""

    mailbox: MailboxId
    at: datetime
    """The beginning of this phase."""
    phase: Phase = Phase.ASKED
    secret: SecretId | None = None
    imap: Tried | None = None
    smtp: Tried | None = None

    @property
    def is_open(self) -> bool:
        return self.phase is not Phase.OVER

    @property
    def hears(self) -> bool:
        """Whether words of the dialogue's person may be for it: always, also when it is over."""
        return True

    @property
    def listens(self) -> Listens:
        return Listens.IN_ROOM if self.is_open else Listens.IN_THREAD

    @property
    def expires_at(self) -> datetime:
        """The end of the present phase; after it the dialogue goes on to the next, or ends."""
        return self.at + (WAITS if self.is_open else HEEDS)
