"""A mailbox is to get another password: an admin is asked for it, and it is tried before it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from bot.domain.credentials import Credential
from bot.domain.ids import MailboxId
from bot.domain.sign_in import SignIn

WAITS = timedelta(minutes=15)
"""For so long the password is waited for, and for so long its trial may take."""
SKEW = timedelta(minutes=1)
"""By so much the homeserver's clock may be behind ours."""
HEEDS = timedelta(hours=1)
"""For so long after its end words in its thread are taken for a password that came late, and deleted."""
KEPT = timedelta(days=7)
"""For so long after its end it is known when a password was waited for: what was written then may be read only now."""


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
    secret: Credential | None = None
    imap: Tried | None = None
    smtp: Tried | None = None
    begun: datetime | None = None
    """Since when a password is waited for; None: it was asked for by a version that did not note it."""
    sign_in: SignIn | None = None
    """Where the mailbox's provider has its people sign in at its own page."""

    @property
    def is_open(self) -> bool:
        return self.phase is not Phase.OVER

    @property
    def hears(self) -> bool:
        """Whether words of the dialogue's person may be for it: always, also when it is over."""
        return True

    def listens(self, said_at: datetime) -> Listens:
        """Where what was written at that time, by the room's clock, may be the password.

        What was written while it was waited for may be read only after that: its key came late, or we were away.
        """
        begun = self.at if self.begun is None else self.begun - SKEW
        if self.is_open or begun <= said_at < self.at:
            return Listens.IN_ROOM
        return Listens.IN_THREAD if said_at <= self.at + HEEDS else Listens.NOWHERE

    @property
    def expires_at(self) -> datetime:
        return self.at + (WAITS if self.is_open else KEPT)
