"""Effects of a decision, in no language: `bot/flows/render/effects.py` turns each into its final calls."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.beside import Beside
from bot.domain.board import BoardListing
from bot.domain.calls import SendEvent, Wordless
from bot.domain.conversation import Conversation, EventKind, MailRecord
from bot.domain.files import Enclosure
from bot.domain.ids import ConversationId, DialogueId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.mail import Address, Mail
from bot.domain.member_mail import MailMember
from bot.domain.outcomes import RecipientAnswer
from bot.domain.page import Page
from bot.domain.planned import PlannedCall
from bot.domain.sentences import Sentence


class Ring(StrEnum):
    """The way in which people elsewhere notice a mail's event; each mail rings once, by this event or by another."""

    LOUD = "loud"
    """The event rings for its mail."""
    SILENT = "silent"
    """Another event rings for the mail: this one is posted as a notice and edited into text."""
    GREY = "grey"
    """Nobody needs to notice the event: it stays a notice."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Post the card, or edit it in place."""

    conversation: Conversation
    is_backlog: bool = False
    opened_by: str = ""
    """The Message-ID of the mail that opens the conversation: the mail knows its card by this id after a restore."""
    mention: tuple[UserId, ...] = ()
    """People who want to notice a conversation that begins."""


@dataclass(frozen=True, slots=True)
class PostMail:
    """Post a mail in its thread, and its files after it."""

    conversation: Conversation
    record: MailRecord
    mail: Mail
    is_backlog: bool = False
    newcomers: tuple[Address, ...] = ()
    """People new to the conversation whom the mail would have us answer."""
    in_our_name: bool = False
    """From is one of our own addresses, and as far as we know we did not write the mail."""
    changed_subject: bool = False
    same_id: bool = False
    """Another mail with this Message-ID, but other bytes, is known already."""
    unreadable: str = ""
    """Why the mail could not be read whole; the `.eml` is attached if we have it."""
    note: Sentence | None = None
    """A note before the mail: why it is not shown whole, and where it lies."""
    bounced: MailRecord | None = None
    """Our mail that this one brought back."""
    ring: Ring = Ring.GREY
    is_quiet: bool = False
    """Nobody has to see the mail now: it is shown as short as can be."""
    is_spam: bool = False
    """The mail is spam, by the server's word, or by ours (`is_blocked`)."""
    is_blocked: bool = False
    """Somebody here has blocked who wrote it."""


@dataclass(frozen=True, slots=True)
class PostWords:
    """Post words that somebody of the team wrote by mail, and their files, in the thread; without one, in the room."""

    room: RoomId
    told: Sentence
    """Whose words they are, and what becomes of them."""
    text: str
    conversation: Conversation | None = None
    slot: str = ""
    person: UserId | None = None
    """Shown as who says it; None: nobody vouches for that."""
    mention: tuple[UserId, ...] = ()
    files: tuple[Enclosure, ...] = ()
    """Named below the words."""
    shows_files: bool = False
    """They stand there themselves, too; else they wait for what becomes of the words."""
    is_markdown: bool = False
    """The words are those of an answer that was made of them; else they are as they were typed in a mail client."""


@dataclass(frozen=True, slots=True)
class ShowNews:
    """Tell in the main timeline that somebody answered in a thread."""

    conversation: Conversation
    writer: Address
    words: str
    """The first new words."""
    mention: tuple[UserId, ...] = ()
    """People who should notice: the line rings instead of the mail."""
    goes_on: bool = False
    """The last line of that thread is still the newest message of the room: it is edited."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Edit an event that was just posted as a notice into its own type."""

    room: RoomId
    call: SendEvent
    event: EventId
    conversation: ConversationId | None
    mail: MessageRow | None


@dataclass(frozen=True, slots=True)
class Again:
    """A call that was made, and whose event the homeserver lost: in the same words once more."""

    planned: PlannedCall


@dataclass(frozen=True, slots=True)
class ShowState:
    """Show an outgoing mail and how it fares, in one event of its thread that is edited in place."""

    conversation: Conversation
    record: MailRecord
    seconds: int = 0
    """Seconds left of the undo window."""
    next_try_minutes: int = 0
    refused: tuple[RecipientAnswer, ...] = ()
    hand: str = ""
    """Reactions send mail there; set where it is shown."""
    is_by_mail: bool = False
    """Its writer has no message in the thread that they could delete."""


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence in a room, or in a thread of it."""

    room: RoomId
    sentences: tuple[Sentence, ...]
    kind: EventKind = EventKind.ANSWER
    conversation: ConversationId | None = None
    """The conversation in whose thread the sentence stands, with its handle in front; None for neither."""
    in_thread: bool = True
    reply_to: EventId | None = None
    under: EventId | None = None
    """The root of another thread in which the sentence stands, and which is no card."""
    slot: str = ""
    """The place of the sentence: a second one there edits the first."""
    mention: tuple[UserId, ...] = ()
    """People who should notice: the message then rings (`m.text`), unless it answers somebody who has just written."""
    mail: MessageRow | None = None
    """The mail that a question is about."""
    language: str = ""
    """Empty: the room's."""
    rings: bool = False
    """Whoever it answers does not look there now; a notice rings without a mention."""
    in_clear: bool = False
    """Unencrypted in an encrypted room too, for somebody who gets no keys: nothing that anybody wrote is in it."""
    beside: Beside | None = None
    """The command that a reaction on it gives."""
    about_room: RoomId | None = None
    """In a direct chat: the room of which it tells, where that of its conversation is another than this one."""
    only_for: UserId | None = None
    """It is nobody else's matter, and is not said where they are not in the room any more."""
    or_in: tuple[RoomId, ...] = ()
    """Where it is said instead: in the first of these rooms in which that person is."""
    tells: tuple[ConversationId, ...] = ()
    """Conversations of which it tells whom it mentions, without standing in their threads."""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """An answer that is more than a sentence."""

    room: RoomId
    page: Page
    thread: ConversationId | None = None
    """In the thread of that conversation."""
    reply_to: EventId | None = None
    under: EventId | None = None
    """In a thread under this event, so that the main timeline stays short."""
    beside: Beside | None = None
    """The pages beside it."""
    mention: tuple[UserId, ...] = ()
    """People who should notice it: it rings, as it answers nobody."""
    kind: EventKind = EventKind.ANSWER


@dataclass(frozen=True, slots=True)
class Mark:
    """A reaction of the bot: on a member's message, the short answer to a command; on a card, a button."""

    room: RoomId
    target: EventId
    emoji: str
    conversation: ConversationId | None = None
    is_button: bool = False
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """The to-do list of a room, edited in place."""

    room: RoomId
    mailboxes: tuple[MailboxId, ...]
    listing: BoardListing


@dataclass(frozen=True, slots=True)
class ShowMailbox:
    """How a mailbox is doing, edited in place."""

    room: RoomId
    mailbox: MailboxId
    page: Page
    edits: EventId | None = None
    """The message that says it for the last time."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be written: everything but its bytes."""

    record: MailRecord
    markdown: str
    from_: Address
    quoted: tuple[MailRecord, ...]
    """The mails to quote under it, newest first."""
    signature: str
    from_name: str = ""
    """The name of the sender, with the variables that names of people fill; empty: that of `from_`."""
    is_answer: bool = True
    """Its subject says so; that of a mail which begins a conversation stays as it was written."""


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
class DescribeCommands:
    """Tell clients which commands there are, in the room's language."""

    room: RoomId
    names: tuple[str, ...]
    """The commands whose descriptions are written."""
    gone: tuple[str, ...]
    """The commands whose descriptions are taken back."""


@dataclass(frozen=True, slots=True)
class SayLinked:
    """A sentence whose value `link` (words of the catalogue) becomes a link to a room, or to a thread of it."""

    room: RoomId
    told: Sentence
    target: RoomId
    thread: EventId | None = None
    """The conversation's card, in `target`."""
    conversation: ConversationId | None = None
    """In its thread, where given."""
    mention: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """Take somebody out of an organisation's space, with a word why, or take their invitation back."""

    organisation: str
    space: RoomId
    user: UserId


@dataclass(frozen=True, slots=True)
class EndReading:
    """Take somebody out of a mailbox's own config room, with a word why, or take their invitation back."""

    mailbox: MailboxId
    room: RoomId
    user: UserId
    spares_moderators: bool = False
    """Whether somebody who looks after the room, by their power in it, stays."""


@dataclass(frozen=True, slots=True)
class Do:
    """A call in its final form."""

    call: Wordless
    conversation: ConversationId | None = None
    mail: MessageRow | None = None
    """The mail that the call is about."""
    dialogue: DialogueId | None = None
    """The dialogue that is told of its end."""


Effect = (
    ShowCard
    | PostMail
    | PostWords
    | ShowNews
    | Turn
    | Again
    | ShowState
    | Say
    | ShowPage
    | Mark
    | ShowBoard
    | ShowMailbox
    | SubmitMail
    | MailMember
    | FetchFiles
    | ResubmitMail
    | DescribeCommands
    | RemovePerson
    | EndReading
    | Do
    | SayLinked
)
