"""Notifications by mail: what was sent to whom, and how many may be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.happening import What
from bot.domain.ids import ConversationId, EventId, MailboxId, UserId
from bot.domain.mail import Attachment

TIMER: Final = "notice"
DELAY: Final = timedelta(minutes=2)
"""All that happens to a conversation within it is one mail; and what its person reads meanwhile is none."""
MANY: Final = 4
"""So many conversations of which a person is to be mailed at about the same time are one mail."""
MOST_IN_ONE: Final = 50
OF_SEVERAL: Final = ConversationId((1 << 40) - 1)
"""What the id of such a mail names in place of a conversation: no answer to it goes anywhere."""
WHEN_FULL: Final = timedelta(minutes=15)
"""What may not be mailed now is asked about again after that time."""
WHILE_HELD: Final = timedelta(hours=1)
"""What is due while its mailbox rests, or in quiet hours, is asked about again after that time at the latest: what held
it back may have ended in some way of which nothing is said here."""
RIPE: Final = DELAY / 2
"""Only what is as old is taken into such a mail before its own time: its person had some of the delay to read it."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_TO_ONE: Final = (20, 100)
"""An hour, a day, to one person."""
MOST_FROM_ONE: Final = (100, 500)
"""An hour, a day, from one mailbox."""
ANSWERS: Final = (What.REPLIED, What.REPLIED_ELSEWHERE)
"""Acts by which somebody here took a sender for a correspondent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification that was sent, or (of no conversation) the word that no more are."""

    person: UserId
    mailbox: MailboxId
    conversation: ConversationId
    """0: the person was told that there are too many. Of a mail about several: one of them."""
    at: datetime
    is_of_mails: bool = False
    """It was sent for mails from outside alone, and for nothing that a colleague did."""


@dataclass(frozen=True, slots=True)
class MailedOf:
    """A mail of the last day to a person that was sent for mails from outside alone."""

    correspondent: str
    """The address of the conversation's."""
    at: datetime
    answered_at: datetime | None
    """When they were answered there last."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note of a colleague, with its words."""

    writer: UserId
    at: datetime
    words: str
    number: int
    """Under which its words are found while it stands."""
    event: EventId
    files: tuple[Attachment, ...] = ()
    """What its words do not name: talk is a file, or comes with one. Without words it is found by nothing."""


Written = Mapping[EventId, datetime]
"""The times at which messages that stand in a thread were written, by their homeservers' clocks."""


@dataclass(frozen=True, slots=True)
class KeepNotice:
    """It was sent; those of before yesterday are forgotten."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class AskAgain:
    """What was put off is asked about now, because what held it back may be over."""

    person: UserId | None = None
    """None: of everybody."""
    conversation: ConversationId | None = None
    """Of this one alone."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Numbers of notifications of the last hour and of the last day."""

    to_person: tuple[int, int] = (0, 0)
    from_mailbox: tuple[int, int] = (0, 0)
    was_told: bool = False
    """The person was told within the day that there are too many."""

    @property
    def is_full(self) -> bool:
        to_one = any(sent >= most for sent, most in zip(self.to_person, MOST_TO_ONE, strict=True))
        return to_one or any(sent >= most for sent, most in zip(self.from_mailbox, MOST_FROM_ONE, strict=True))


NOBODY_WAS_SENT: Final = Sent()


def digest_of(notes: Iterable[tuple[int, str]]) -> str:
    """What tells whether notes still say the same; empty where there are none."""
    told = "\0".join(f"{number} {words}" for number, words in sorted(notes))
    return sha256(told.encode("utf-8", "replace")).hexdigest() if told else ""


def timer_of(conversation: ConversationId, person: UserId, since: datetime | None = None) -> str:
    """The timer at whose time a person is mailed what happened to a conversation.

    Args:
        since: from when on, where that is not `DELAY` before its time: it was put off.
    """
    begun = "" if since is None else f"@{int(since.timestamp() * 1000)}"
    return f"{TIMER}:{conversation}{begun}:{person}"


def told_in(timer: str, due: datetime) -> tuple[ConversationId, UserId, datetime]:
    """The conversation, the person, and from when on they are told, of such a timer."""
    number, _, person = timer.removeprefix(f"{TIMER}:").partition(":")
    conversation, _, begun = number.partition("@")
    since = datetime.fromtimestamp(int(begun) / 1000, UTC) if begun else due - DELAY
    return ConversationId(int(conversation)), UserId(person), since
