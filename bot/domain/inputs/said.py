"""Acts of a person in a room: words, edits, reactions, deletions, read receipts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.credentials import Credential
from bot.domain.files import SharedFile
from bot.domain.ids import EventId, RoomId, UserId


def event_key(room: RoomId, event: EventId) -> str:
    """The key of a room event's input. The room is part of it, because an event id names nothing in another room."""
    return f"event:{room}:{event}"


REMEMBERED = timedelta(days=60)
"""So long it is remembered that an event was taken. A homeserver does not hand one out again after its token has
passed; this is for a token that was lost."""
MOVED = "moved"
"""A `session_trust`: its author encrypted another place (thread, message answered or edited) than the server tells."""


VERIFICATION = "m.key.verification.request"
"""The `msgtype` of a request to compare emojis with the bot, which it cannot."""
UNINVITED = "uninvited"
"""A `session_trust`: the homeserver does not show how its author came into the room."""


@dataclass(frozen=True, slots=True)
class TeamMessage:
    """A member wrote in a room (never an edit, never the bot's own)."""

    room: RoomId
    event: EventId
    sender: UserId
    msgtype: str
    body: str
    formatted_body: str
    mentions: tuple[UserId, ...]
    """From `m.mentions`, then from the pills in `formatted_body`; in the order of the pills where there are any."""
    thread: EventId | None
    """The `m.thread` root."""
    reply_to: EventId | None
    """A real reply (`is_falling_back` is not true)."""
    at: datetime
    file: SharedFile | None = None
    room_encrypted: bool = False
    was_encrypted: bool = False
    session_trust: str = ""
    """Empty: nothing to object. Else why not: `no_identity`, `unsigned_device`, `identity_new`, `identity_changed`,
    `foreign_session`, `UNINVITED` or `MOVED`."""
    command_json: str = ""
    """The MSC4391 block where a client sent one: JSON `{"command": …, "arguments": {…}}`."""
    ratchet: str = ""
    """The place of its ciphertext in the sender's ratchet, which no other message has; empty where it came plain."""
    secret: Credential | None = None
    """Its words are a secret, and were sealed, or they name where one lies: they are in no other field."""
    is_secret: bool = False
    """It is a file where a secret was asked for, left out with its words: it is no way to tell one."""

    @property
    def key(self) -> str:
        return event_key(self.room, self.event)


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A member edited an own message (`m.replace`)."""

    room: RoomId
    event: EventId
    target: EventId
    sender: UserId
    body: str
    at: datetime
    room_encrypted: bool = False
    was_encrypted: bool = False
    session_trust: str = ""
    ratchet: str = ""
    formatted_body: str = ""
    mentions: tuple[UserId, ...] = ()
    command_json: str = ""
    """As in `TeamMessage`."""
    is_secret: bool = False
    """Whether the words were left out because they may be a secret; an edit tells none."""

    @property
    def key(self) -> str:
        return event_key(self.room, self.event)


@dataclass(frozen=True, slots=True)
class Reaction:
    """A person put a reaction on an event."""

    room: RoomId
    event: EventId
    sender: UserId
    target: EventId
    emoji: str
    """As sent; U+FE0F is stripped by the decision."""
    at: datetime
    room_encrypted: bool = False

    @property
    def key(self) -> str:
        return event_key(self.room, self.event)


@dataclass(frozen=True, slots=True)
class Redacted:
    """An event was redacted: a reaction taken away, a message deleted."""

    room: RoomId
    event: EventId
    target: EventId
    sender: UserId
    at: datetime

    @property
    def key(self) -> str:
        return event_key(self.room, self.event)


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """A member's read receipt. The newest wins, so that it needs no dedupe: `key` names the position."""

    room: RoomId
    user: UserId
    event: EventId
    at: datetime
    is_unthreaded: bool = False
    """It names no thread, and counts for all of them up to that event (Matrix 1.4, of clients that know none)."""

    @property
    def key(self) -> str:
        return f"read:{self.room}:{self.user}:{self.event}"
