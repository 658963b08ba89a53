"""A conversation with a correspondent, the mails in it, and what people did to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.files import Enclosure, SharedFile
from bot.domain.given import Given
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.mail import Address, Attachment
from bot.domain.prepared import Prepared
from bot.domain.wishes import NO_WISHES, Wishes


class Status(StrEnum):
    """The status of a conversation: whom it waits for."""

    ACTIVE = "active"
    PENDING = "pending"
    CLOSED = "closed"
    SPAM = "spam"
    DELETED = "deleted"
    """Nobody wants to see it again: it is in no list but its own, until it is restored, or the next mail."""


LISTED = tuple(status for status in Status if status is not Status.DELETED)
"""What lists and searches show where no status is named."""
TO_DO = (Status.ACTIVE, Status.PENDING)
THROWN_AWAY = (Status.SPAM, Status.DELETED)
"""Nobody works at such a conversation, and nobody is mailed of it, until that is taken back."""


class Verdict(StrEnum):
    """The word of the mailbox's own server on the sender (RFC 8601)."""

    VERIFIED = "verified"
    FAILED = "failed"
    UNKNOWN = "unknown"


MOST_EARLIER = 5
"""Earlier conversations of a person, on a card."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread in the room. `version` 0 is not stored yet; each save must name the version it read."""

    id: ConversationId
    mailbox: MailboxId
    room: RoomId
    subject: str
    correspondent: Address
    status: Status
    status_before: Status
    """The status that `!notspam` restores; a reaction keeps its own (`StoredReaction`)."""
    assignee: UserId | None
    followers: tuple[UserId, ...]
    verdict: Verdict
    words: str
    """The newest words from outside (`first_words`)."""
    mails: int
    """Number of mails, in and out."""
    earlier: tuple[ConversationId, ...]
    """Other conversations of the same correspondent, newest first, at most five."""
    created_at: datetime
    waiting_since: datetime
    """When the correspondent's oldest unanswered mail arrived."""
    changed_at: datetime
    root: EventId | None = None
    """The card, once posted."""
    version: int = 0
    folded: int = 0
    """Mails that are kept without being shown (`decide/flood.py`)."""
    needs_nobody: bool = False
    """Active, but only receipts, newsletters or absence notes have come: no work to do, in a list of its own.

    A mail that somebody should read, and whatever a member does with the conversation, ends it.
    """
    participants: tuple[str, ...] = ()
    """Addresses of the participants (`bot/domain/participants.py`), in their compared form."""
    heard: int = 0
    """Number of mails that came and that somebody should read."""
    wishes: Wishes = NO_WISHES
    """Who gets answers besides, and who gets none."""
    draft: Prepared | None = None
    """The answer that was prepared last."""
    tags: tuple[str, ...] = ()
    """Words that the team wrote on it, as they are shown (`bot/domain/tags.py`)."""
    mailed_subject: str | None = None
    """The subject of its first mail, where the team gave it another one (`bot/domain/subjects.py`)."""
    snoozed_until: datetime | None = None
    """While it is pending: when it comes back by itself. A closed one keeps it, in case that is taken back."""
    snoozed_by: UserId | None = None
    starred: tuple[UserId, ...] = ()
    """People who keep it at hand, each for oneself."""
    goes_on_as: ConversationId | None = None
    """The conversation that it was merged into, or that a late answer to it began: later mail comes there. It stays
    closed until it is split off again.
    """
    continues: ConversationId | None = None
    """The conversation that it was begun from: its first mail answers that one."""

    note: str = ""
    """The newest note on its correspondent when it began."""
    is_untold: bool = False
    """It came as spam, and has been nothing to do since: nobody was told that it is new."""

    @property
    def open_draft(self) -> Prepared | None:
        """The draft of which no mail was made."""
        return self.draft if self.draft is not None and self.draft.mail is None else None

    @property
    def is_snoozed(self) -> bool:
        return self.status is Status.PENDING and self.snoozed_until is not None


class Direction(StrEnum):
    """The way of a mail: in from a correspondent, or out from us."""

    IN = "in"
    OUT = "out"


class OutState(StrEnum):
    """The state of an outgoing mail (docs/states.md)."""

    QUEUED = "queued"
    """The undo window is open, or the mail waits for its turn or for its time."""
    HELD = "held"
    """Something came before its time (`rules/scheduling.py`): it leaves by a person's word alone."""
    UNAPPROVED = "unapproved"
    """It waits for the word of a member other than its writer (`rules/approving.py`)."""
    RETRYING = "retrying"
    SENT = "sent"
    PARTLY = "partly"
    """Some recipients have it; others were refused, or put off by their server."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The connection was lost after DATA began: the mail may or may not have been sent."""
    CANCELLED = "cancelled"
    BOUNCED = "bounced"


REACHED = (None, OutState.SENT, OutState.PARTLY)
"""States of mails that the correspondent wrote or got."""
KEPT_BACK = (OutState.QUEUED, OutState.HELD, OutState.UNAPPROVED)
"""States in which nobody has tried to hand the mail over."""


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail of a conversation as we keep it; in or out."""

    row: MessageRow
    conversation: ConversationId
    mailbox: MailboxId
    direction: Direction
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """At most the first one and the newest fifty."""
    from_: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime
    """Time of arrival or of writing, UTC."""
    text: str
    """The new words (cut to 100,000 characters)."""
    raw: BlobId
    """The blob with the mail's bytes."""
    attachments: tuple[Attachment, ...] = ()
    folder: str = ""
    uidvalidity: int = 0
    uid: int = 0
    """The mail's UID on the server; 0 if unknown."""
    event: EventId | None = None
    """The mail's event in the thread, once posted."""
    is_automatic: bool = False
    """Nothing to answer: a receipt, an absence note, a report, a bounce, or marked as spam. Of ours: a rule of the
    house sent it, and it says so to programs.
    """
    author: UserId | None = None
    """The member who wrote an outgoing mail; None if it was written elsewhere."""
    source: EventId | None = None
    """The `!reply` (or reacted) event of an outgoing mail."""
    given: Given | None = None
    """What `source` is (outgoing); None where that is not known."""
    is_apart: bool = False
    """`source` stands outside of the conversation's thread."""
    under: EventId | None = None
    """The root of the other thread that `source` stands in, where it is in one."""
    state: OutState | None = None
    recipients: tuple[str, ...] = ()
    """Envelope recipients still to be served (outgoing)."""
    is_folded: bool = False
    """The mail is kept without being shown."""
    detail: str = ""
    """The server's words of the last attempt (outgoing); of a mail that came back, what it says (`first_words`)."""
    files: tuple[Enclosure, ...] = ()
    """Files that members attached to an outgoing mail, which is written once all files are here."""
    quotes: tuple[MessageRow, ...] = ()
    """The quoted mails, newest first (outgoing): fixed when the mail is decided."""
    took_over: bool = False
    """The mail gave the conversation, which nobody had, to its author (outgoing)."""
    state_before: OutState | None = None
    """The state before a second sending by hand (outgoing)."""
    has_left: bool = False
    """Some server has accepted it for somebody (outgoing)."""
    failed: tuple[str, ...] = ()
    """Envelope recipients that did not get it for good (outgoing): refused, or the mail came back."""
    bcc: tuple[Address, ...] = ()
    """Recipients whom the others do not see (outgoing)."""
    original_from: tuple[Address, ...] = ()
    """The writer, if a list put its own address into From."""
    heard: int = 0
    """The conversation's count of mails heard, this one included; for an outgoing mail, the count at its decision."""
    leaves_at: datetime | None = None
    """The time at which it is to leave, while it waits for that (outgoing). Until then it has no bytes, and no call."""
    approved_by: UserId | None = None
    """Who approved it, where the mailbox asks for four eyes (outgoing)."""
    has_waited: bool = False
    """It waited for its time, or for somebody's word, before it had a call (outgoing)."""
    sameness: str = ""
    """A digest that tells the mail from others with its Message-ID (`bot/domain/sameness.py`); empty if not known."""
    is_forgotten: bool = False
    """Its bytes went by themselves (`bot/domain/retention.py`): nobody asks its server for them once more."""
    doubt: Verdict | None = None
    """The server's verdict on the sender, if it is worse than that of the conversation's first mail (incoming)."""
    unread: str = ""
    """Why it was not read whole (`MailUnreadable.reason`)."""
    unread_bytes: int = 0
    """The size of such a mail; 0 where the server does not say."""
    linked: str = ""
    """The new words with the addresses of their links (incoming, cut to 20,000 characters); empty: `text` has them."""
    folded: str = ""
    """What the room folds of it and nobody had seen (`rules/folded_words.py`; incoming)."""

    @property
    def id_to_find(self) -> str:
        """The id by which the mail is found: its Message-ID, or a fingerprint of its words (`sameness.id_to_find`)."""
        return self.message_id or f"none:{self.sameness}"

    @property
    def order(self) -> tuple[datetime, int, int]:
        """The place among the mails of the conversation, as storage orders them: several may come within a second."""
        return (self.date, self.uid, self.row)

    @property
    def is_auto_answer(self) -> bool:
        """Whether a program of ours gave it by itself: this one (`rules/autoreply.py`), or another that files in Sent.

        It answers nobody's question: no status, no figure and no answer of a member follows from it.
        """
        return self.direction is Direction.OUT and self.author is None and self.is_automatic

    @property
    def is_scheduled(self) -> bool:
        """Whether the mail waits for its time."""
        return self.state is OutState.QUEUED and self.leaves_at is not None and not self.is_written

    @property
    def waits_for_word(self) -> bool:
        """Whether the mail leaves by somebody's word alone."""
        return self.state in (OutState.HELD, OutState.UNAPPROVED)

    @property
    def is_written(self) -> bool:
        """Whether the mail's bytes exist: a mail with files waits for these first."""
        return bool(self.raw)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An act on a conversation, with person and time. `action` is a catalogue key `history.*`."""

    conversation: ConversationId
    at: datetime
    actor: UserId | None
    """None: the correspondent, or Postroom itself."""
    action: str
    detail: str = ""
    event: EventId | None = None
    """The message, or edit, by which it was done, in the thread or in the main timeline; of an answer, its mail in the
    thread. None: by another way."""
    shown_at: datetime | None = None
    """The time of that message in the thread, as it is read from the database; None: it shows nothing, or other words
    than it did."""
    is_seen: bool | None = None
    """Whether the person for whom this is read has read that message in the main timeline; None: it does not stand
    there."""


class EventKind(StrEnum):
    """The kind of a room's event to us (`org.postroom` kind, and team events)."""

    CONVERSATION = "conversation"
    MAIL = "mail"
    ATTACHMENT = "attachment"
    RECEIPT = "receipt"
    NOTICE = "notice"
    BOARD = "board"
    MAILBOX = "mailbox"
    """How a mailbox is doing, in the config room."""
    ANSWER = "answer"
    NEWS = "news"
    """A line of the main timeline: somebody answered in that thread."""
    QUESTION = "question"
    """An answer that asks back; ✅ on it or the command again confirms."""
    NOTE = "note"
    """Plain talk of the team in a thread."""
    COMMAND = "command"
    """A person's command that the bot asked back about; its body holds the words that would be sent."""
    ABOVE = "above"
    """Such a command that names its conversation by number, in the main timeline: it stands in no thread."""
    ENCLOSURE = "enclosure"
    """A command that chooses the files of the person's next mail; its body lists their events."""
    EDIT = "edit"
    """A member's edit of a message of theirs: a receipt may stand at it."""
    SHOWN = "shown"
    """A command of the main timeline, which shows there what it did: nothing else is done with it."""
    SECRET = "secret"  # noqa: S105  a kind, no password
    """A message whose words were a password: it is deleted, and its body is not kept."""


COMMANDS = (EventKind.COMMAND, EventKind.ABOVE)
WRITTEN = (EventKind.NOTE, *COMMANDS)
"""What holds the words of a member."""


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event that we posted or saw in a thread of ours."""

    event: EventId
    room: RoomId
    kind: EventKind
    conversation: ConversationId | None
    sender: UserId | None
    """None: Postroom."""
    mail: MessageRow | None
    """The mail that it shows or tells of; of a member's command, the mail of other words that it let leave."""
    at: datetime
    body: str = ""
    """The words of a member's message (for 📤 and for confirming a question); of a page of ours, those beside it."""
    file: SharedFile | None = None
    """The file that a team member posted with the message."""
    edit: EventId | None = None
    """The edit by which the message reads as it does; None where it was not edited."""


@dataclass(frozen=True, slots=True)
class StoredReaction:
    """A reaction with a meaning that somebody gave and did not take away."""

    event: EventId
    room: RoomId
    conversation: ConversationId
    target: EventId
    sender: UserId
    key: str
    status_before: Status
    at: datetime
