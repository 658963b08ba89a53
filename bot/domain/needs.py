"""Typed needs of a command, and the facts that answer them before its rule decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from bot.domain.audited import AuditLine
from bot.domain.blocking import Blocked
from bot.domain.canned import Canned
from bot.domain.condition import Aside, Condition
from bot.domain.conversation import Conversation, HistoryEntry, KnownEvent, MailRecord, Status, StoredReaction
from bot.domain.dialogue import Dialogue
from bot.domain.figures import Figures
from bot.domain.files import Enclosure
from bot.domain.ground import Ground
from bot.domain.house_rules import Came, HouseRule
from bot.domain.ids import ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.own_signature import OwnSignature
from bot.domain.persons import PersonNote, PersonsAddress
from bot.domain.searching import Hits, Query
from bot.domain.teams import Team
from bot.domain.tracing import Traces
from bot.domain.upgrades import RoomUpgrade
from bot.domain.whole import Whole
from bot.domain.work import Acquaintance, Outgoing, Passing, Work

T_co = TypeVar("T_co", covariant=True)


class Need(Generic[T_co]):
    """A question to the database; its type is that of the answer. `bot/flows/load/needs.py` has a loader for each."""

    __slots__ = ()


Needs = Sequence[Need[Any]]


class Facts:
    """The answers to the needs that were declared, and to no others."""

    __slots__ = ("_known",)

    def __init__(self, known: Mapping[Need[Any], object] | None = None) -> None:
        self._known = dict(known or {})

    def __getitem__(self, need: Need[T_co]) -> T_co:
        """
        Raises:
            LookupError: the command did not declare that need.
        """
        if need not in self._known:
            raise LookupError(f"{type(need).__name__} was not declared")
        return cast(T_co, self._known[need])

    def answers(self, needs: Needs) -> bool:
        """Whether all of these were declared."""
        return all(need in self._known for need in needs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and self._known == other._known

    def __hash__(self) -> int:
        return hash(frozenset(self._known))

    def __or__(self, others: "Facts") -> "Facts":
        return Facts({**self._known, **others._known})


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class MembersOf(Need[tuple[UserId, ...]]):
    """The members of a room."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class IsEncrypted(Need[bool]):
    """Whether a room was once seen encrypted."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class RoomsOf(Need[frozenset[RoomId]]):
    """Those of some rooms that a person is in."""

    person: UserId
    rooms: tuple[RoomId, ...]


@dataclass(frozen=True, slots=True)
class IsHinted(Need[bool]):
    """Whether a person was told how an answer leaves; with a room, what they can ask in that direct chat."""

    person: UserId
    direct: RoomId | None = None


@dataclass(frozen=True, slots=True)
class UnheardIn(Need[datetime | None]):
    """When a person wrote for whom it was said last that talk in this conversation is told to nobody."""

    conversation: Conversation
    person: UserId


@dataclass(frozen=True, slots=True)
class HistoryOf(Need[tuple[HistoryEntry, ...]]):
    """The newest entries, in the order they were made."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class MailsOf(Need[tuple[MailRecord, ...]]):
    """The newest mails of a conversation, oldest first: it may have thousands."""

    conversation: ConversationId
    most: int


@dataclass(frozen=True, slots=True)
class WholeOf(Need[Whole]):
    """A page of all words of a conversation's mails, the oldest first."""

    conversation: ConversationId
    page: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class IncomingOf(Need[tuple[MailRecord, ...]]):
    """All mails of a conversation that came from outside, oldest first: those that move to Junk with it, or back."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class NewestOf(Need[MailRecord | None]):
    """The newest mail of a person from outside, or of a machine, or else the newest of ours."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class MailAt(Need[MailRecord | None]):
    """One mail."""

    row: MessageRow


@dataclass(frozen=True, slots=True)
class FoldedOf(Need[tuple[MailRecord, ...]]):
    """The oldest mails that are kept folded, as many as are shown at once."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class OutgoingOf(Need[Outgoing]):
    """The mails that members wrote, and which of them still wait."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class OutgoingIn(Need[Outgoing | None]):
    """The same of a conversation that is known by its number; None where there is none, or its mailbox is served no
    more."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class UnfinishedIn(Need[bool]):
    """Whether a call is still to be made for a conversation, in the room or on a server, or a mail of it is still to be
    passed on."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class WaitingIn(Need[tuple[MailRecord, ...]]):
    """The mails of some mailboxes that wait for their time, or for a word: of each the soonest, at most so many."""

    mailboxes: tuple[MailboxId, ...]
    most: int


@dataclass(frozen=True, slots=True)
class EnclosedBy(Need[tuple[tuple[Enclosure, ...], tuple[Enclosure, ...]]]):
    """A person's files: those attached for their next mail, and those posted and neither attached nor sent."""

    conversation: Conversation
    person: UserId


@dataclass(frozen=True, slots=True)
class WorkOf(Need[Work]):
    """The facts that writing to a conversation's correspondent looks at."""

    conversation: Conversation
    person: UserId
    replied_to: KnownEvent | None = None
    """The event that the person has before their eyes."""
    source: EventId | None = None
    """The command itself, which proves no reading."""


@dataclass(frozen=True, slots=True)
class AcquaintanceWith(Need[Acquaintance]):
    """What writing a first mail from a mailbox to somebody looks at."""

    mailbox: MailboxId
    address: str
    """Empty: the name says who is meant."""
    name: str


@dataclass(frozen=True, slots=True)
class DialogueAbout(Need[Dialogue | None]):
    """The newest dialogue about the words of a message."""

    event: EventId


@dataclass(frozen=True, slots=True)
class AlikeOf(Need[tuple[StoredReaction, ...]]):
    """Other reactions of one kind on a conversation, by anybody, that are still there."""

    given: StoredReaction


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, and how many there are on all pages."""

    rows: tuple[Conversation, ...]
    total: int
    is_more: bool = False
    """There may be more than were counted."""


@dataclass(frozen=True, slots=True)
class Listed(Need[Found]):
    """A page of the conversations that match.

    Those that wait (active, pending) come first, then the others; the newest on top. With `follower`, `starrer` or
    `tag` nothing but the status narrows the list further, and with `correspondent` nothing does.
    """

    mailboxes: tuple[MailboxId, ...]
    status: tuple[Status, ...] | None = None
    """None: whatever it is."""
    assignee: UserId | None = None
    follower: UserId | None = None
    starrer: UserId | None = None
    """Who keeps them at hand."""
    unassigned: bool = False
    needs_nobody: bool | None = None
    """True: only conversations that need no answer; False: only the others; None: both."""
    drafts: bool = False
    """Only those with a draft that waits, the newest draft first; no other word narrows that list."""
    snoozed: bool | None = None
    """True: only those that come back by themselves, the soonest first; False: only the others; None: both."""
    tag: str = ""
    """Empty: with any, or none."""
    correspondent: str = ""
    """An address of the correspondent, who may have others (`persons`); empty: whoever it is."""
    before: datetime | None = None
    """Only those whose time, by which the list is in order, is before this; not with a list by a word or person."""
    page: int = 1
    """From 1."""
    size: int = 30

    @property
    def skip(self) -> int:
        """The conversations on the pages before."""
        return self.size * (self.page - 1)


@dataclass(frozen=True, slots=True)
class Searched(Need[Hits]):
    """A page of the conversations of some mailboxes that have a mail or a note that matches, the newest first."""

    mailboxes: tuple[MailboxId, ...]
    query: Query
    page: int = 1
    """From 1."""
    size: int = 10


@dataclass(frozen=True, slots=True)
class TraceOf(Need[Traces]):
    """A page of the mails, in and out, of these mailboxes to which one of the questions fits, the newest first."""

    mailboxes: tuple[MailboxId, ...]
    queries: tuple[Query, ...]
    page: int = 1
    """From 1."""
    size: int = 10
    message_id: str = ""
    """The mail with this Message-ID as well."""
    homes: tuple[MailboxId, ...] = ()
    """All mailboxes: a mail may have come to any of them before its conversation was moved to one of these, or have
    gone to it with its conversation."""
    room: RoomId | None = None
    """The room of the question."""


@dataclass(frozen=True, slots=True)
class ConversationsOf(Need[tuple[Conversation, ...]]):
    """The conversations of these numbers that there are, in any room."""

    numbers: tuple[ConversationId, ...]


@dataclass(frozen=True, slots=True)
class LaterOf(Need[tuple[Conversation, ...]]):
    """The conversations as which one goes on, one after another, in any room."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class GroundFor(Need[Ground]):
    """What a mailbox of another room has for a conversation that comes to it."""

    conversation: Conversation
    mailbox: MailboxId
    room: RoomId


@dataclass(frozen=True, slots=True)
class CannedOf(Need[tuple[Canned, ...]]):
    """The saved replies of these mailboxes, by name; those that were removed are without words."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class SignaturesOf(Need[tuple[OwnSignature, ...]]):
    """A person's own lines under the mails of these mailboxes; those that were removed are without words."""

    mailboxes: tuple[MailboxId, ...]
    person: UserId


@dataclass(frozen=True, slots=True)
class NameOf(Need[str]):
    """The name that a person has in a room; empty where it is not known."""

    room: RoomId
    person: UserId


@dataclass(frozen=True, slots=True)
class FiguresOf(Need[Figures]):
    """The figures of some mailboxes."""

    mailboxes: tuple[MailboxId, ...]
    bounds: tuple[datetime, ...]
    """The midnights at which the days begin, in the house's time zone, and the one at which the last one ends."""
    now: datetime


@dataclass(frozen=True, slots=True)
class ConditionOf(Need[Condition]):
    """How the house is doing, with the figures of these mailboxes."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class PutAside(Need[tuple[Aside, ...]]):
    """What could not be decided and was put aside, the oldest first."""


@dataclass(frozen=True, slots=True)
class AuditOf(Need[tuple[AuditLine, ...]]):
    """What became of these mailboxes, the newest first."""

    mailboxes: tuple[MailboxId, ...]
    most: int
    of_people: bool
    """Whether the acts of people are wanted alone."""


@dataclass(frozen=True, slots=True)
class LeavingFrom(Need[int]):
    """How many mails wait to leave from a mailbox, or to be tried again."""

    mailbox: MailboxId


@dataclass(frozen=True, slots=True)
class WorksLeaving(Need[tuple[Outgoing, ...]]):
    """The conversations of these mailboxes from which a mail that somebody wrote is still to leave."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class AnswersByMail(Need[frozenset[MessageRow]]):
    """The rows of the mails that a person's answers by mail became, of those that are remembered."""

    person: UserId


@dataclass(frozen=True, slots=True)
class PassingOn(Need[tuple[Passing, ...]]):
    """All mails that are about to leave and pass another one on, in whatever room."""


@dataclass(frozen=True, slots=True)
class TeamsIn(Need[tuple[Team, ...]]):
    """The teams of these mailboxes, by name; those that were removed are without people."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class RulesIn(Need[tuple[HouseRule, ...]]):
    """The rules of the house of these mailboxes, by number."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class CameIn(Need[tuple[Came, ...]]):
    """The newest mails from outside of these mailboxes together, the newest first."""

    mailboxes: tuple[MailboxId, ...]
    most: int
    with_fields: bool = False
    """Read from the bytes of each, which takes a while."""


@dataclass(frozen=True, slots=True)
class BlockedIn(Need[tuple[Blocked, ...]]):
    """What these mailboxes have blocked, the oldest first."""

    mailboxes: tuple[MailboxId, ...]


@dataclass(frozen=True, slots=True)
class PersonsOf(Need[tuple[PersonsAddress, ...]]):
    """All addresses of the persons to whom one of these belongs, in these mailboxes."""

    mailboxes: tuple[MailboxId, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonNotesOf(Need[tuple[PersonNote, ...]]):
    """The notes on a person in these mailboxes, the oldest first."""

    mailboxes: tuple[MailboxId, ...]
    address: str


@dataclass(frozen=True, slots=True)
class UpgradesWaiting(Need[tuple[RoomUpgrade, ...]]):
    """Upgrades of rooms that wait for an admin, or for an invitation."""
