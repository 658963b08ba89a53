"""Snapshots for what happens to rooms, servers and the database, beside those of mails and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.condition import Condition
from bot.domain.conversation import Conversation, KnownEvent, MailRecord
from bot.domain.direct import WaitingRoom
from bot.domain.ids import RoomId, UserId
from bot.domain.planned import PlannedCall
from bot.domain.settings import Instance
from bot.domain.spaces import SpacePerson
from bot.domain.traces import CardShown
from bot.domain.unread import Unread
from bot.domain.upgrades import RoomUpgrade
from bot.domain.work import Outgoing


@dataclass(frozen=True, slots=True)
class Missed:
    """What somebody missed who comes to a room some time after it took the place of another one."""

    conversations: tuple[Conversation, ...]
    """Of which they would have been told meanwhile, and of which nothing waits to be told."""
    has_held: bool
    """Something is kept for them, for after their quiet hours."""


@dataclass(frozen=True, slots=True)
class RoomSnapshot:
    """The rows for memberships, invitations and the loss of a room."""

    instance: Instance
    known: KnownEvent | None
    """For a read receipt: the message that was read, where we know it."""
    assigned: tuple[Conversation, ...]
    """The conversations of the person who left."""
    is_waiting: bool
    """Whether the bot was invited here and no mailbox uses the room yet."""
    organisation: str = ""
    """The organisation whose space this room is, or empty."""
    leaving: tuple[Outgoing, ...] = ()
    """The conversations from which a mail of the person who left was still to leave."""
    is_joined: bool = False
    """For an event that could not be decrypted: whether its sender is in the room."""
    is_greeted: bool = False
    """For a room that was entered: the bot has said there what it is."""
    is_settled: bool = False
    """For such an event: it was worked on all the same."""
    is_explained: bool = False
    """For such an event: its session was explained before."""
    turn: int = 0
    """For such an event: how many of its sender were answered there in this hour; for a reader who came, how many were
    told of there."""
    in_space: RoomId | None = None
    """For a room of an organisation: the space that we put it into."""
    waiting: WaitingRoom | None = None
    """For an invitation, or a room that was entered: the invitation that the bot knows of."""
    present: tuple[UserId, ...] = ()
    """For a room that was entered and may be a direct chat, and for a mailbox's own config room that somebody left, or
    that is looked at: its members, the bot among them."""
    staying: tuple[UserId, ...] = ()
    """For a room that somebody left who had, or wrote, something there: who is in it, the bot among them."""
    has_access: bool = False
    """Whether the person whom it is about (who invited, whose chat it is, who left) is in the room of some mailbox."""
    upgrade: RoomUpgrade | None = None
    """For a room that was upgraded, its upgrade; for one we are invited to or wait in, the unfollowed one to it."""
    rooms: tuple[RoomId, ...] = ()
    """For a person whose identity changed: the rooms of ours that they are in."""
    moving: tuple[Conversation, ...] = ()
    """For a mailbox that has another room now, or a room whose cards are posted anew: the conversations."""
    missed: Missed | None = None
    """For somebody who comes to a room that took another's place within the last day."""
    changes: Unread | None = None
    """For an edit that could not be decrypted: what its sender has waiting."""
    until: datetime | None = None
    """For a read receipt at something of ours that hangs on that message, an edit or a reaction: when that was made."""
    moved_to: RoomId | None = None
    """For a read receipt: the room in which the conversation of that event goes on by now, where it is another one."""


@dataclass(frozen=True, slots=True)
class LostSnapshot:
    """The rows for events that the homeserver no longer has."""

    instance: Instance
    work: tuple[tuple[Conversation, tuple[MailRecord, ...]], ...]
    """Each conversation with its newest mails, oldest first."""
    again: tuple[PlannedCall, ...] = ()
    """Calls to be made once more, those left out whose place has a newer one by now, or whose question was answered."""


@dataclass(frozen=True, slots=True)
class SplitBefore:
    """A conversation that the database does not have, but the first of its mails, in another one."""

    card: CardShown
    first: MailRecord
    home: Conversation
    """The conversation of that mail; where it goes on as another one, that."""


@dataclass(frozen=True, slots=True)
class RestoredSnapshot:
    """The rows for a database that was put back."""

    instance: Instance
    conversations: tuple[Conversation, ...]
    """The conversations whose card a forgotten run edited."""
    mails: frozenset[str] = frozenset()
    """The mails, of those that the rooms show as waiting, that the database has."""
    split: tuple[SplitBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class StartedSnapshot:
    """The rows for the line that tells of a start."""

    instance: Instance
    condition: Condition
    last: Mapping[RoomId, KnownEvent] = field(default_factory=dict)
    """The line of the start before, by its room."""


@dataclass(frozen=True, slots=True)
class SpaceSnapshot:
    """The rows for a look at an organisation's space."""

    instance: Instance
    organisation: str
    space: RoomId | None
    is_being_made: bool
    linked: tuple[RoomId, ...]
    """The rooms that we put into it."""
    people: tuple[SpacePerson, ...]
    """The people whom we invited to the space."""
    present: Mapping[RoomId, tuple[UserId, ...]]
    """The people in the space's rooms; only of rooms that the bot is in, for it knows nobody elsewhere."""
    awaited: frozenset[UserId] = frozenset()
    """People who were in a room before its upgrade, and have neither come into the new room nor left it."""
