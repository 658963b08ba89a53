"""Snapshots for decisions: the few rows that a kind of input names, loaded by `bot/flows/load/inputs.py`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.blocking import Blocked
from bot.domain.canned import Canned
from bot.domain.command import Asked, Reading
from bot.domain.condition import Outage
from bot.domain.conversation import Conversation, KnownEvent, MailRecord, StoredReaction
from bot.domain.deeds import Deed
from bot.domain.dialogue import Dialogue
from bot.domain.due_snapshots import (
    BoardSnapshot,
    DialogueSnapshot,
    MailedSnapshot,
    NoticeSnapshot,
    OwnTimeSnapshot,
    RetentionSnapshot,
    ScheduledSnapshot,
    SnoozeSnapshot,
    StatusSnapshot,
)
from bot.domain.ground import Elsewhere, Ground
from bot.domain.house_deeds import HouseDone
from bot.domain.house_rules import NOT_RULED, HouseRule, Ruled
from bot.domain.ids import ConversationId, EffectId, EventId, MailboxId, RoomId, UserId
from bot.domain.mailed import Claim, Mailed
from bot.domain.matching import Match
from bot.domain.needs import NO_FACTS, Facts
from bot.domain.own_signature import OwnSignature
from bot.domain.persons import PersonNote, PersonsAddress
from bot.domain.planned import PlannedCall
from bot.domain.returned import Returned
from bot.domain.room_snapshots import LostSnapshot, RestoredSnapshot, RoomSnapshot, SpaceSnapshot, StartedSnapshot
from bot.domain.sameness import Twin
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Signer
from bot.domain.teams import Team
from bot.domain.upgrades import RoomUpgrade
from bot.domain.vouching import Vouching
from bot.domain.work import Outgoing, Passing, Work


@dataclass(frozen=True, slots=True)
class MailSnapshot:
    """The rows for a mail that arrived."""

    instance: Instance
    mailbox: MailboxSettings
    signer: Signer
    copy_of: MailRecord | None
    """The mail that this one is only a copy of (`bot/domain/sameness.py`)."""
    same_id: tuple[MailRecord, ...]
    """Mails of this mailbox with this Message-ID."""
    match: Match | None
    conversation: Conversation | None
    """The conversation that `match` names; for a copy of ours, the one of the mail."""
    bounced: MailRecord | None
    """Our outgoing mail that this bounce is about."""
    next_number: ConversationId
    earlier: tuple[ConversationId, ...]
    announced: MailRecord | None = None
    """The record that stands in the room for this mail, which its server did not give before."""
    in_subject: Conversation | None = None
    """The conversation whose number stands in its subject as in those of our mails to members."""
    recent: int = 0
    """Conversations that the sender opened within the hour, or mails that came into this one; counted up to a limit."""
    newest_of_sender: Conversation | None = None
    """For a mail that opens a conversation, where `recent` is at that limit: the newest one of its sender."""
    newest: KnownEvent | None = None
    """The newest message of the room's main timeline, if it is one of ours."""
    twin: Twin | None = None
    """For a mail that opens one: that of the same mail in the room, which came to another mailbox."""
    note: str = ""
    """Of a mail that opens a conversation: the newest note on its correspondent."""
    ruled: Ruled = NOT_RULED
    """The rules of the house that fit a mail which opens a conversation."""
    opens_with: MailboxSettings | None = None
    """The mailbox of another room with which a rule that fits opens it."""
    teams: tuple[Team, ...] = ()
    members: tuple[UserId, ...] = ()
    """Of the room that it is in; these and its teams, where a rule that fits gives the conversation to somebody, and
    where people may be told who are perhaps not there."""
    makers_out: frozenset[UserId] = frozenset()
    """Who made a rule that fits and passes mail on, and may do so no more."""
    left: frozenset[str] = frozenset()
    """Where a rule that fits passes the mail on: own addresses of people who are not in the room any more."""
    passed_by_twin: frozenset[str] = frozenset()
    """Where a rule that fits passes the mail on: addresses to which those of `twin`'s mailbox do so."""
    was_shown: bool = False
    """A run that the database forgot has shown the mail's card, and may have passed the mail on."""
    sent_last_hour: int = 0
    sent_last_day: int = 0
    """Mails that left the mailbox; these two where a rule passes the mail on, or the mailbox answers by itself."""
    auto_answers: tuple[MailRecord, ...] = ()
    """The automatic answers of the mailbox in the last day; this and the next where it gives any."""
    auto_answered: bool = False
    """Whether the mail's sender got one today."""
    is_blocked: bool = False
    """The team blocked its writer, the correspondent, or a domain of theirs."""
    waiting: tuple[MailRecord, ...] = ()
    """Answers in the conversation that wait for their time."""
    continues: Conversation | None = None
    """The closed conversation that this mail answers so late that it begins another one."""
    returned: tuple[Returned, ...] = ()
    """Of a bounce: what is remembered of the addresses that its mail went to."""
    passer: UserId | None = None
    """Of a mail with `@fwd`: somebody in the mailbox's room, from whose own address it is."""
    claim: Claim | None = None
    """Of a mail that says it answers a notification of ours."""
    vouching: Vouching | None = None
    """What stands on top of the mailbox's mails, while nobody has named its server."""
    codes_in_files: frozenset[str] = frozenset()
    """Codes for own addresses that count now, and stand in its files or its original."""
    sameness: str = ""
    """The fingerprint of the mail as it came, where a code in it was hidden; else empty."""
    known_words: tuple[str, ...] | None = None
    """Of its conversation; None where that was not read."""
    was_here: bool = False
    """The mailbox forgot the conversation that it was in (`bot/domain/retention.py`); of one that is carried over: it
    was brought in before, and is only known by another name now."""


@dataclass(frozen=True, slots=True)
class RepliesSnapshot:
    """The rows for saved replies that are brought in."""

    bot: UserId
    saved: tuple[Canned, ...]
    """Those of the mailbox, removed ones as well."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, while it waits, or while the mail that was made of it does."""

    conversation: Conversation
    mail: MailRecord | None = None
    """The mail, where it waits for its undo window or for its next try."""
    outgoing: Outgoing | None = None
    """The mails of the conversation, where there is that one."""


@dataclass(frozen=True, slots=True)
class EditedNote:
    """A note, or talk, that names somebody as it reads now."""

    conversation: Conversation
    words: str
    """Those of before."""


@dataclass(frozen=True, slots=True)
class EditedSnapshot:
    """The rows for a message that was edited."""

    instance: Instance
    signer: Signer
    reading: Reading
    """The message as it reads now."""
    is_joined: bool
    work: tuple[Work, ...]
    """The conversations in which the message had an effect."""
    record: MailRecord | None
    """The outgoing mail that was made from it."""
    dialogue: Dialogue | None
    """In which its author was asked back about it."""
    others: tuple[Dialogue, ...]
    """Dialogues that the writer's words may answer."""
    target: KnownEvent | None
    """The message itself, where it is one of a thread."""
    let_leave: MailRecord | None = None
    """The outgoing mail of other words that the message, a command, let leave."""
    drafted: Drafted | None = None
    """The draft that the message is, while it can be changed."""
    overtaken: Conversation | None = None
    """The message's conversation, where another one is the draft that waits there."""
    person_notes: tuple[PersonNote, ...] = ()
    """The note on a person that it is."""
    elsewhere: Elsewhere | None = None
    """Of a message in the thread of a conversation that went to another room."""
    members: tuple[UserId, ...] = ()
    """Those of the room, where somebody who left might be told."""
    is_ours: bool = True
    """The room has a mailbox, or is a config room."""
    awaited: EventId | None = None
    """The edit because of which the mail is held: nobody could read it as it came."""
    blocked: Collection[Blocked] = ()
    """What its mailbox blocks, where one is held so."""
    was_awaited: bool = False
    """This edit could not be read as it came."""
    last_edit: EventId | None = None
    """The last edit of the message, where one of them could not be read as it came."""
    is_told_of_edit: bool = False
    """The writer was told already that an edit of this message runs nothing."""
    note: EditedNote | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """A conversation that a command moved into another room, and the way back."""

    conversation: Conversation
    deed: Deed
    outgoing: Outgoing
    ground: Ground
    """Of the mailbox from which it came."""


@dataclass(frozen=True, slots=True)
class Stranded:
    """A conversation that went to another room since a command changed it here."""

    conversation: Conversation
    deed: Deed
    card: EventId | None
    """Its card in the room of the command."""


@dataclass(frozen=True, slots=True)
class DeletedSnapshot:
    """The rows for a message that was deleted."""

    instance: Instance
    is_ours: bool
    """The room has a mailbox."""
    about: tuple[Conversation, ...]
    """Conversations in which something was made of the message, or its command changed something."""
    outgoing: Outgoing | None
    """The outgoing mails of the conversation of `record`."""
    record: MailRecord | None
    """The outgoing mail that was made from it, or that takes its file along."""
    dialogue: Dialogue | None
    """In which its author was asked back about it."""
    deeds: tuple[Deed, ...]
    """The changes of the command."""
    incoming: Mapping[ConversationId, tuple[MailRecord, ...]]
    """By conversation whose mails may move to Junk, or back: all mails from outside."""
    target: KnownEvent | None
    """The message itself, where it is one of a thread; where an edit was deleted, the message that read so."""
    card_of: Conversation | None
    """The conversation whose card the message is."""
    refused: Mailed | None = None
    """The answer by mail that did not leave whose words the message is, where files of it are kept for `!send`."""
    drafted: Drafted | None = None
    """The draft that the message is, while it can be changed."""
    signatures: tuple[OwnSignature, ...] = ()
    """The lines of its writer that it set."""
    canned: tuple[Canned, ...] = ()
    """Saved replies that its command changed."""
    blocked: tuple[Blocked, ...] = ()
    """What its command blocked."""
    teams: tuple[Team, ...] = ()
    """The teams that its command changed."""
    persons: tuple[PersonsAddress, ...] = ()
    """Addresses that its command gave to a person."""
    person_notes: tuple[PersonNote, ...] = ()
    """The note on a person that it is."""
    noted: tuple[Conversation, ...] = ()
    """The newest conversations with that person: their cards may show the note."""
    rules: tuple[HouseRule, ...] = ()
    """The rules of the house that its command made."""
    house: tuple[HouseDone, ...] = ()
    """What else its command changed of mailboxes, with what stands today."""
    waiting: Mapping[MailboxId, int] = field(default_factory=dict)
    """By mailbox of these: the mails that wait to leave from it."""
    members: tuple[UserId, ...] = ()
    """Of the room, where what is taken back may be of one who left."""
    leaving: frozenset[ConversationId] = frozenset()
    """Conversations, deleted or in another mailbox before the command, in which an answer waits to leave."""
    merged: tuple[Work, ...] = ()
    """The conversations that its command merged, which go on as another one."""
    is_edit: bool = False
    """An edit was deleted, and the message stands as it read before: nobody kept how."""
    away: Away | None = None
    """The conversation that its command moved into another room, where it still is."""
    spam_again: Mapping[ConversationId, Outgoing] = field(default_factory=dict)
    """The outgoing mails of conversations that were spam before the command, and are not now."""
    passing: tuple[Passing, ...] = ()
    """All mails that are about to leave and pass another one on, where there are such conversations."""
    stranded: tuple[Stranded, ...] = ()
    """What else its command changed, and is in another room now: nothing of it is taken back."""
    is_left_card: bool = False
    """The message is the card of a conversation that went elsewhere."""
    rewished: tuple[Work, ...] = ()
    """The conversations in which its command changed who gets the answers, or their sender."""
    is_encrypted: bool = False
    """The room is: a deletion, which never is, proves nothing of who gave it."""


@dataclass(frozen=True, slots=True)
class TakenAway:
    """The rows for a reaction that was taken away."""

    given: StoredReaction
    conversation: Conversation | None
    """The conversation; None if it went on elsewhere."""
    instance: Instance
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Turned:
    """The rows for a reaction that asks for the page beside one that was shown."""

    asked: Asked
    """For the command of that page, given by hand."""


@dataclass(frozen=True, slots=True)
class Reacted:
    """The rows for a reaction that was given."""

    asked: Asked
    mailbox: MailboxSettings | None
    """The mailbox; None if the reaction is on nothing of ours, or means nothing there."""


@dataclass(frozen=True, slots=True)
class ReceiptSnapshot:
    """The rows for the end of a call."""

    instance: Instance
    effect: EffectId
    planned: PlannedCall
    is_open: bool
    """Whether the call is still open; otherwise it was settled before, and the receipt comes late."""
    failures: int
    first_tried_at: datetime
    conversation: Conversation | None
    mailbox: MailboxSettings | None
    record: MailRecord | None
    answered: MailRecord | None
    """The incoming mail that an outgoing one answers."""
    slot_filled: bool
    is_wanted_back: bool = False
    """For a submission: a person took its mail back while it was under way."""
    work: Work | None = None
    """For a file that was fetched: what writing its mail needs; for a mail that is wanted back: what it gives back."""
    earlier_card: KnownEvent | None = None
    """For a card that was posted: the one that the conversation had before, perhaps in another room."""
    continues: Conversation | None = None
    """For the first card of a conversation: the one that it was begun from."""
    upgrade: RoomUpgrade | None = None
    """For a `FollowUpgrade`: what is known of it now."""
    moving: tuple[Conversation, ...] = ()
    """For a `FollowUpgrade`: the old room's conversations whose cards are wanted in the new one."""
    dialogue: Dialogue | None = None
    """The one that made the call, if it still goes on."""
    members: tuple[UserId, ...] = ()
    """Of the conversation's room, where people may be told of a mail that left who are perhaps not there."""
    returned: tuple[Returned, ...] = ()
    """For a submission: what is remembered of the addresses that it went to."""
    theirs: tuple[RoomId, ...] = ()
    """For an event that a direct chat refused: the rooms of mailboxes in which its person is."""
    passed_from: Conversation | None = None
    """For a mail that passes one on, in a conversation that it begins: the one whose mail that is."""
    is_astray: bool = False
    """For an event: it stands on one that was forgotten since, because the homeserver lost it."""


@dataclass(frozen=True, slots=True)
class ServiceSnapshot:
    """The mailbox that an outage concerns, if it concerns one."""

    instance: Instance
    mailbox: MailboxSettings | None
    outage: Outage | None = None
    """The outage of this server that people know of."""


@dataclass(frozen=True, slots=True)
class CallAside:
    """A call whose end could not be worked on."""

    planned: PlannedCall
    failures: int
    record: MailRecord | None
    conversation: Conversation | None
    """Of its mail."""


@dataclass(frozen=True, slots=True)
class AsideSnapshot:
    """The rows for an input that could not be decided."""

    instance: Instance
    number: int
    """Under which it was put aside."""
    is_member: bool = False
    """For the act of a person: whether they are in a room of ours."""
    about: ConversationId | None = None
    """For such an act: the conversation in whose thread it was."""
    has_secret: bool = False
    """For such an act: a secret may stand in it."""
    is_kept: bool = True
    """Whether it can be tried again; words that may be a secret are not kept."""
    call: CallAside | None = None
    """For the end of a call, unless it was settled before."""


Snapshot = (
    MailSnapshot
    | RepliesSnapshot
    | Asked
    | EditedSnapshot
    | DeletedSnapshot
    | Reacted
    | Turned
    | TakenAway
    | ReceiptSnapshot
    | RoomSnapshot
    | BoardSnapshot
    | DialogueSnapshot
    | SnoozeSnapshot
    | ScheduledSnapshot
    | MailedSnapshot
    | NoticeSnapshot
    | ServiceSnapshot
    | StatusSnapshot
    | StartedSnapshot
    | RestoredSnapshot
    | LostSnapshot
    | SpaceSnapshot
    | OwnTimeSnapshot
    | RetentionSnapshot
    | AsideSnapshot
)
