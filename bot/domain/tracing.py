"""What became of mails: each one's record with its submission, and how far the folders were read."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.ids import ConversationId, MailboxId


@dataclass(frozen=True, slots=True)
class Submission:
    """The newest call that hands a mail to its server, while the outbox has it."""

    state: str
    attempt: int
    """0 before the first try."""
    words: str
    """The server's own words at the end, or why it was put off."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One mail, in or out."""

    record: MailRecord
    conversation: Conversation
    submission: Submission | None = None


@dataclass(frozen=True, slots=True)
class FolderRead:
    """How far a folder was read."""

    mailbox: MailboxId
    folder: str
    uid: int
    since: datetime
    """Mail that arrived earlier is not read."""


@dataclass(frozen=True, slots=True)
class Traces:
    """A page of mails, the newest first."""

    rows: tuple[Traced, ...]
    total: int
    is_more: bool = False
    folders: tuple[FolderRead, ...] = ()
    """Where no mail was found."""
    put_aside: int = 0
    """Mails of these mailboxes that could not be decided, where none was found."""
    went: tuple[ConversationId, ...] = ()
    """Where none was found: those that were moved out of the room in which such a mail was shown."""
