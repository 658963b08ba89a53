"""An answer that a member wrote by plain mail, until it is decided like words that they write in the thread."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.conversation import Conversation
from bot.domain.files import Enclosure
from bot.domain.ids import ConversationId, EventId, MessageRow, UserId
from bot.domain.mail import Address, Mail
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Fresh, Notified, row_of, token_of
from bot.domain.words import letters_of

MAILED: Final = "mailed"
"""The kind of timer, and of slot, of an answer by mail."""
GOOD_FOR: Final = timedelta(days=60)
"""So long a notification can be answered."""
KEPT: Final = timedelta(days=90)
"""So long it is remembered that an answer was decided: longer than any notification can be answered."""
POST_AGAIN: Final = timedelta(minutes=10)
"""After this time it is looked whether the words stand in the thread: they may have been on their way as it moved."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a notification said, in the words of its mail; or, where that is not kept any more, all that those of its
    conversation may have said."""

    sentences: tuple[str, ...]
    """Ours, each as a line."""
    passages: tuple[str, ...]
    """Words of mails and notes, each under its heading."""
    subjects: tuple[str, ...] = ()
    """That of its mail, or those of the conversation and its mails."""
    answers: tuple[str, ...] = ()
    """What its reader has answered in the conversation: they quote it who answer below that."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that says it answers a notification of ours, with all that is looked at before it is believed."""

    ticket: Notified | None
    """None: the id has the form of ours, and is not one that we wrote."""
    owner: UserId | None
    """The person whose verified address is the mail's only sender, or whose ticket it is and whose address its From has
    among what may be others; who asked for a code, where its mail is answered
    from where it went, without a word."""
    conversation: Conversation | None = None
    """The ticket's, or the one as which that goes on; None: it is not there any more, or went where this mailbox has no
    part in it."""
    mailbox: MailboxSettings | None = None
    """In which it is today; None: it is none of ours any more."""
    is_joined: bool = False
    """Whether `owner` is in the conversation's room now; without one, in that of the mailbox that the mail came to."""
    team: tuple[tuple[UserId, str], ...] = ()
    """Who is in that room, with their names: words that begin with one may be for them."""
    others: tuple[Address, ...] = ()
    """Who else takes part in the conversation, as its mails name them."""
    is_in_own_room: bool = False
    """Whether `owner` is in the room of the mailbox that the mail came to."""
    is_told: bool = False
    """Whether `owner` was told by mail today that something did not leave."""
    is_of_told: bool = False
    """It answers a mail that told `owner` of something that did not leave."""
    is_of_question: bool = False
    """That mail said what is asked before such words leave."""
    is_known: bool = False
    """The same mail was decided before, from wherever it was read then."""
    is_repeated: bool = False
    """They have answered the same notification in the same words, with another mail."""
    is_noted: bool = False
    """An earlier mail of the conversation that it joins answered a notification, too: the team was told of it then."""
    was_put_back: bool = False
    """The database was put back since the mail came: a run that it forgot may have decided it."""
    asked_by: UserId | None = None
    """Of an answer to a mail with a code: who asked for it, unless the address that it went to is theirs by now."""
    told: Told | None = None
    """What the mail that it answers may have said; None: nobody knows."""
    own_files: frozenset[str] = frozenset()
    """Digests of its cards and calendars that name an own address of `owner`, or that nobody could look into."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """The words of such a mail, shown in the thread before anything is decided about them."""

    row: MessageRow
    """Made of the mail's id, the person and the conversation: the same mail gives the same row."""
    conversation: ConversationId
    person: UserId
    text: str
    """The new words alone. Empty once they were decided: the mail that was made of them has them."""
    told_at: datetime
    """When they were told: they know of nothing that came later."""
    at: datetime
    line: str = ""
    """The command of the first line."""
    is_note: bool = False
    files: tuple[Enclosure, ...] = ()
    is_refused: bool = False
    """The words only stand in the thread; the person may send them from there."""
    is_done: bool = False
    is_held_told: bool = False
    """They were told by mail that it is held."""
    may_be_told: bool = False
    """The server has proven who wrote it: they hear by mail what becomes of it."""
    told_of: ConversationId | None = None
    """The conversation that they were told of, where that goes on as this one."""
    told_whom: str = ""
    """The mark, in hexadecimal digits, of those who were to get an answer by what they were told; empty: of nobody."""
    is_of_question: bool = False
    """What they were told asked about all that they might not know until then."""
    fresh: Fresh = Fresh.OUTSIDE
    """Whose news they were told."""

    @property
    def slot(self) -> str:
        """The slot of the words in the thread, and the timer that decides about them."""
        return f"{MAILED}:{self.row}"

    @property
    def line_timer(self) -> str:
        """The timer that gives the command of the first line, after the words were decided."""
        return f"{MAILED}:{self.row}:line"


def code_told_key(mail: Mail) -> str:
    """Seen once the person was told what to do with the code that it answers, from whichever folder it is read."""
    return f"code-answered:{mail.message_id}"


def told_key(person: UserId, now: datetime) -> str:
    """The key under which it is kept that somebody was told by mail on that day."""
    return f"mailed_told:{person}:{now:%Y%m%d}"


def call_key(message_id: str) -> str:
    """The key of the call that mails a member the mail of this id. What it said is known while the call is kept."""
    return f"member_mail:{message_id}"


def told_mail_key(token: str) -> str:
    """Kept once a mail whose id begins with the token told somebody that something did not leave."""
    return f"mailed_told_by:{token}"


def question_mail_key(token: str) -> str:
    """Kept once such a mail said what is asked."""
    return f"mailed_asked_by:{token}"


def asked_key(conversation: ConversationId, person: UserId, words: str) -> str:
    """Kept once an answer in these words was asked about, or held back otherwise, and did not leave by itself."""
    return f"mailed_asked:{conversation}:{person}:{token_of(letters_of(words, has_signs=True))}"


def again_key(words: str) -> str:
    """Kept once the words of that key came in answer to a mail that told that they did not leave: they do so once."""
    return f"{words}:again"


def row_of_files(event: EventId) -> MessageRow:
    """Under which the files of a refused answer are kept, whose words are this event: `!send` finds them."""
    return row_of(f"{MAILED}:files:{event}")


def row_in(timer: str) -> tuple[MessageRow, bool]:
    """The row that a timer is about, and whether it is about the first line."""
    _, row, *line = timer.split(":")
    return MessageRow(int(row)), bool(line)


def is_mailed(slot: str) -> bool:
    """Whether the words of an answer by mail stand in this slot."""
    return slot.startswith(f"{MAILED}:")
