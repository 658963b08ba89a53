"""News of a room: its people, the bot's own standing, troubles, and the room that replaces it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import EventId, MailboxId, RoomId, UserId


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Somebody joined, left or was removed; also the full list at each start of the bot."""

    room: RoomId
    event: EventId
    user: UserId
    membership: str
    """`join`, `leave`, `invite`, `ban`, `knock`."""
    display_name: str
    at: datetime

    @property
    def key(self) -> str:
        return f"member:{self.event}"


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited the bot."""

    room: RoomId
    inviter: UserId
    at: datetime
    is_direct: bool = False
    """It is said to be a chat of two: the inviter's server says so, whoever is there."""

    @property
    def key(self) -> str:
        return f"invite:{self.room}:{self.inviter}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class RoomLost:
    """The bot was removed from a room, or banned."""

    room: RoomId
    by: UserId | None
    membership: str
    at: datetime

    @property
    def key(self) -> str:
        return f"lost:{self.room}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class RoomDescribable:
    """The bot has the power in a room of ours to write its state: since it runs, or since just now."""

    room: RoomId
    missing: tuple[str, ...]
    """Commands that clients are told nothing of there (MSC4391), or something else."""
    gone: tuple[str, ...]
    """Commands that they are told of and that we do not have there."""
    at: datetime

    @property
    def key(self) -> str:
        return f"described:{self.room}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class RoomTrouble:
    """Something about a room of ours that a person should mend; told once a day."""

    room: RoomId
    trouble: str
    """`public`, `world_readable`, `no_power`."""
    at: datetime

    @property
    def key(self) -> str:
        return f"trouble:{self.room}:{self.trouble}:{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class RoomUpgraded:
    """A room was replaced by another one (`m.room.tombstone`); asked about once a day until an admin has decided."""

    room: RoomId
    replacement: RoomId
    by: UserId | None
    """The person who replaced the room, if we saw it happen."""
    at: datetime

    @property
    def key(self) -> str:
        return f"upgraded:{self.room}:{self.replacement}:{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class MailboxGone:
    """At the start: config.yaml names a mailbox no more that it named before."""

    mailbox: MailboxId
    at: datetime
    """Since when that is known."""

    @property
    def key(self) -> str:
        return f"mailbox_gone:{self.mailbox}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class MailboxMoved:
    """At the start: config.yaml gives a mailbox another room than the one that its conversations are in."""

    mailbox: MailboxId
    room: RoomId
    """The room that the conversations are in."""
    at: datetime

    @property
    def key(self) -> str:
        return f"mailbox_moved:{self.mailbox}:{self.room}:{self.at.timestamp()}"
