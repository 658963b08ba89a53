"""Decisions: changes of what is true, and effects to be done. Both are committed at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audited import AddAudit
from bot.domain.blocking import Blocked
from bot.domain.canned import Canned
from bot.domain.choices import SaveChoice
from bot.domain.condition import ConditionChange
from bot.domain.conversation import Conversation, HistoryEntry, KnownEvent, MailRecord, StoredReaction
from bot.domain.deeds import Deed
from bot.domain.dialogue import Dialogue
from bot.domain.direct import DirectChange
from bot.domain.effects import Effect
from bot.domain.grants import SaveGrant
from bot.domain.happening import Happening
from bot.domain.house_changes import HouseChange
from bot.domain.house_deeds import HouseDeedChange
from bot.domain.house_rules import RuleChange
from bot.domain.ids import (
    ConversationId,
    DialogueId,
    EffectId,
    EventId,
    MailboxId,
    MessageRow,
    RoomId,
    SecretId,
    UserId,
)
from bot.domain.mailed import Mailed
from bot.domain.notices import AskAgain, KeepNotice
from bot.domain.own_addresses import SaveAddress
from bot.domain.own_signature import OwnSignature
from bot.domain.persons import PersonChange
from bot.domain.read_places import ReadPlace
from bot.domain.retention import RetentionChange
from bot.domain.returned import Returned
from bot.domain.spaces import SpaceChange
from bot.domain.teams import TeamChange
from bot.domain.traces import TakenUp
from bot.domain.vouching import KeepVouching


@dataclass(frozen=True, slots=True)
class SaveConversation:
    """Insert where `version` is 0, else replace the row of that version (compare and set)."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class AddMail:
    """Store a new mail."""

    record: MailRecord
    found_in: MailboxId | None = None
    """The mailbox of its conversation, in which it is found, where that is another one than the mail's."""


@dataclass(frozen=True, slots=True)
class UpdateMail:
    """Replace the stored record of the same row."""

    record: MailRecord


@dataclass(frozen=True, slots=True)
class PlaceMail:
    """Note the place of a known mail's copy on the server."""

    row: MessageRow
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class AddHistory:
    """Add a line to the history of a conversation."""

    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class AddEvent:
    """Remember an event of the room."""

    event: KnownEvent


@dataclass(frozen=True, slots=True)
class SetWords:
    """Let a message of the team be found by these words; by nothing where there are none."""

    event: KnownEvent
    words: str
    only_known: bool = False
    """Change nothing where the message is found by nothing now."""


@dataclass(frozen=True, slots=True)
class PutEvent:
    """Know an event as this from now on: an edited note, one that was asked back about, a deleted one."""

    event: KnownEvent


@dataclass(frozen=True, slots=True)
class SaveDialogue:
    """Insert where `version` is 0, else replace the row of that version (compare and set)."""

    dialogue: Dialogue


@dataclass(frozen=True, slots=True)
class EndDialogue:
    """The dialogue is over, and forgotten. The decision saw that version of it (compare and set)."""

    dialogue: DialogueId
    version: int


@dataclass(frozen=True, slots=True)
class DropSecret:
    """A secret is of no use any more, and forgotten."""

    secret: SecretId


@dataclass(frozen=True, slots=True)
class KeepMailed:
    """Keep an answer by mail, in place of what was known of it."""

    mailed: Mailed


@dataclass(frozen=True, slots=True)
class AddDeed:
    """Keep the changes of a command, so that deleting it soon takes them back."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class EndDeed:
    """Note that the changes of this event's command were taken back."""

    event: EventId


@dataclass(frozen=True, slots=True)
class ShiftDue:
    """Shift the due times of all waiting calls and timers (negative: sooner), because the clock was set."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class MoveConversation:
    """One conversation goes on in another room, as it is saved beside this: what is still to be posted into its thread
    in `old` is not, answers to people excepted, and questions that are open there end.
    """

    conversation: ConversationId
    old: RoomId
    old_root: EventId | None
    """Its card in `old`, if it had one."""
    new: RoomId
    root: EventId | None
    """The card in `new` under which it goes on; None: a new one."""


@dataclass(frozen=True, slots=True)
class NeverTake:
    """Never decide the input of this key, should it still come or have been put aside."""

    key: str


@dataclass(frozen=True, slots=True)
class ForgetEvents:
    """Forget events of ours that are gone from the room: they are edited or answered no more."""

    room: RoomId
    events: tuple[EventId, ...]
    calls: tuple[EffectId, ...] = ()
    """Calls whose events are gone."""


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Keep the posts of a run that the database forgot, and the time of noticing them."""

    taken: TakenUp
    at: datetime


@dataclass(frozen=True, slots=True)
class SetMailEvent:
    """Note the mail's event in the thread."""

    row: MessageRow
    event: EventId


@dataclass(frozen=True, slots=True)
class FillSlot:
    """Note the event that stands in a slot."""

    slot: str
    room: RoomId
    event: EventId


@dataclass(frozen=True, slots=True)
class EmptySlot:
    """Empty a slot whose event was deleted, or cannot be read by somebody: its next content is a new event."""

    slot: str


@dataclass(frozen=True, slots=True)
class AddReaction:
    """Remember a reaction with a meaning."""

    reaction: StoredReaction


@dataclass(frozen=True, slots=True)
class EndReaction:
    """Note that a reaction was taken away."""

    event: EventId


@dataclass(frozen=True, slots=True)
class SetMember:
    """Note who is in a room, and under which name."""

    room: RoomId
    user: UserId
    is_joined: bool
    display_name: str


@dataclass(frozen=True, slots=True)
class SetReadUpTo:
    """Note how far a person has read."""

    room: RoomId
    user: UserId
    event: EventId
    at: datetime
    """The time at which that event was sent."""
    place: ReadPlace


@dataclass(frozen=True, slots=True)
class SetRoot:
    """Note the posted card. The version stays: nothing that a decision read has changed."""

    conversation: ConversationId
    root: EventId


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Set a timer; `keep_earlier` leaves an earlier one as it is."""

    timer: str
    due: datetime
    keep_earlier: bool = False


@dataclass(frozen=True, slots=True)
class DropTimer:
    """Take out a timer whose work this decision does. It saw the timer set for that time (compare and set)."""

    timer: str
    due: datetime


@dataclass(frozen=True, slots=True)
class CancelCall:
    """Take a call out of the outbox by its key. The decision saw that it had not been tried (compare and set)."""

    key: str
    was_tried: bool = False
    """The call was tried, took effect nowhere, and waits for its next try."""
    may_be_made: bool = False
    """A call that is being made already is no conflict."""


@dataclass(frozen=True, slots=True)
class StopCall:
    """Let the try that is under way be the last one of its call.

    The decision saw that the call is being made (compare and set).
    """

    key: str


@dataclass(frozen=True, slots=True)
class HurryCall:
    """Make a waiting call now; a call that is being made already needs nothing."""

    key: str


@dataclass(frozen=True, slots=True)
class CloseCall:
    """End the call of a receipt: done, refused for good, or unknown."""

    effect: EffectId
    state: str
    """`done`, `refused`, `unknown`, `cancelled`."""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class RetryCall:
    """Make the call of a receipt again."""

    effect: EffectId
    due: datetime
    counts: bool
    """False: an outage, not this call's failure."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SaveCanned:
    """Keep a saved reply in place of what stood under its name; without words there is none."""

    canned: Canned


@dataclass(frozen=True, slots=True)
class SaveSignature:
    """Keep a member's own lines in place of those before; without words there are none."""

    signature: OwnSignature


@dataclass(frozen=True, slots=True)
class Block:
    """Take the mail of an address or a domain as spam from now on."""

    blocked: Blocked


@dataclass(frozen=True, slots=True)
class Unblock:
    """Take it as every mail again."""

    mailbox: MailboxId
    key: str


@dataclass(frozen=True, slots=True)
class SaveReturned:
    """Keep what is known now of an address from which mail came back.

    `before` is what was known of it as this was decided: two mails that come back at the same moment are two.
    """

    returned: Returned
    before: Returned | None


@dataclass(frozen=True, slots=True)
class ClearReturned:
    """Somebody wrote from an address: of one from which mail came back, what came back counts no more.

    Whether there is one is not read: every mail that comes would wait for it.
    """

    mailbox: MailboxId
    address: str
    at: datetime


Change = (
    SaveConversation
    | AddMail
    | UpdateMail
    | PlaceMail
    | AddHistory
    | AddEvent
    | PutEvent
    | SetWords
    | SaveDialogue
    | EndDialogue
    | DropSecret
    | KeepMailed
    | SaveGrant
    | SaveChoice
    | HouseChange
    | DirectChange
    | SaveAddress
    | KeepNotice
    | AskAgain
    | KeepVouching
    | AddDeed
    | EndDeed
    | HouseDeedChange
    | NeverTake
    | ShiftDue
    | TakeUp
    | ForgetEvents
    | SetMailEvent
    | FillSlot
    | EmptySlot
    | SetRoot
    | AddReaction
    | EndReaction
    | SetMember
    | SetReadUpTo
    | SetTimer
    | DropTimer
    | CancelCall
    | StopCall
    | HurryCall
    | CloseCall
    | RetryCall
    | SaveCanned
    | ConditionChange
    | SaveSignature
    | AddAudit
    | TeamChange
    | RuleChange
    | Block
    | Unblock
    | SaveReturned
    | ClearReturned
    | PersonChange
    | SpaceChange
    | MoveConversation
    | RetentionChange
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of deciding on an input: changes of the database, effects outside of it, and happenings."""

    changes: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()
    happened: tuple[Happening, ...] = ()
    """In order. What follows from it (history, messages, cards) is added in `stories/chain.py`."""

    def __add__(self, other: "Decision") -> "Decision":
        return Decision(self.changes + other.changes, self.effects + other.effects, self.happened + other.happened)


NOTHING = Decision()


def together(decisions: Iterable[Decision]) -> Decision:
    """One decision of all these, in order."""
    return sum(decisions, NOTHING)
