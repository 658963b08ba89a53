"""One conversation with what writing to its correspondent looks at."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.files import Enclosure
from bot.domain.settings import MailboxSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One conversation with the mails that members wrote in it, and what became of their submissions."""

    conversation: Conversation
    mailbox: MailboxSettings
    outgoing: tuple[MailRecord, ...]
    """Outgoing mails, oldest first: the recent ones, and older ones that are not settled."""
    waiting: frozenset[int]
    """Rows of outgoing mails that nobody has anything of: their call has not been tried, or was put off for all."""
    retries: frozenset[int]
    """Rows of outgoing mails that have a submission waiting, tried before or not."""
    under_way: frozenset[int]
    """Rows of outgoing mails that are being handed over at this moment, and that nobody had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Outgoing):
    """One conversation that somebody writes in."""

    newest_in: MailRecord | None
    newest_out: MailRecord | None
    newest_in_posted: datetime | None
    """When its event was posted in the thread."""
    first_posted: datetime | None
    """When the first mail of the thread was posted."""
    seen_at: datetime | None
    """The time of the newest event in the thread that the person has read or written, where we know one."""
    sent_last_hour: int
    sent_last_day: int
    enclosed: tuple[Enclosure, ...] = ()
    """What the person attached for their next mail here."""
    last_of_participants: MailRecord | None = None
    """The newest mail of somebody who takes part: what an answer goes to, and what it quotes."""
    incoming: tuple[MailRecord, ...] = ()
    """Its newest mails from outside, oldest first."""
    history: tuple[MailRecord, ...] = ()
    """What was written so far, newest first, for a reply that quotes all of it."""
    quoted: tuple[MailRecord, ...] = ()
    """What the mails that wait were decided to quote."""
