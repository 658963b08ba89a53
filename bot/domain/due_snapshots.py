"""The rows that are read when a time has come, of a timer for each kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.blocking import Blocked
from bot.domain.board import BoardListing
from bot.domain.command import Asked
from bot.domain.condition import Condition, StatusShown
from bot.domain.conversation import Conversation, HistoryEntry, MailRecord
from bot.domain.dialogue import Dialogue
from bot.domain.direct import HoldNews
from bot.domain.ids import ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.mailed import Mailed
from bot.domain.needs import Found
from bot.domain.notices import NOBODY_WAS_SENT, MailedOf, Noted, Sent, Written
from bot.domain.retention import Old, Place
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Signer
from bot.domain.within import Within
from bot.domain.work import Work


@dataclass(frozen=True, slots=True)
class DialogueSnapshot:
    """The row for the expiry of a dialogue."""

    dialogue: Dialogue | None
    """The dialogue; None if it has ended."""


@dataclass(frozen=True, slots=True)
class BoardSnapshot:
    """The rows for the board of a room."""

    instance: Instance
    room: RoomId
    board: BoardListing


@dataclass(frozen=True, slots=True)
class SnoozeSnapshot:
    conversation: Conversation | None
    mailbox: MailboxSettings | None
    """None: it was removed."""
    instance: Instance | None = None
    """Where it is asked who is told."""
    members: tuple[UserId, ...] = ()
    """Of its room."""


@dataclass(frozen=True, slots=True)
class RetentionSnapshot:
    """The rows for a step of what goes by itself."""

    instance: Instance
    mailbox: MailboxSettings | None
    """None: it was removed."""
    was_told: bool = False
    """The config room was told of these times."""
    waiting: int = 0
    """Conversations whose time has come, where it was not."""
    found: tuple[Old, ...] = ()
    following: Place | None = None
    """Where the pass goes on; None: it is over."""
    is_put_off: bool = False
    """Mail of before came in meanwhile: another pass begins later, when threads are whole."""


@dataclass(frozen=True, slots=True)
class ScheduledSnapshot:
    """A mail whose time may have come."""

    record: MailRecord | None
    work: Work | None
    """None: its mailbox was removed."""
    shown: frozenset[str] = frozenset()
    """The states in which runs that the database forgot have shown it."""
    may_send: bool = True
    """Its author still has the right to."""
    blocked: tuple[Blocked, ...] = ()
    """What its mailbox blocks."""


@dataclass(frozen=True, slots=True)
class NoticeSnapshot:
    """A person who is to be mailed what happened to a conversation."""

    instance: Instance
    signer: Signer
    person: UserId
    conversation: Conversation | None
    mailbox: MailboxSettings | None = None
    """Also one that was removed. None: nobody knows of it, or the person is not in the conversation's room."""
    gone_at: datetime | None = None
    """When it went there out of a room where the person is; None: it did not."""
    records: tuple[MailRecord, ...] = ()
    """Its newest mails, oldest first."""
    posted: Mapping[MessageRow, datetime] = field(default_factory=dict)
    """The times at which they were posted."""
    history: tuple[HistoryEntry, ...] = ()
    seen_at: datetime | None = None
    """How far the person has read its thread, or has written there."""
    line_seen_at: datetime | None = None
    """Up to which news line of the main timeline they have read: it shows the first words alone."""
    notes: tuple[Noted, ...] = ()
    """Of others, the oldest first, in whichever of its rooms; none of an encrypted one."""
    written: Written = field(default_factory=dict)
    """The newest messages of colleagues that stand in its threads where the person is, and hold words or a file."""
    are_all_known: bool = True
    """Else there are older ones."""
    is_encrypted: bool = False
    """Its room is: what the team wrote there, and nobody outside got, stands in no mail."""
    parent: Conversation | None = None
    """Of which its mails were split off, as it is now."""
    onward: Conversation | None = None
    """As which it goes on in its room, where it was merged."""
    joined: "NoticeSnapshot | None" = None
    """Of `onward`, where the person is to be told of that as well."""
    work: Work | None = None
    """Of whoever answers it; None: nobody may."""
    sent: Sent = NOBODY_WAS_SENT
    lately: tuple[MailedOf, ...] = ()
    """Of whose mails the person was mailed."""
    is_under_way: bool = False
    """A mail that tells of it has not left yet."""
    timers: tuple[tuple[str, datetime], ...] = ()
    """All that wait to have it told, but the one that has come: what happened since the earliest is one."""
    beside: tuple["NoticeSnapshot", ...] = ()
    """Of what else the person is to be told at about this time, in the same mailbox."""

    @property
    def is_gone(self) -> bool:
        """Its mailbox was archived or removed: its conversations are read still; nothing is mailed of them, and nothing
        done there."""
        return self.mailbox is not None and any(one.id == self.mailbox.id for one in self.instance.gone_for_good)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the person may be mailed of it."""
        return () if self.is_gone else self.instance.addresses_of(self.person)


@dataclass(frozen=True, slots=True)
class MailedSnapshot:
    """An answer by mail whose words are to be decided."""

    mailed: Mailed | None
    conversation: Conversation | None = None
    """None: it is in none of our mailboxes any more."""
    instance: Instance | None = None
    signer: Signer | None = None
    message: TeamMessage | None = None
    """The words as a message of the person; None while they do not stand in the thread."""
    asked: Asked | None = None
    """For `message`."""
    was_shown: bool = False
    """A run that the database forgot has shown the mail that would be made of it."""
    onward: Conversation | None = None
    """As which the conversation goes on, where it was merged after the mail came."""
    answer: MailRecord | None = None
    """The mail that was made of it."""
    undone_by: UserId | None = None
    """The colleague who took that back; None: nobody else than its writer."""
    is_told: bool = False
    """Whether the person was told by mail today that something did not leave."""
    has_come: bool = False
    """Of a command alone: somebody outside has written since what they were told of."""


@dataclass(frozen=True, slots=True)
class StatusSnapshot:
    """The rows for the pinned message of a mailbox."""

    instance: Instance
    mailbox: MailboxId
    condition: Condition
    shown: StatusShown | None = None
    place: tuple[RoomId, EventId] | None = None
    """Where the message stands, once it is posted."""


@dataclass(frozen=True, slots=True)
class WentAway:
    """A conversation that was moved into a room that somebody is not in."""

    number: ConversationId
    room: RoomId
    """Where it was."""
    who: UserId
    mailbox: str
    """The address where it is."""


@dataclass(frozen=True, slots=True)
class OwnTimeSnapshot:
    """The rows for a time of a person's own: the end of their quiet hours, or their digest."""

    instance: Instance
    person: UserId
    within: Within | None = None
    """Their direct chat; None where they have none."""
    held: tuple[Conversation, ...] = ()
    """Of which they are to be told, the newest first; those alone that they may read now."""
    withheld: int = 0
    """How many more happened, or for the digest wait, in mailboxes of which nothing is said in this chat."""
    gone: tuple[WentAway, ...] = ()
    """What they had, or followed, and went where they are not."""
    away: tuple[HoldNews, ...] = ()
    """What stays held: its room was upgraded to one where they are not yet."""
    mine: Found | None = None
    unassigned: Found | None = None
    """What is to do, for the digest: what is theirs, and what is nobody's."""
