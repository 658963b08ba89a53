"""Calls to the outside: effects in their final words, as the outbox keeps them and `flows/deliver.py` makes them."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import repeat

from bot.domain.credentials import Credential
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, SecretId, UserId
from bot.domain.mail_ways import MailWays
from bot.domain.mailbox_look import Look
from bot.domain.sign_in import Provider
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, SpaceCall


class Priority(IntEnum):
    """The order of calls when a homeserver lets only some through; smaller is sooner."""

    ANSWER = 0
    CONFIRMATION = 1
    MAIL = 2
    ATTACHMENT = 3
    BOARD = 4
    TINT = 5
    """An edit that only turns grey into black: left out when the homeserver limits us."""
    DESCRIPTION = 6


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a call needs on the chat's media store before it is made."""

    blob: BlobId
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class SendEvent:
    """Send an event, or edit the one in `slot`.

    In `content` the text `mxc://inline/SHA256` stands for the media of an upload; the relation to the thread and the
    edit wrapper are put in at delivery, when the root's id is known.
    """

    room: RoomId
    event_type: str
    content: str
    """JSON."""
    thread_of: ConversationId | None = None
    reply_to: EventId | None = None
    slot: str = ""
    """Holds one event, edited in place: `card:142`, `state:77`, `board:!room`; empty: always a new event."""
    uploads: tuple[Upload, ...] = ()
    in_clear: bool = False
    """Not encrypted, though the room is."""
    is_falling_back: bool = False
    """`reply_to` is only for clients that know no threads; the others show no quote."""
    is_new: bool = False
    """Not an edit: a new event comes to stand in `slot`."""
    under: EventId | None = None
    """In a thread under this event, which is no card: a long answer under its command."""
    edits: EventId | None = None
    """Edit this event."""
    becomes: str = ""
    """The message type that the event is edited into once posted: a client rings by the type of the first event."""
    buttons: tuple[str, ...] = ()
    """Reactions of ours that it gets once it is posted, for people to tap; an edit gets none."""
    beside: str = ""
    """The pages beside the one that it shows, kept with the event (`bot/domain/beside.py`)."""
    tells: tuple[ConversationId, ...] = ()
    """A page in a direct chat: the conversations that it names."""


@dataclass(frozen=True, slots=True)
class PinEvent:
    """Add the event to the room's `m.room.pinned_events`."""

    room: RoomId
    event: EventId
    is_gone: bool = False
    """Take it out instead."""


@dataclass(frozen=True, slots=True)
class RedactEvent:
    """Delete a message."""

    room: RoomId
    event: EventId
    is_secret: bool = True
    """A password stands there; else the words of a person who is erased."""


@dataclass(frozen=True, slots=True)
class EnterRoom:
    """Enter a room that the bot is invited to."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class QuitRoom:
    """Leave a room."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class DescribeCommand:
    """One command's description as room state."""

    room: RoomId
    name: str
    description: str
    arguments: tuple[str, ...]
    """Their kinds: `user`, `conversation`, `text`, `word`."""
    is_gone: bool = False
    """Whether the command is no longer offered, so that its description is taken back."""


@dataclass(frozen=True, slots=True)
class FetchFile:
    """Download a member's file, decrypted."""

    row: MessageRow
    number: int
    """The file's place among the mail's files."""
    url: str
    encryption: str
    limit: int
    """Bytes; a larger file is refused."""


@dataclass(frozen=True, slots=True)
class TrustUser:
    """Pin a person's master key, if it is the one that the homeserver shows."""

    user: UserId
    room: RoomId
    """The room in which the result is told."""
    reply_to: EventId | None = None
    key: str = ""
    """Empty: only ask for the person's key."""


@dataclass(frozen=True, slots=True)
class FollowUpgrade:
    """Join `replacement` and look whether it really goes on from `room`."""

    room: RoomId
    replacement: RoomId
    via: tuple[str, ...]
    """Servers that may know it."""


@dataclass(frozen=True, slots=True)
class MakeRoom:
    """Make the room of a mailbox: private, encrypted, with one person invited who may do all there."""

    name: str
    mark: str
    """Finds the room again that an earlier try made."""
    invites: UserId
    is_encrypted: bool = True


@dataclass(frozen=True, slots=True)
class MakeConfigRoom:
    """Make the room in which a mailbox alone is run, as somebody asked for it."""

    mailbox: MailboxId
    make: MakeRoom
    person: UserId
    room: RoomId
    """Where they asked for it, and are answered."""
    reply_to: EventId
    under: EventId | None = None


@dataclass(frozen=True, slots=True)
class InvitePerson:
    """Invite a person to a room that the bot made."""

    room: RoomId
    user: UserId
    told: RoomId
    """Where it is said that they cannot be invited."""


@dataclass(frozen=True, slots=True)
class RemoveReader:
    """Remove somebody from a mailbox's own config room, or take their invitation back: they run the mailbox no more."""

    mailbox: MailboxId
    room: RoomId
    user: UserId
    reason: str
    """Read by the person."""
    spares_moderators: bool = False
    """Whether somebody who looks after the room, by their power in it, stays."""


@dataclass(frozen=True, slots=True)
class Submit:
    """One SMTP submission: the same bytes for ever."""

    mailbox: MailboxId
    row: MessageRow
    sender: str
    recipients: tuple[str, ...]
    raw: BlobId


@dataclass(frozen=True, slots=True)
class SubmitToMember:
    """One SMTP submission to a member: the mail is in no conversation, and in no Sent folder."""

    mailbox: MailboxId
    sender: str
    recipient: str
    person: UserId
    raw: str
    """The bytes of the mail, which are UTF-8: they go with the call, and with whoever deletes it."""
    notes: tuple[int, ...] = ()
    """The numbers of the notes whose words it bears: it does not leave once one of them is deleted, or changed."""
    said: str = ""
    """What tells whether their words are still those (`notices.digest_of`); empty: of a call of before."""
    since: datetime | None = None
    """From when on it tells what happened: without such a note it is made anew. None: no notification, or of before."""
    others: tuple[int, ...] = ()
    """The conversations that it tells of besides that of the call."""
    tells_of_answer: bool = False
    """It says what became of an answer of theirs: it leaves while they are in the mailbox's room, whatever has become
    of the conversation."""
    passages: tuple[tuple[int, int], ...] = ()
    """From which line of its text up to which one words of somebody stand, under their heading; the rest is ours."""
    code_of: str = ""
    """What asked for the code in it (`OwnAddress.source`): it does not leave once that counts no more. Empty: no code
    is in it, or it is of before."""
    others_since: tuple[datetime, ...] = ()
    """From when on it tells of each of `others`. Empty: `since` was the earliest of all, in a call of before."""
    is_gone: bool = False
    """It gives somebody who is not in the room any more their own words back: it leaves all the same."""

    def begun(self, about: ConversationId | None) -> tuple[tuple[ConversationId, datetime | None], ...]:
        """The conversations that it tells of, each with from when on; `about`, that of the call, comes first."""
        first = () if about is None else ((about, self.since),)
        return (*first, *zip(map(ConversationId, self.others), self.others_since or repeat(self.since), strict=False))


@dataclass(frozen=True, slots=True)
class AppendSent:
    """Save a copy of a sent mail in the Sent folder."""

    mailbox: MailboxId
    row: MessageRow
    raw: BlobId
    date: str
    """ISO 8601."""


@dataclass(frozen=True, slots=True)
class AddFlag:
    """Set a flag on a mail in its folder."""

    mailbox: MailboxId
    folder: str
    uidvalidity: int
    uid: int
    flag: str


@dataclass(frozen=True, slots=True)
class MoveOnServer:
    """Move a mail to another folder of its mailbox."""

    mailbox: MailboxId
    row: MessageRow
    source: str
    """Empty: the Junk folder."""
    target: str
    """Empty: the Junk folder."""
    message_id: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class TryImap:
    """Log in to the server that the mailbox's mail is read from, with this password, and out again."""

    mailbox: MailboxId
    secret: Credential
    ways: MailWays | None = None
    """The servers of a mailbox that is not ours yet: then its folders are looked at as well."""


@dataclass(frozen=True, slots=True)
class TrySmtp:
    """Try a password at the SMTP server of a mailbox."""

    mailbox: MailboxId
    secret: Credential
    ways: MailWays | None = None


@dataclass(frozen=True, slots=True)
class FindServers:
    """Find the mail servers of an address, which need be no mailbox of ours."""

    address: str


@dataclass(frozen=True, slots=True)
class CheckDns:
    """Look up what DNS says of a domain's mail, and tell it in the room."""

    domain: str
    """In lower case and ASCII."""
    selectors: tuple[str, ...]
    """Names under which its DKIM keys may be."""
    room: RoomId
    reply_to: EventId


@dataclass(frozen=True, slots=True)
class BeginSignIn:
    """Begin a sign-in at a provider: ask for the address that somebody opens."""

    provider: Provider
    address: str
    """The mailbox's."""
    code: SecretId
    """Where what ends the sign-in is kept, sealed."""


@dataclass(frozen=True, slots=True)
class FinishSignIn:
    """Look whether somebody has signed in by now, or end a sign-in with what its page answered."""

    provider: Provider
    code: SecretId
    grant: SecretId
    """Where the login is kept, sealed: made with this call alone."""
    answer: SecretId | None = None
    """What the person copied; None: the page tells us itself."""


@dataclass(frozen=True, slots=True)
class LookAtMailbox:
    """Ask the servers of a mailbox of ours, and tell in the room what they say."""

    mailbox: MailboxId
    look: Look
    room: RoomId
    reply_to: EventId | None = None
    """The command that asked for it; None: it ends a dialogue."""
    under: EventId | None = None
    """The root of the thread in which somebody asked."""


@dataclass(frozen=True, slots=True)
class AddFolder:
    """Ask the server for its folders, because somebody wants one of them to be read as well."""

    mailbox: MailboxId
    written: str
    """The folder's name as the person wrote it, perhaps with which of its mails are wanted."""
    person: UserId
    room: RoomId
    reply_to: EventId
    under: EventId | None = None


@dataclass(frozen=True, slots=True)
class DecideAgain:
    """Decide an input once more that was put aside, and tell in the room how it ended."""

    number: int
    """Under which it was put aside."""
    room: RoomId
    reply_to: EventId
    """The command, or the message that somebody reacted to."""
    under: EventId | None = None
    """The root of the thread in which somebody asked."""


ImapCall = AppendSent | AddFlag | MoveOnServer
SmtpCall = Submit | SubmitToMember
LoginCall = TryImap | TrySmtp
SignInCall = BeginSignIn | FinishSignIn
TrialCall = LoginCall | FindServers | CheckDns | SignInCall | LookAtMailbox | AddFolder | DecideAgain
Wordless = (
    PinEvent
    | RedactEvent
    | EnterRoom
    | QuitRoom
    | TrustUser
    | FollowUpgrade
    | MakeRoom
    | MakeConfigRoom
    | InvitePerson
    | MakeSpace
    | LinkRoom
    | InviteToSpace
    | ImapCall
    | TrialCall
)
"""Calls without words for people: a decision gives them in their final form."""
RoomCall = (
    PinEvent
    | RedactEvent
    | EnterRoom
    | QuitRoom
    | MakeRoom
    | MakeConfigRoom
    | InvitePerson
    | RemoveReader
    | DescribeCommand
    | FetchFile
    | TrustUser
    | SpaceCall
    | FollowUpgrade
)
ChatCall = SendEvent | RoomCall
Call = ChatCall | ImapCall | SmtpCall | TrialCall
