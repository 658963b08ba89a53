"""A conversation with the facts that writing to its correspondent looks at."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.files import Enclosure
from bot.domain.ids import ConversationId
from bot.domain.mail import Address
from bot.domain.persons import PersonsAddress
from bot.domain.returned import Returned
from bot.domain.settings import MailboxSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A conversation with its members' mails and their submissions."""

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


@dataclass(frozen=True, slots=True)
class Onward:
    """One of the conversations as which another one goes on."""

    conversation: Conversation
    shown: tuple[tuple[MailRecord, datetime], ...]
    """Its newest mail of a person from outside, and the newest of ours, each with the time at which the room got it:
    the clock of a mail server tells no order."""
    seen_at: datetime | None
    """The time of the newest event in its thread that the person who works has read or written, where we know one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A mail of another conversation that a waiting mail passes on."""

    mail: MailRecord
    where: tuple[Onward, ...]
    """The conversation that it is in, and those as which that goes on."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A mail that is about to leave and passes another one on."""

    work: Outgoing
    """The conversation that it leaves from."""
    record: MailRecord
    mail: MailRecord
    """The other one."""
    there: ConversationId
    """The conversation as which that of the other mail goes on; its own where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Outgoing):
    """One conversation that somebody writes in."""

    newest_in: MailRecord | None
    newest_out: MailRecord | None
    newest_in_posted: datetime | None
    """The time at which the newest incoming mail was posted in the thread."""
    first_posted: datetime | None
    """When the first mail of the thread was posted."""
    seen_at: datetime | None
    """The time of the newest event in the thread that the person has read or written, where we know one."""
    sent_last_hour: int
    sent_last_day: int
    read_at: datetime | None = None
    """The time of the newest event in the thread that the person's receipts name: what they wrote proves no reading."""
    told_at: datetime | None = None
    """Of an answer by mail: when that was written which it answers."""
    told_whom: bytes = b""
    """The mark of those whom that named as who gets an answer; empty: of nobody."""
    was_asked: bool = False
    """That asked about all that the person might not know until then."""
    elsewhere: tuple[MailRecord, datetime] | None = None
    """Our newest mail that was written elsewhere, and the time at which the room got it, where an answer waits for its
    time or for a word: the mail's own date may be older than that answer."""
    enclosed: tuple[Enclosure, ...] = ()
    """Files that the person attached for their next mail here."""
    beside: tuple[Enclosure, ...] = ()
    """Files of the answer by mail that did not go on and whose words the command answers."""
    also_ours: frozenset[str] = frozenset()
    """Our addresses of other mailboxes to which mails of the talk came, before a move or a merge."""
    last_of_participants: MailRecord | None = None
    """The newest mail of a participant: an answer goes to it and quotes it."""
    incoming: tuple[MailRecord, ...] = ()
    """The conversation's newest mails from outside, oldest first."""
    history: tuple[MailRecord, ...] = ()
    """Mails written so far, newest first, for a reply that quotes them all."""
    quoted: tuple[MailRecord, ...] = ()
    """Mails that waiting answers were decided to quote."""
    returned: tuple[Returned, ...] = ()
    """What the mailbox remembers of the addresses that an answer may go to."""
    onward: tuple[Onward, ...] = ()
    """The conversations as which it goes on, one after another."""
    sources: tuple[Source, ...] = ()
    """Where the mails are from that waiting mails pass on."""

    @property
    def own_addresses(self) -> frozenset[str]:
        """Our addresses, to none of which an answer goes."""
        return self.mailbox.own_addresses | self.also_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """What is known of somebody to whom a first mail is to go, and of the mailbox that it leaves from."""

    number: ConversationId
    """The number that a conversation begun now gets."""
    people: tuple[Address, ...]
    """Correspondents of that name; of an address, its one with the name that it has here."""
    earlier: tuple[Conversation, ...] = ()
    """Conversations with each of them, by whichever of their addresses, newest first, the newest few of each."""
    written: tuple[MailRecord, ...] = ()
    """Our newest mail in each of these."""
    sent_last_hour: int = 0
    sent_last_day: int = 0
    returned: tuple[Returned, ...] = ()
    """What the mailbox remembers of their addresses."""
    joined: tuple[PersonsAddress, ...] = ()
    """All addresses of each of them who has several."""
