"""A mailbox is added: an admin is led from its address to its first mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.credentials import Credential, PasswordReference
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.mail_ways import MailWay, MailWays
from bot.domain.new_password import HEEDS, KEPT, SKEW, WAITS, Listens, Tried
from bot.domain.servers import Source
from bot.domain.sign_in import SignIn

REMEMBERS = timedelta(hours=1)
"""For so long a password that works is kept while other questions are open."""


class Step(StrEnum):
    """The steps of the dialogue (docs/states.md)."""

    FINDING = "finding"
    """The servers are looked for; somebody in a hurry writes the password already."""
    SERVERS = "servers"
    """The servers are to be written, or one of them did not answer."""
    PASSWORD = "password"  # noqa: S105  a step, no password
    TRYING = "trying"
    ROOM = "room"
    EARLIER = "earlier"
    """What becomes of the mails that are there already."""
    READY = "ready"
    """All is known, and nothing is done before `!yes`."""
    MAKING = "making"
    """The room is being made."""
    RESTING = "resting"
    """The password was not given in time, or not used in time: all else is kept until somebody goes on."""
    OVER = "over"
    """Added, dropped, or impossible."""


@dataclass(frozen=True, slots=True)
class Box:
    """What the IMAP server shows after the login."""

    sent: str
    """The folder of sent mail; empty where none was found."""
    junk: str
    mails: int
    """Mails in the inbox."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Servers that one source names, where others name other ones."""

    imap: MailWay
    smtp: MailWay
    source: Source
    saves_sent: bool = False
    has_names: bool = True
    """The name to log in by is known; else only the mailbox's owner knows it."""


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """The state of the dialogue: what is known by now, and the step that it stands at."""

    address: str
    at: datetime
    """The beginning of this step."""
    step: Step = Step.FINDING
    imap: MailWay | None = None
    smtp: MailWay | None = None
    secret: Credential | None = None
    imap_tried: Tried | None = None
    smtp_tried: Tried | None = None
    box: Box | None = None
    room: RoomId | None = None
    """The room that was chosen."""
    makes_room: bool = False
    people: tuple[UserId, ...] = ()
    """Who is invited to the room, beside those who are to run the mailbox."""
    delegates: tuple[UserId, ...] = ()
    """Who is to run the mailbox."""
    start: str = ""
    """`new`, `all` or a date as in config.yaml; empty: not said yet."""
    name: str = ""
    """The name that correspondents see."""
    asked_at: datetime | None = None
    """When the password was asked for last."""
    asked_until: datetime | None = None
    """Until when it was waited for; None while it is."""
    saves_sent: bool = False
    """The provider files sent mail by itself."""
    references: tuple[PasswordReference, ...] = ()
    """What config.yaml listed for the address when it was asked for: people are told of it."""
    offers: tuple[Offer, ...] = ()
    """The servers that were found, where they differ: one is taken by its number."""
    sign_in: SignIn | None = None
    """Where the provider has its people sign in at its own page."""
    goes_on: MailboxId | None = None
    """The mailbox of before whose conversations, rights and settings it goes on with."""

    @property
    def id(self) -> MailboxId:
        return self.goes_on or MailboxId(self.address.lower())

    @property
    def ways(self) -> MailWays | None:
        return None if self.imap is None or self.smtp is None else MailWays(self.imap, self.smtp)

    @property
    def is_open(self) -> bool:
        return self.step is not Step.OVER

    @property
    def hears(self) -> bool:
        """Whether words of the dialogue's person may be for it."""
        return True

    @property
    def waits_for_password(self) -> bool:
        return self.step in (Step.FINDING, Step.PASSWORD, Step.TRYING)

    def listens(self, said_at: datetime) -> Listens:
        """Where what was written at that time, by the room's clock, may be the password."""
        if self.waits_for_password:
            return Listens.IN_ROOM
        if self.asked_at is None or self.asked_until is None:
            return Listens.NOWHERE
        if self.asked_at - SKEW <= said_at < self.asked_until:
            return Listens.IN_ROOM
        # Whoever is too late does not know it yet.
        is_closed = self.step in (Step.RESTING, Step.OVER)
        return Listens.IN_THREAD if is_closed and said_at <= self.asked_until + HEEDS else Listens.NOWHERE

    @property
    def expires_at(self) -> datetime:
        if self.step in (Step.FINDING, Step.PASSWORD, Step.TRYING, Step.MAKING):
            return self.at + WAITS
        return self.at + (REMEMBERS if self.secret is not None else KEPT)
