"""The door to the chat platform, and what its adapter keeps in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.calls import DescribeCommand, MakeRoom
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.outcomes import (
    MakeOutcome,
    Outcome,
    PostOutcome,
    Refused,
    TrustOutcome,
    TryLater,
)
from bot.domain.traces import Heard, OwnEvent


@dataclass(frozen=True, slots=True)
class SyncBatch:
    """The news of one sync, gaps filled, oldest first; the caller saves `next_batch` after the inputs."""

    next_batch: str
    inputs: tuple[ChatInput, ...]
    changed_rooms: frozenset[RoomId] = frozenset()
    """Rooms whose rules changed: who may enter or read, who has which power, encryption."""
    own: tuple[OwnEvent, ...] = ()
    """Our own events, if asked for, oldest first."""
    heard: tuple[Heard, ...] = ()
    """Acts of others, if asked for, whatever came of them."""


class TokenRefused(Exception):
    """The homeserver does not know the position that we had come to: it was put back, or forgot it."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`url` is mxc://…; `encryption` is the JSON of the EncryptedFile object, empty where the room is not encrypted."""

    url: str
    encryption: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a room."""

    user: UserId
    display_name: str


class Chat(Protocol):
    """The chat platform. Every call ends within 60 s (uploads: 300 s)."""

    async def sync(
        self, since: str | None, *, timeout: float, memory: datetime | None = None, with_own: bool = False
    ) -> SyncBatch:
        """Wait up to `timeout` seconds for news. With `since` None: where it stands now, and what came after `memory`.

        Args:
            memory: from when on every event that was decided is known by its id. Only then may events come again: where
                our homeserver learns late what happened on another, they come among others that were given long ago.
            with_own: give our own events as well.

        Raises:
            TokenRefused: the homeserver does not know `since` (any more); it is to be asked without.
            Unavailable: the homeserver is away or answers nonsense; `storage` where our own disk takes nothing.
            CredentialsRefused: our session ended.
        """
        ...

    async def send(
        self, room: RoomId, event_type: str, content: str, transaction: str, *, in_clear: bool = False
    ) -> PostOutcome:
        """Send an event, `content` being its JSON; encrypted where the room is and not `in_clear`.

        In an encrypted room nothing is sent for a circle of readers that is not known, or of which nobody could read
        it: TryLater with `NOT_TOLD`, `NOBODY_READS`, or the code of who is not in the room.
        """
        ...

    async def put_state(self, room: RoomId, event_type: str, state_key: str, content: str) -> Outcome: ...

    async def get_state(self, room: RoomId, event_type: str, state_key: str) -> str | None:
        """The content's JSON, or None where there is none. Raises: Unavailable."""
        ...

    async def redact(self, room: RoomId, event: EventId, transaction: str, *, with_edits: bool = False) -> Outcome: ...

    async def upload(
        self, path: Path, *, filename: str, content_type: str, size: int, encrypt: bool
    ) -> Uploaded | Refused | TryLater: ...

    async def upload_limit(self) -> int | None:
        """Bytes of the largest file that the homeserver says it takes; None where it does not say, or is away."""
        ...

    async def download(self, url: str, encryption: str, into: Path, *, limit: int) -> Outcome:
        """Write a member's file to `into`; Refused where it is larger than `limit` bytes."""
        ...

    async def find(
        self,
        room: RoomId,
        thread: EventId | None,
        transaction: str,
        kind_of_type: str,
        after: datetime | None = None,
    ) -> EventId | None:
        """Our own event that carries `org.postroom.effect == transaction` (in this thread, or in the timeline back to
        `after`), after the device changed so that the server no longer knows the transaction.

        Raises:
            Unavailable: with the reason `TOO_FAR_BACK` where the search was given up.
        """
        ...

    async def members(self, room: RoomId) -> tuple[Member, ...]:
        """The joined members, the bot included. Raises: Unavailable, also where the homeserver does not tell."""
        ...

    async def invited(self, room: RoomId) -> tuple[Member, ...]:
        """Those who are invited and have not come yet. Raises: Unavailable, as `members`."""
        ...

    async def joined_rooms(self) -> frozenset[RoomId]:
        """Every room in which the bot is. Raises: Unavailable."""
        ...

    async def is_encrypted(self, room: RoomId) -> bool: ...

    def succeed(self, room: RoomId, replacement: RoomId) -> None:
        """An encrypted room goes on as another: who reads there and did not read the first is told (`ReaderCame`)."""
        ...

    def encrypted_rooms(self) -> frozenset[RoomId]:
        """The rooms known to be encrypted, over restarts too; nobody is asked."""
        ...

    async def has_event(self, room: RoomId, event: EventId) -> bool | None:
        """Whether the room has the event; None if nobody can tell. Raises: Unavailable."""
        ...

    async def run_mark(self) -> str | None:
        """The mark that `keep_run_mark` kept with our account on the homeserver, or None. Raises: Unavailable."""
        ...

    async def keep_run_mark(self, content: str) -> None:
        """Keep a mark with our account; `content` is a JSON object. Raises: Unavailable."""
        ...

    async def power_of_bot(self, room: RoomId) -> int | None:
        """Our power level; None where we are not in the room. Raises: Unavailable."""
        ...

    async def power_level(self, room: RoomId, user: UserId) -> int | None:
        """A person's power level; None where we are not in the room. Raises: Unavailable."""
        ...

    async def describe(self, command: DescribeCommand) -> Outcome:
        """Write a command's description where clients look for it (MSC4391), or take it back."""
        ...

    async def description_faults(
        self, room: RoomId, wanted: Sequence[DescribeCommand]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of those that the room's state lacks or has otherwise, and of those that it has of us besides.

        Raises: Unavailable.
        """
        ...

    async def trust(self, user: UserId, key: str) -> TrustOutcome:
        """Believe in the person's identity with this master key; Refused where they have no identity, and with
        `OTHER_IDENTITY` and the key that the server shows where that is another."""
        ...

    async def find_space(self, organisation: str) -> RoomId | None:
        """The organisation's space that we made, among the rooms that we are in. Raises: Unavailable."""
        ...

    async def create_space(self, organisation: str) -> MakeOutcome:
        """Make a space: private, empty, with our mark. A second call makes a second space."""
        ...

    async def find_room(self, mark: str) -> RoomId | None:
        """The room that `make_room` made with this mark, among those that we are in. Raises: Unavailable."""
        ...

    async def make_room(self, call: MakeRoom) -> MakeOutcome:
        """Make a private room, one person invited with our own power. A second call makes a second one."""
        ...

    async def invite(self, room: RoomId, user: UserId) -> Outcome: ...

    async def remove(self, room: RoomId, user: UserId, reason: str) -> Outcome:
        """Remove a member, or take an invitation back."""
        ...

    async def join(self, room: RoomId, via: Sequence[str] = ()) -> Outcome:
        """Enter a room; `via` names servers that may know it, where ours does not."""
        ...

    async def leave(self, room: RoomId) -> Outcome: ...

    async def close(self) -> None: ...


class Memory(Protocol):
    """Facts of the chat platform that hold once learned, for every process. All methods raise Unavailable."""

    async def encrypted_rooms(self) -> frozenset[RoomId]: ...

    async def keep_encrypted(self, rooms: Collection[RoomId]) -> None: ...

    async def readers(self) -> Mapping[RoomId, frozenset[UserId]]:
        """The known readers of each encrypted room whose readers were learned once."""
        ...

    async def keep_readers(self, room: RoomId, readers: Collection[UserId]) -> None:
        """Keep these in place of those before."""
        ...

    async def identities(self) -> Mapping[UserId, str]:
        """The public master key that each person is believed to have."""
        ...

    async def keep_identities(self, masters: Mapping[UserId, str]) -> None:
        """Keep these in place of those before."""
        ...
