"""News of keys: identities, sessions, readers, and words that could not be decrypted."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True)
class IdentityTrouble:
    """Why others' clients cannot trust the bot's own device; told once a day."""

    trouble: str
    """`foreign_identity`, `wrong_recovery_key`, `identity_sealed`, `refused`."""
    device: str
    fingerprint: str
    at: datetime

    @property
    def key(self) -> str:
        return f"identity:{self.trouble}:{self.device}:{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class MemberIdentityChanged:
    """A person's encryption identity is not the one first seen: they get no keys until an admin trusts it; told once a
    day."""

    user: UserId
    master: str
    """The public key of the present identity; empty where the homeserver shows none."""
    at: datetime
    is_first: bool = False
    """The person was seen without an identity before."""

    @property
    def key(self) -> str:
        return f"identity_changed:{self.user}:{self.master}:{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class ReaderCame:
    """Somebody joined those who read an encrypted room; or the homeserver says so and shows no invitation."""

    room: RoomId
    user: UserId
    by: UserId | None
    """The inviter; None if the room lets people in by a rule of its own."""
    at: datetime
    """The time of entering, by the homeserver's word."""
    is_shut_out: bool = False
    """The person gets no keys, because no invitation is shown."""

    @property
    def key(self) -> str:
        return f"reader:{self.room}:{self.user}:{self.at.timestamp()}:{self.is_shut_out}"

    def turn_key(self, number: int, now: datetime) -> str:
        """Seen once so many who came to that room were told of in this hour of ours."""
        return f"reader:{self.room}:{now:%Y-%m-%dT%H}:{self.is_shut_out}:{number}"


@dataclass(frozen=True, slots=True)
class SessionCame:
    """Somebody who reads an encrypted room has a session there that reads from now on, and nothing of before."""

    room: RoomId
    user: UserId
    at: datetime

    @property
    def key(self) -> str:
        return f"session:{self.room}:{self.user}:{self.at.timestamp()}"


def anew_key(room: RoomId, now: datetime) -> str:
    """Seen once the board and the open cards of a room were posted anew in this hour."""
    return f"anew:{room}:{now:%Y-%m-%dT%H}"


def awaited_key(edit: EventId) -> str:
    """Seen once an edit has come whose key has not."""
    return f"awaited:{edit}"


@dataclass(frozen=True, slots=True)
class Undecryptable:
    """An event that could not be decrypted in time; an edit, as soon as it comes without its key as well."""

    room: RoomId
    event: EventId
    sender: UserId
    reason: str
    """Ours, or the code that the sender's client gave: anything."""
    thread: EventId | None
    at: datetime
    session: str = ""
    """The Megolm session, as the event names it."""
    is_secret: bool = False
    """Its sender was asked for a secret, which may stand in it."""
    replaces: EventId | None = None
    """It is an edit of this message, as its place tells, which is not encrypted."""
    is_awaited: bool = False
    """Its key may still come."""

    @property
    def key(self) -> str:
        return awaited_key(self.event) if self.is_awaited else f"undecryptable:{self.event}"

    @property
    def session_key(self) -> str:
        """The key that counts as seen once the session was explained."""
        return f"undecryptable:{self.room}:{self.sender}:{self.session}"

    def turn_key(self, number: int, now: datetime) -> str:
        """The key that counts as seen once so many of the sender's messages in the room were answered in this hour."""
        return f"undecryptable:{self.room}:{self.sender}:{now:%Y-%m-%dT%H}:{number}"
