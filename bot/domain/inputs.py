"""What can happen: the closed union that `decide` answers. Each input has a key; a key is decided once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.files import SharedFile
from bot.domain.ids import BlobId, ConversationId, EffectId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Mail
from bot.domain.outcomes import AnyOutcome
from bot.domain.traces import Heard, OwnEvent


class FolderRole(StrEnum):
    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where a mail lies on the server: its identity (RFC 9051 2.3.1.1)."""

    mailbox: MailboxId
    folder: str
    uidvalidity: int
    uid: int
    role: FolderRole


def _mail_key(place: MailPlace, received_at: datetime) -> str:
    """With its INTERNALDATE: a restored folder gives a UID to another mail under the same UIDVALIDITY."""
    p = place
    return f"mail:{p.mailbox}:{p.folder}:{p.uidvalidity}:{p.uid}:{int(received_at.timestamp())}"


@dataclass(frozen=True, slots=True)
class MailArrived:
    """A mail was read."""

    place: MailPlace
    mail: Mail
    raw: BlobId
    size: int
    received_at: datetime
    """INTERNALDATE."""
    is_backlog: bool = False
    """It was there before the first start or arrived long ago: posted quietly."""
    is_late: bool = False
    """Its server did not give it before."""

    @property
    def key(self) -> str:
        return _mail_key(self.place, self.received_at) + (":late" if self.is_late else "")


NOT_GIVEN = "not_given"
"""The reason of a `MailUnreadable`: its server names the mail, and does not give it."""


TOO_BIG = "too_big"
"""A `MailUnreadable.reason`: larger than the house reads (`max_mail_mb`)."""


@dataclass(frozen=True, slots=True)
class MailUnreadable:
    """A mail that could not be read, is too big to be fetched, or was not given; `mail` holds what its head says."""

    place: MailPlace
    mail: Mail
    raw: BlobId | None
    """None where it was too big, or not given: it stays on the server."""
    size: int
    """0 where the server does not say."""
    received_at: datetime
    reason: str
    """`too_big`, `timeout`, `memory`, `not_given` …"""

    @property
    def key(self) -> str:
        return _mail_key(self.place, self.received_at)


@dataclass(frozen=True, slots=True)
class FolderReset:
    """A folder was numbered anew: by a new UIDVALIDITY, or under the old one after it was restored (RFC 9051 2.3.1.1
    forbids that, backups do it). What is in it will be looked through again, without doubles."""

    mailbox: MailboxId
    folder: str
    old: int
    new: int
    at: datetime

    @property
    def key(self) -> str:
        return f"reset:{self.mailbox}:{self.folder}:{self.new}:{self.at.timestamp()}"


def event_key(room: RoomId, event: EventId) -> str:
    """The key of a room event's input. The room is part of it, because an event id names nothing in another room."""
    return f"event:{room}:{event}"


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

    @property
    def key(self) -> str:
        return event_key(self.room, self.event)


@dataclass(frozen=True, slots=True)
class Reaction:
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
class ReadUpTo:
    """A member's read receipt. The newest wins, so that it needs no dedupe: `key` names the position."""

    room: RoomId
    user: UserId
    event: EventId
    at: datetime

    @property
    def key(self) -> str:
        return f"read:{self.room}:{self.user}:{self.event}"


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited the bot."""

    room: RoomId
    inviter: UserId
    at: datetime

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
    """Who did it, where we saw it happen."""
    at: datetime

    @property
    def key(self) -> str:
        return f"upgraded:{self.room}:{self.replacement}:{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class MailboxMoved:
    """At the start: config.yaml gives a mailbox another room than the one that its conversations are in."""

    mailbox: MailboxId
    room: RoomId
    """Where they are."""
    at: datetime

    @property
    def key(self) -> str:
        return f"mailbox_moved:{self.mailbox}:{self.room}:{self.at.timestamp()}"


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
    """They were seen without one before."""

    @property
    def key(self) -> str:
        return f"identity_changed:{self.user}:{self.master}:{self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class ReaderCame:
    """Somebody joined those who read an encrypted room; or the homeserver says so and shows no invitation."""

    room: RoomId
    user: UserId
    by: UserId | None
    """Who invited them; None where the room lets people in by a rule of its own."""
    at: datetime
    """When they entered, as the homeserver says."""
    is_shut_out: bool = False
    """They get no keys: no invitation is shown."""

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


@dataclass(frozen=True, slots=True)
class Undecryptable:
    """An event that could not be decrypted in time; explained once for each session of a sender."""

    room: RoomId
    event: EventId
    sender: UserId
    reason: str
    """Ours, or the code that the sender's client gave: anything."""
    thread: EventId | None
    at: datetime
    session: str = ""
    """The Megolm session, as the event names it."""

    @property
    def key(self) -> str:
        return f"undecryptable:{self.event}"

    @property
    def session_key(self) -> str:
        """The key that counts as seen once the session was explained."""
        return f"undecryptable:{self.room}:{self.sender}:{self.session}"

    def turn_key(self, number: int, now: datetime) -> str:
        """The key that counts as seen once so many of the sender's messages in the room were answered in this hour."""
        return f"undecryptable:{self.room}:{self.sender}:{now:%Y-%m-%dT%H}:{number}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a call ended."""

    effect: EffectId
    attempt: int
    outcome: AnyOutcome
    at: datetime

    @property
    def key(self) -> str:
        return f"receipt:{self.effect}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A time that was set has come."""

    timer: str
    due: datetime

    @property
    def key(self) -> str:
        return f"timer:{self.timer}:{self.due.timestamp()}"


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """A server went away, or came back: told once in the config room."""

    service: str
    """`matrix`, `imap`, `smtp`, `room`."""
    mailbox: MailboxId | None
    is_up: bool
    reason: str
    """A short technical name."""
    at: datetime
    room: RoomId | None = None
    """For `room`."""

    @property
    def key(self) -> str:
        return f"service:{self.service}:{self.mailbox or self.room}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The system's time was set by more than a minute: what is due shifts with it."""

    at: datetime
    """By the clock before."""
    by: timedelta
    """Negative: it went back."""
    is_adopted: bool = False
    """False: what is due is still to shift. True: it was, our clock follows, and people are to be told."""

    @property
    def key(self) -> str:
        return f"clock:{self.at.timestamp()}:{self.is_adopted}"


@dataclass(frozen=True, slots=True)
class EventsLost:
    """The homeserver has no longer what we posted in a room: it was put back."""

    room: RoomId
    lost: tuple[EventId, ...]
    conversations: tuple[ConversationId, ...]
    """Those that they belong to."""
    at: datetime

    @property
    def key(self) -> str:
        return f"lost_events:{self.room}:{self.at.timestamp()}"


@dataclass(frozen=True, slots=True)
class DatabasePutBack:
    """A start noticed that a newer run than the database knows was there before."""

    own: tuple[OwnEvent, ...]
    """What that run did in the rooms, oldest first."""
    beat: int
    """How far it came, by its mark outside of the database; 0 where there is none."""
    noted_at: datetime
    """Until when the database knows."""
    at: datetime
    heard: tuple[Heard, ...] = ()
    """What others did in the rooms since the position that the database knows."""

    @property
    def key(self) -> str:
        return f"put_back:{self.beat}:{self.own[-1].event if self.own else ''}:{self.noted_at.timestamp()}"


RoomInput = (
    MemberChanged
    | ReadUpTo
    | Invited
    | RoomLost
    | RoomDescribable
    | RoomTrouble
    | RoomUpgraded
    | MailboxMoved
    | IdentityTrouble
    | MemberIdentityChanged
    | ReaderCame
    | SessionCame
    | Undecryptable
)
"""What happens to rooms and to those in them."""
ChatInput = TeamMessage | MessageEdited | Reaction | Redacted | RoomInput
MailInput = MailArrived | MailUnreadable | FolderReset
Input = MailInput | ChatInput | Receipt | TimerDue | ServiceChanged | ClockJumped | DatabasePutBack | EventsLost
