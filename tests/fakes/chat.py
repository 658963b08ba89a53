"""A homeserver in memory: one timeline a room, transaction ids that deduplicate per device, media, membership."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from bot.adapters.matrix.crypto.inbound import Inbound
from bot.adapters.matrix.crypto.sealed import Seal
from bot.adapters.matrix.events import envelope
from bot.adapters.matrix.own import own_event
from bot.domain import outcomes
from bot.domain.calls import DescribeCommand, MakeRoom
from bot.domain.fingerprints import OTHER_IDENTITY
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.outcomes import (
    Accepted,
    Made,
    MakeOutcome,
    NotDone,
    Outcome,
    PostOutcome,
    Refused,
    Trusted,
    TrustOutcome,
    TryLater,
)
from bot.domain.traces import Heard, OwnEvent
from bot.ports import NOBODY_READS, NOT_TOLD, Member, SyncBatch, TokenRefused, Unavailable, Uploaded
from tests.fakes.boundaries import Boundaries


@dataclass(frozen=True, slots=True)
class Posted:
    event: EventId
    room: RoomId
    type: str
    content: dict[str, object]
    at: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)
    in_clear: bool = False

    @property
    def ours(self) -> dict[str, object]:
        found = self.content.get("org.postroom")
        return found if isinstance(found, dict) else {}

    @property
    def relation(self) -> dict[str, object]:
        found = self.content.get("m.relates_to")
        return found if isinstance(found, dict) else {}

    @property
    def is_edit(self) -> bool:
        return self.relation.get("rel_type") == "m.replace"


@dataclass(slots=True)
class FakeHomeserver:
    """What survives the death of the bot."""

    boundaries: Boundaries
    posted: list[Posted] = field(default_factory=list)
    transactions: dict[tuple[str, str], EventId] = field(default_factory=dict)
    happened: list[ChatInput] = field(default_factory=list)
    members: dict[RoomId, tuple[Member, ...]] = field(default_factory=dict)
    waiting: dict[RoomId, tuple[Member, ...]] = field(default_factory=dict)
    """Who is invited to a room and has not come yet."""
    media: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """What members posted, by mxc address."""
    state: dict[tuple[RoomId, str, str], str] = field(default_factory=dict)
    encrypted: set[RoomId] = field(default_factory=set)
    identities: dict[UserId, str] = field(default_factory=dict)
    """The master key that the homeserver shows of a person."""
    shown: list[UserId] = field(default_factory=list)
    """Whose key was asked for."""
    trusted: dict[UserId, str] = field(default_factory=dict)
    untold: set[RoomId] = field(default_factory=set)
    """Of which rooms it does not tell who is there."""
    unread: set[RoomId] = field(default_factory=set)
    """In which rooms no device would get the keys."""
    changed: set[RoomId] = field(default_factory=set)
    """Where the rules changed since the last sync."""
    is_silent: bool = False
    """It does not answer who asks for a room's state."""
    described: list[DescribeCommand] = field(default_factory=list)
    """Each description that was written, or taken back."""
    spaces: list[tuple[RoomId, str]] = field(default_factory=list)
    """Each `createRoom` of a space: the room, and the organisation in its mark."""
    made: list[tuple[RoomId, MakeRoom]] = field(default_factory=list)
    """Each room of a mailbox that was made."""
    invited: list[tuple[RoomId, UserId]] = field(default_factory=list)
    removed: list[tuple[RoomId, UserId, str]] = field(default_factory=list)
    redacted: set[EventId] = field(default_factory=set)
    """What the bot deleted."""
    powerless: set[RoomId] = field(default_factory=set)
    """Where the bot has no power."""
    powers: dict[tuple[RoomId, UserId], int] = field(default_factory=dict)
    """Of people; without one it is 0."""
    unreached: set[UserId] = field(default_factory=set)
    """Whose own server does not answer invitations."""
    refuse_spaces: list[NotDone] = field(default_factory=list)
    """Answers to give to the next calls that make a space, or invite, instead of taking them."""
    closed: set[RoomId] = field(default_factory=set)
    closed_by: str = "M_FORBIDDEN"
    """Where the bot is not invited."""
    read_only: set[RoomId] = field(default_factory=set)
    """Where the bot may not write."""
    joined: list[RoomId] = field(default_factory=list)
    succeeded: list[tuple[RoomId, RoomId]] = field(default_factory=list)
    """Rooms that go on as another, whose readers are known."""
    left: list[RoomId] = field(default_factory=list)
    refuse: list[Outcome] = field(default_factory=list)
    """Answers to give to the next sends instead of taking them."""
    takes_bytes: int = 100_000_000
    """The largest file that it takes."""
    says_bytes: int | None = None
    """What it says of that."""
    refuse_files: list[Outcome] = field(default_factory=list)
    """The same for the next downloads."""

    unknown_positions: set[str] = field(default_factory=set)
    """Sync tokens that it does not know any more."""
    told: dict[int, int] = field(default_factory=dict)
    """How many events were posted at each position that a sync gave."""
    now: Callable[[], datetime] = lambda: datetime(2026, 11, 23, 9, tzinfo=UTC)
    run_mark: str | None = None
    """What the bot keeps with its account."""
    lost: str = ""
    """In the ids of events since it was put back."""
    unknown: set[EventId] = field(default_factory=set)
    """What members did and it forgot when it was put back."""

    def put_back(
        self, events: int, heard: int | None = None, state: Mapping[tuple[RoomId, str, str], str] | None = None
    ) -> None:
        """It comes back with only so many of our events and of what members did, and the state of then."""
        if heard is not None:
            self.unknown |= {event for event in map(_event_of, self.happened[heard:]) if event is not None}
        if state is not None:
            self.state = dict(state)
        gone = {p.event for p in self.posted[events:]}
        del self.posted[events:]
        self.transactions = {key: event for key, event in self.transactions.items() if event not in gone}
        self.media.clear()
        self.lost += "again"

    def happens(self, input: ChatInput) -> None:
        self.happened.append(input)

    def rules(self, room: RoomId, event_type: str, content: dict[str, object]) -> None:
        """Somebody changes who may enter, read or do what."""
        self.state[room, event_type, ""] = json.dumps(content)
        self.changed.add(room)

    def of_kind(self, kind: str) -> list[Posted]:
        """Events as first sent, of this `org.postroom` kind."""
        return [p for p in self.posted if p.ours.get("kind") == kind and not p.is_edit]

    def current(self, event: EventId) -> dict[str, object]:
        """The content of an event after its edits."""
        content: dict[str, object] = {}
        for p in self.posted:
            if p.event == event:
                content = p.content
            elif p.is_edit and p.relation.get("event_id") == event:
                new = p.content["m.new_content"]
                assert isinstance(new, dict)
                content = new
        return content


@dataclass(slots=True)
class FakeChat:
    """One connection of one device."""

    server: FakeHomeserver
    device: str = "DEVICE"

    async def sync(
        self, since: str | None, *, timeout: float, memory: datetime | None = None, with_own: bool = False
    ) -> SyncBatch:
        self.server.boundaries.cross("sync")
        if since is not None and since in self.server.unknown_positions:
            raise TokenRefused("M_UNKNOWN_POS")
        start = int(since) if since else 0
        changed, self.server.changed = frozenset(self.server.changed), set()
        own = tuple(own_of(p) for p in self.server.posted[self.server.told.get(start, 0) :]) if with_own else ()
        self.server.told.setdefault(len(self.server.happened), len(self.server.posted))
        inputs = tuple(self.server.happened[start:])
        heard = tuple(_heard(one, self.server.posted) for one in inputs if isinstance(one, _ACTS)) if with_own else ()
        return SyncBatch(str(len(self.server.happened)), inputs, changed, own, heard)

    async def send(
        self, room: RoomId, event_type: str, content: str, transaction: str, *, in_clear: bool = False
    ) -> PostOutcome:
        self.server.boundaries.cross(f"send {event_type} before")
        if self.server.refuse:
            return self.server.refuse.pop(0)
        if room in self.server.unread and not in_clear:
            return TryLater(NOBODY_READS, after=30.0)
        if room in self.server.read_only:
            return Refused("M_FORBIDDEN", "the room was upgraded")
        known = self.server.transactions.get((self.device, transaction))
        if known is None:
            known = EventId(f"$posted{self.server.lost}{len(self.server.posted)}")
            self.server.posted.append(Posted(known, room, event_type, json.loads(content), self.server.now(), in_clear))
            self.server.transactions[self.device, transaction] = known
        self.server.boundaries.cross(f"send {event_type} after")
        return outcomes.Posted(known)

    async def put_state(self, room: RoomId, event_type: str, state_key: str, content: str) -> Outcome:
        self.server.boundaries.cross(f"put {event_type} before")
        if room in self.server.powerless:
            return Refused("M_FORBIDDEN", "")
        self.server.state[room, event_type, state_key] = content
        self.server.boundaries.cross(f"put {event_type} after")
        return Accepted()

    async def get_state(self, room: RoomId, event_type: str, state_key: str) -> str | None:
        if self.server.is_silent:
            raise Unavailable("matrix", "timeout")
        return self.server.state.get((room, event_type, state_key))

    async def redact(self, room: RoomId, event: EventId, transaction: str, *, with_edits: bool = False) -> Outcome:
        self.server.boundaries.cross("redact before")
        if room in self.server.powerless:
            return Refused("M_FORBIDDEN", "")
        self.server.redacted.add(event)
        self.server.boundaries.cross("redact after")
        return Accepted()

    async def upload(
        self, path: Path, *, filename: str, content_type: str, size: int, encrypt: bool
    ) -> Uploaded | Refused | TryLater:
        self.server.boundaries.cross("upload before")
        if size > self.server.takes_bytes:
            return Refused("M_TOO_LARGE", "too large")
        self.server.media.append(filename)
        self.server.boundaries.cross("upload after")
        return Uploaded(f"mxc://localhost/{len(self.server.media)}", '{"v":"v2"}' if encrypt else "")

    async def upload_limit(self) -> int | None:
        return self.server.says_bytes

    async def download(self, url: str, encryption: str, into: Path, *, limit: int) -> Outcome:
        self.server.boundaries.cross("download before")
        if self.server.refuse_files:
            return self.server.refuse_files.pop(0)
        raw = self.server.files.get(url)
        if raw is None:
            return Refused("M_NOT_FOUND", "")
        if len(raw) > limit:
            return Refused("too_large", "")
        into.write_bytes(raw)
        self.server.boundaries.cross("download after")
        return Accepted()

    async def find(
        self,
        room: RoomId,
        thread: EventId | None,
        transaction: str,
        kind_of_type: str,
        after: datetime | None = None,
    ) -> EventId | None:
        for p in self.server.posted:
            if p.ours.get("effect") == transaction:
                return p.event
        return None

    async def members(self, room: RoomId) -> tuple[Member, ...]:
        if room in self.server.untold:
            raise Unavailable("matrix", NOT_TOLD)
        return self.server.members.get(room, (Member(BOT, "Postroom"),))

    async def invited(self, room: RoomId) -> tuple[Member, ...]:
        return self.server.waiting.get(room, ())

    async def joined_rooms(self) -> frozenset[RoomId]:
        entered, left = Counter(self.server.joined), Counter(self.server.left)
        return frozenset(room for room in entered if entered[room] > left[room])

    async def is_encrypted(self, room: RoomId) -> bool:
        return room in self.server.encrypted

    def succeed(self, room: RoomId, replacement: RoomId) -> None:
        self.server.succeeded.append((room, replacement))

    def encrypted_rooms(self) -> frozenset[RoomId]:
        return frozenset(self.server.encrypted)

    async def power_of_bot(self, room: RoomId) -> int | None:
        return 0 if room in self.server.powerless else 50

    async def power_level(self, room: RoomId, user: UserId) -> int | None:
        if self.server.is_silent:
            raise Unavailable("matrix", "timeout")
        return self.server.powers.get((room, user), 0)

    async def describe(self, command: DescribeCommand) -> Outcome:
        self.server.described.append(command)
        return Accepted()

    async def description_faults(
        self, room: RoomId, wanted: Sequence[DescribeCommand]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        there = {one.name: one for one in self.server.described if one.room == room}
        missing = tuple(one.name for one in wanted if there.get(one.name) != one)
        names = {one.name for one in wanted}
        return missing, tuple(name for name, one in there.items() if name not in names and not one.is_gone)

    async def has_event(self, room: RoomId, event: EventId) -> bool | None:
        if any(p.event == event and p.room == room for p in self.server.posted):
            return True
        return event not in self.server.unknown and any(_event_of(one) == event for one in self.server.happened)

    async def run_mark(self) -> str | None:
        return self.server.run_mark

    async def keep_run_mark(self, content: str) -> None:
        self.server.run_mark = content

    async def trust(self, user: UserId, key: str) -> TrustOutcome:
        self.server.shown.append(user)
        shown = self.server.identities.get(user)
        if shown is None:
            return Refused("NO_IDENTITY", "")
        if shown != key:
            return Refused(OTHER_IDENTITY, shown)
        self.server.trusted[user] = key
        return Trusted(shown)

    async def find_space(self, organisation: str) -> RoomId | None:
        return next((room for room, mark in self.server.spaces if mark == organisation), None)

    async def create_space(self, organisation: str) -> MakeOutcome:
        self.server.boundaries.cross("create space before")
        if self.server.refuse_spaces:
            return self.server.refuse_spaces.pop(0)
        room = RoomId(f"!space{len(self.server.spaces)}:localhost")
        self.server.spaces.append((room, organisation))
        self.server.state[room, "m.room.power_levels", ""] = json.dumps({"users": {BOT: 100}})
        self.server.boundaries.cross("create space after")
        return Made(room)

    async def find_room(self, mark: str) -> RoomId | None:
        return next((room for room, made in self.server.made if made.mark == mark), None)

    async def make_room(self, call: MakeRoom) -> MakeOutcome:
        self.server.boundaries.cross("make room before")
        if self.server.refuse_spaces:
            return self.server.refuse_spaces.pop(0)
        room = RoomId(f"!made{len(self.server.made)}:localhost")
        self.server.made.append((room, call))
        self.server.members[room] = (Member(BOT, "Postroom"),)
        if call.is_encrypted:
            self.server.encrypted.add(room)
        self.server.boundaries.cross("make room after")
        return Made(room)

    async def invite(self, room: RoomId, user: UserId) -> Outcome:
        self.server.boundaries.cross("invite before")
        if self.server.refuse_spaces:
            return self.server.refuse_spaces.pop(0)
        if room in self.server.powerless:
            return Refused("M_FORBIDDEN", "")
        if user in self.server.unreached:
            return TryLater("http 502", is_outage=True)
        self.server.invited.append((room, user))
        self.server.state[room, "m.room.member", user] = json.dumps({"membership": "invite"})
        self.server.boundaries.cross("invite after")
        return Accepted()

    async def remove(self, room: RoomId, user: UserId, reason: str) -> Outcome:
        self.server.boundaries.cross("remove before")
        if room in self.server.powerless:
            return Refused("M_FORBIDDEN", "")
        self.server.removed.append((room, user, reason))
        self.server.state[room, "m.room.member", user] = json.dumps({"membership": "leave"})
        self.server.boundaries.cross("remove after")
        return Accepted()

    async def join(self, room: RoomId, via: Sequence[str] = ()) -> Outcome:
        self.server.boundaries.cross("join before")
        if room in self.server.closed:
            return Refused(self.server.closed_by, "not invited")
        self.server.joined.append(room)
        self.server.boundaries.cross("join after")
        return Accepted()

    async def leave(self, room: RoomId) -> Outcome:
        self.server.left.append(room)
        return Accepted()

    async def close(self) -> None:
        return


_NO_KEYS, _SEAL = cast(Inbound, None), Seal("key")
"""Events of the fake homeserver are never encrypted."""


def own_of(posted: Posted) -> OwnEvent:
    """As the adapter reads it."""
    raw: dict[str, object] = {"event_id": posted.event, "sender": BOT, "type": posted.type, "content": posted.content}
    raw["origin_server_ts"] = posted.at.timestamp() * 1000
    return own_event(envelope(raw, posted.at), posted.room, _NO_KEYS, _SEAL)


def _event_of(input: ChatInput) -> EventId | None:
    return input.event if isinstance(input, _ACTS) else None


_ACTS = (TeamMessage, MessageEdited, Reaction, Redacted)


def _heard(act: TeamMessage | MessageEdited | Reaction | Redacted, posted: Sequence[Posted]) -> Heard:
    """What is posted stands in the room by the homeserver's time, and so does what people do."""
    return Heard(act.room, act.event, any(p.room == act.room and p.at >= act.at for p in posted))


def at(second: int) -> datetime:
    return datetime(2026, 11, 23, 10, 0, second, tzinfo=UTC)


ALICE, BOB, BOT = UserId("@alice:localhost"), UserId("@bob:localhost"), UserId("@postroom:localhost")
ROOM, CONFIG = RoomId("!team:localhost"), RoomId("!config:localhost")
