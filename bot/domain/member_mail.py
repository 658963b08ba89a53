"""Mails of the bot's own to the addresses of members: of no conversation, and never answered by themselves."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Attachment
from bot.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that somebody wrote, under a line that says who and when."""

    heading: Sentence
    words: str
    """As they were written."""
    is_markdown: bool = False
    """A member wrote them here; else they are plain text."""
    files: tuple[Attachment, ...] = ()
    """What came with them is named below them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks below it are about, until the next one."""

    told: Sentence


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to a conversation's thread."""

    room: RoomId
    card: EventId | None


Block = Sentence | Passage | Heading | Pointer


@dataclass(frozen=True, slots=True)
class MailMember:
    """Write to a member; the mailbox's server gets it. A mail that reached DATA is never sent again."""

    mailbox: MailboxId
    person: UserId
    address: str
    message_id: str
    subject: Sentence
    blocks: tuple[Block, ...]
    conversation: ConversationId | None = None
    """The conversation that it tells of; of several the first one."""
    others: tuple[ConversationId, ...] = ()
    """The rest of them. Each has its link among the blocks."""
    references: tuple[str, ...] = ()
    """The root of its thread in the member's client: never an id of a correspondent's mail."""
    language: str = ""
    """Empty: the mailbox's."""
    tag: str = ""
    """What an answer to it bears in its address, where the mailbox asks for that."""
    room: RoomId | None = None
    """Where the people are whom it names."""
    card: EventId | None = None
    """The conversation's, which it links to."""
    notes: tuple[int, ...] = ()
    """The numbers of the notes whose words it bears."""
    said: str = ""
    """Their words, as `notices.digest_of` has them."""
    since: datetime | None = None
    """From when on it tells what happened."""
    can_be_answered: bool = False
    """Words above the mark at its top go on."""
    tells_of_answer: bool = False
    """It says what became of an answer of theirs."""
    is_gone: bool = False
    """They are not in the room any more, and get their own words alone."""
    code_of: str = ""
    """What asked for the code in it; empty: none is."""
    others_since: tuple[datetime, ...] = ()
    """From when on it tells of each of `others`."""
