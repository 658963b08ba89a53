"""What a decision wants done. `bot/flows/render.py` turns each into its final calls; nothing here knows a language."""

from dataclasses import dataclass
from enum import IntEnum

from bot.domain.conversation import Conversation, EventKind, MailRecord
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.listing import Listing
from bot.domain.mail import Address, Mail
from bot.domain.outcomes import RecipientAnswer
from bot.domain.sentences import Sentence
from bot.domain.spaces import ChangeSpace, SpaceCall


class Priority(IntEnum):
    """Which call goes first where a homeserver lets only some through; smaller is sooner."""

    ANSWER = 0
    CONFIRMATION = 1
    MAIL = 2
    ATTACHMENT = 3
    BOARD = 4
    DESCRIPTION = 5


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Post the card, or edit it in place."""

    conversation: Conversation
    is_backlog: bool = False


@dataclass(frozen=True, slots=True)
class PostMail:
    """Post a mail in its thread, and its files after it."""

    conversation: Conversation
    record: MailRecord
    mail: Mail
    is_backlog: bool = False
    other_sender: bool = False
    changed_subject: bool = False
    same_id: bool = False
    """Another mail with this Message-ID, but other bytes, is known already."""
    unreadable: str = ""
    """Why it could not be read whole; the `.eml` is attached where we have it."""
    bounced: MailRecord | None = None
    """Our mail that came back with this one."""
    mention: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class PostSent:
    """Post one of our outgoing mails, once accepted, in its thread."""

    conversation: Conversation
    record: MailRecord


@dataclass(frozen=True, slots=True)
class ShowState:
    """Show how an outgoing mail fares, in one notice edited in place."""

    conversation: Conversation
    record: MailRecord
    seconds: int = 0
    """Left of the undo window."""
    next_try_minutes: int = 0
    refused: tuple[RecipientAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence in a room, or in a thread of it."""

    room: RoomId
    sentences: tuple[Sentence, ...]
    kind: EventKind = EventKind.ANSWER
    conversation: ConversationId | None = None
    """In its thread, and with its handle in front, where given."""
    in_thread: bool = True
    reply_to: EventId | None = None
    mention: tuple[UserId, ...] = ()
    """Who should notice: makes it `m.text`; empty makes it a silent notice."""
    mail: MessageRow | None = None
    """What a question is about."""
    language: str = ""
    """Empty: the room's."""


@dataclass(frozen=True, slots=True)
class ShowListing:
    """A list, a history, a help page: an answer that is more than a sentence."""

    room: RoomId
    listing: Listing
    conversation: ConversationId | None = None
    thread: ConversationId | None = None
    reply_to: EventId | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A reaction of the bot on a member's message: the short answer to a command."""

    room: RoomId
    target: EventId
    emoji: str
    conversation: ConversationId | None = None


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """The to-do list of a room, edited in place."""

    room: RoomId
    mailboxes: tuple[MailboxId, ...]
    listing: Listing


@dataclass(frozen=True, slots=True)
class PinBoard:
    """Pin the board, keeping what people pinned."""

    room: RoomId
    board: EventId


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be written: everything but its bytes."""

    record: MailRecord
    markdown: str
    from_: Address
    bcc: tuple[str, ...]
    quoted: tuple[MailRecord, ...]
    """The mails to quote under it, newest first."""
    signature: str


@dataclass(frozen=True, slots=True)
class SubmitMail:
    """Hand a mail to the mailbox's server, not before the undo window has passed."""

    draft: Draft
    delay_seconds: int


@dataclass(frozen=True, slots=True)
class FetchFiles:
    """Get the files of a mail from the room; it is written when all are here."""

    record: MailRecord


@dataclass(frozen=True, slots=True)
class ResubmitMail:
    """Hand the same bytes over again (a retry for the recipients left, or a person's `resend`)."""

    record: MailRecord
    delay_seconds: int


@dataclass(frozen=True, slots=True)
class SaveToSent:
    record: MailRecord


@dataclass(frozen=True, slots=True)
class FlagAnswered:
    r"""Set \Answered on the mail that was answered."""

    record: MailRecord


@dataclass(frozen=True, slots=True)
class MoveMail:
    """Move a mail to the Junk folder, or back to where it came from."""

    record: MailRecord
    to_junk: bool


@dataclass(frozen=True, slots=True)
class JoinRoom:
    room: RoomId


@dataclass(frozen=True, slots=True)
class LeaveRoom:
    room: RoomId


@dataclass(frozen=True, slots=True)
class DescribeCommands:
    """Tell clients which commands there are, in the room's language."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class TrustIdentity:
    """An admin says that a person's changed identity is right."""

    user: UserId
    room: RoomId
    reply_to: EventId


@dataclass(frozen=True, slots=True)
class SayLinked:
    """A sentence whose value `link` (words of the catalogue) becomes a link to a room, or to a thread of it."""

    room: RoomId
    told: Sentence
    target: RoomId
    thread: EventId | None = None
    """Its card, in `target`."""
    conversation: ConversationId | None = None
    """In its thread, where given."""
    mention: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowRoom:
    """Go on in the room that replaces `room`, once a look at it has found nothing wrong."""

    room: RoomId
    replacement: RoomId
    by: UserId | None


Effect = (
    ShowCard
    | PostMail
    | PostSent
    | ShowState
    | Say
    | ShowListing
    | Mark
    | ShowBoard
    | PinBoard
    | SubmitMail
    | FetchFiles
    | ResubmitMail
    | SaveToSent
    | FlagAnswered
    | MoveMail
    | JoinRoom
    | LeaveRoom
    | DescribeCommands
    | TrustIdentity
    | ChangeSpace
    | SayLinked
    | FollowRoom
)


# --- calls: effects in their final words, as the outbox keeps them ---------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class PinEvent:
    """Add the event in `slot` to `m.room.pinned_events`, instead of `instead_of`."""

    room: RoomId
    event: EventId


@dataclass(frozen=True, slots=True)
class EnterRoom:
    room: RoomId


@dataclass(frozen=True, slots=True)
class QuitRoom:
    room: RoomId


@dataclass(frozen=True, slots=True)
class DescribeCommand:
    """One command's description as room state."""

    room: RoomId
    name: str
    description: str
    arguments: tuple[str, ...]
    """Their kinds: `user`, `conversation`, `text`, `word`."""


@dataclass(frozen=True, slots=True)
class FetchFile:
    """Download a member's file, decrypted."""

    row: MessageRow
    number: int
    """Which of the mail's files."""
    url: str
    encryption: str
    limit: int
    """Bytes; larger ones are refused."""


@dataclass(frozen=True, slots=True)
class TrustUser:
    user: UserId
    room: RoomId
    reply_to: EventId


@dataclass(frozen=True, slots=True)
class FollowUpgrade:
    """Join `replacement` and look whether it really goes on from `room`."""

    room: RoomId
    replacement: RoomId
    via: tuple[str, ...]
    """Servers that may know it."""


@dataclass(frozen=True, slots=True)
class Submit:
    """One SMTP submission: the same bytes for ever."""

    mailbox: MailboxId
    row: MessageRow
    sender: str
    recipients: tuple[str, ...]
    raw: BlobId


@dataclass(frozen=True, slots=True)
class AppendSent:
    mailbox: MailboxId
    row: MessageRow
    raw: BlobId
    date: str
    """ISO 8601."""


@dataclass(frozen=True, slots=True)
class AddFlag:
    mailbox: MailboxId
    folder: str
    uidvalidity: int
    uid: int
    flag: str


@dataclass(frozen=True, slots=True)
class MoveOnServer:
    mailbox: MailboxId
    row: MessageRow
    source: str
    """Empty: the Junk folder."""
    target: str
    """Empty: the Junk folder."""
    message_id: str
    uidvalidity: int
    uid: int


ChatCall = (
    SendEvent | PinEvent | EnterRoom | QuitRoom | DescribeCommand | FetchFile | TrustUser | SpaceCall | FollowUpgrade
)
ImapCall = AppendSent | AddFlag | MoveOnServer
Call = ChatCall | ImapCall | Submit


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call with what the outbox needs to order it, to undo it, and to know what it became."""

    call: Call
    channel: str
    """`chat`, `imap:MAILBOX`, `smtp:MAILBOX`: what a lease covers."""
    lane: str
    """Calls of one lane go strictly one after another; empty: waits for nobody."""
    priority: Priority
    delay_seconds: float = 0.0
    key: str = ""
    """To cancel or replace it while it has not been tried: `submit:ROW`. A slot is a key as well."""
    conversation: ConversationId | None = None
    mail: MessageRow | None = None
    event_kind: EventKind | None = None
    """What the event will be to us, once sent."""
