"""Ends of calls, as values: done (some with the far side's words), refused, put off, or unknown."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.dns_records import DomainRecords
from bot.domain.ids import BlobId, EventId, RoomId
from bot.domain.mailbox_look import FolderList, TripDone, TripLost
from bot.domain.servers import ServersFound


@dataclass(frozen=True, slots=True)
class Accepted:
    """The call is done, or was done already; the far side says nothing that anybody needs."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The event is in the room."""

    event: EventId
    on: EventId | None = None
    """The card in whose thread it was put, or the event in its slot that it edits."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file is in a blob."""

    blob: BlobId
    size: int
    """Bytes, decrypted."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The person's identity is believed in."""

    key: str
    """Their master key."""


@dataclass(frozen=True, slots=True)
class Made:
    """The room, or the space, was made, or found."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class Opened:
    """The login works, and this is what the mailbox has."""

    sent: str
    """The folder of sent mail; empty where none was found."""
    junk: str
    mails: int
    """Mails in the inbox."""


@dataclass(frozen=True, slots=True)
class SignInOpen:
    """A sign-in has begun, at the provider's page."""

    url: str
    words: str
    """What is typed there; empty where the page's answer is to be told to us."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The bot is in the room that replaces another, and found nothing wrong there."""

    people: int
    """Number of people joined there besides the bot."""


@dataclass(frozen=True, slots=True)
class InFolder:
    """The place of a mail on its server."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Saved:
    """The copy lies in the folder."""

    uid: int = 0
    """0 where the server does not say."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The mail lies in the target folder."""

    place: InFolder | None = None
    """None where the server does not say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no: the same call would be refused again."""

    code: str
    """`M_FORBIDDEN`, `550 5.1.1`, `NO TRYCREATE` …"""
    text: str
    """The server's own words; shown to people, never logged."""


BYTES_GONE = "GONE"
"""A `Refused.code`: what was to go out is not on our disk any more, and nowhere to be had again."""
OTHER_SENDER = "OTHER SENDER"
"""A `Refused.code`: nothing leaves from the mail's address any more. The server was not asked."""
ANSWERS_OFF = "ANSWERS OFF"
"""A `Refused.code`: it was an answer by mail, and its mailbox takes none any more. The server was not asked."""
WITHDRAWN = "WITHDRAWN"
"""A `Refused.code`: whoever it was for does not want it any more, or may not have it. The server was not asked."""
OUTDATED = "OUTDATED"
"""So is a mail to a member that is to be made anew: with a note which was deleted or corrected, or from an address from
which nothing leaves any more."""
CREDENTIALS = "credentials"
"""A `Refused.code`: the server knows neither this name nor this password."""
PENDING = "pending"
"""The reason of a `TryLater`: nobody has signed in yet."""
TOO_LARGE = "upload_too_large"
"""A `Refused.code`: a file is larger than the homeserver takes. The text is `SIZE LIMIT` in bytes; the limit is 0 where
it is not known."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """The call was certainly not done, and may work later."""

    reason: str
    """A short technical name for the log: `timeout`, `429`, `450`, `unreachable` …"""
    text: str = ""
    """The server's own words where it said something; never logged."""
    after: float | None = None
    """Seconds the far side asked for; of a mail, those until a fault of ours may be over."""
    is_outage: bool = False
    """Whether the service as a whole is away: then the try does not count as this call's failure."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The call may or may not have been done."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """The server's answer to one RCPT."""

    address: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class MailAccepted:
    """The message was accepted after DATA, for the recipients that were not refused at RCPT."""

    text: str
    accepted: tuple[str, ...]
    refused: tuple[RecipientAnswer, ...] = ()
    """5xx at RCPT: for good."""
    deferred: tuple[RecipientAnswer, ...] = ()
    """4xx at RCPT: to be tried again, for these alone, with the same bytes."""


NotDone = Refused | TryLater | Unknown
Outcome = Accepted | NotDone
"""The outcome of a call whose answer says only that it is done."""
PostOutcome = Posted | Accepted | NotDone
"""The outcome of sending an event: `Accepted` if the homeserver has it already and does not say its id."""
FetchOutcome = Fetched | NotDone
TrustOutcome = Trusted | NotDone
MakeOutcome = Made | NotDone
SaveOutcome = Saved | NotDone


@dataclass(frozen=True, slots=True)
class LoginsTried:
    """What each of the two servers of a mailbox said."""

    imap: Opened | NotDone
    smtp: Accepted | NotDone
    trip: TripDone | TripLost | NotDone | None = None
    """What became of the test mail; `NotDone`: the server did not take it, as far as we know. None: none was sent."""


TrialOutcome = Accepted | Opened | SignInOpen | ServersFound | DomainRecords | FolderList | LoginsTried | NotDone
MoveOutcome = Moved | NotDone
SubmitOutcome = MailAccepted | NotDone
"""The outcome of an SMTP submission."""
Done = (
    Accepted
    | Opened
    | SignInOpen
    | Posted
    | Fetched
    | Trusted
    | Made
    | Followed
    | Saved
    | Moved
    | MailAccepted
    | ServersFound
    | DomainRecords
    | FolderList
    | LoginsTried
)
AnyOutcome = Done | NotDone


def name_of(outcome: AnyOutcome) -> str:
    """The name of an outcome in logs and metrics; every outcome that brings something counts as `Accepted`."""
    is_done = isinstance(outcome, Done) and not isinstance(outcome, MailAccepted)
    return "Accepted" if is_done else type(outcome).__name__


def reference(done: Done) -> str:
    """The reference that the outbox keeps of a done call, for operators: an id, a place, a count."""
    match done:
        case Accepted() | DomainRecords() | SignInOpen() | FolderList() | LoginsTried():
            return ""
        case Posted(event):
            return event
        case Fetched(blob, size):
            return f"{blob}:{size}"
        case Trusted(key):
            return key
        case Made(room):
            return room
        case Followed(people):
            return str(people)
        case Saved(uid):
            return str(uid or "")
        case Moved(place):
            return "" if place is None else f"{place.uidvalidity}:{place.uid}:{place.folder}"
        case MailAccepted(text=text):
            return text[:200]
        case Opened(mails=mails):
            return str(mails)
        case ServersFound(servers):
            return ",".join(one.source for one in servers)
        case _ as unreachable:
            assert_never(unreachable)
