"""The question before a mail leaves: its writer was asked back, and can answer it once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.files import Enclosure, SharedFile
from bot.domain.given import Given
from bot.domain.ids import ConversationId, EventId, MailboxId, MessageRow, UserId
from bot.domain.mail import Address

HOLDS = timedelta(minutes=15)
"""Time in which a question can be answered as it was put."""
KEPT = timedelta(days=1)
"""Time for which a question is kept: ✅ on it asks anew, and an edit finds the mail that it became."""


class Stage(StrEnum):
    """The stage of a question (docs/states.md)."""

    OPEN = "open"
    LATE = "late"
    """Nobody answered in time: ✅ asks anew."""
    ANSWERED = "answered"
    """The question's mail was decided; the same words again are asked about."""
    OVER = "over"
    """Answered long ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Something that was counted or tried, and waits for the word of who asked for it: one answer uses it up."""

    at: datetime
    stage: Stage = Stage.OPEN

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def hears(self) -> bool:
        """Whether words of its person may answer it."""
        return self.is_open

    @property
    def expires_at(self) -> datetime:
        """The end of the time in which an answer counts; then, of the time in which it is kept."""
        return self.at + (HOLDS if self.is_open else KEPT)


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that was not decided yet: its writer was asked back. The answer uses it up."""

    row: MessageRow
    """The row of the question's mail: a question makes at most one mail."""
    conversation: ConversationId
    person: UserId
    event: EventId
    """The message whose words would leave."""
    text: str
    files: tuple[Enclosure, ...]
    to: tuple[Address, ...]
    """The recipients; empty while a word has to choose them."""
    cc: tuple[Address, ...]
    newest: tuple[MessageRow, ...]
    """The newest mails, in and out, at the time of the question."""
    at: datetime
    stage: Stage = Stage.OPEN
    is_apart: bool = False
    """The question was put outside of the conversation's thread."""
    bcc: tuple[Address, ...] = ()
    under: EventId | None = None
    """The root of the other thread where it was put, if there is one."""
    of_draft: bool = False
    """The words are the draft's, which others may change before the answer."""
    leaves_at: datetime | None = None
    """The time that was named with the words; None: at once."""
    mailbox: MailboxId | None = None
    """The mailbox that it would leave from; None in questions of before it was kept."""
    given: Given | None = None
    """What `event` is; None where that is not known."""

    @property
    def is_used(self) -> bool:
        """Whether the question was answered, or is over."""
        return self.stage in (Stage.ANSWERED, Stage.OVER)

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def hears(self) -> bool:
        """Whether words of its person may answer the question."""
        return self.stage in (Stage.OPEN, Stage.ANSWERED)

    @property
    def expires_at(self) -> datetime:
        """The end of the time in which an answer counts; then, of the time in which the question is kept."""
        return self.at + (HOLDS if self.hears else KEPT)


def own_file(question: Question) -> SharedFile | None:
    """The file posted with the message itself."""
    return next((one.file for one in question.files if one.event == question.event), None)


def by_mail(question: Question) -> tuple[Enclosure, ...]:
    """The files that came with the words by mail: they are here, and no message of the thread has them."""
    return tuple(one for one in question.files if one.is_here)
