"""The doors to the outside: Chat, Inbox and Folders (a mailbox), Submission, Vault, ServerFinder, Clock."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.domain.calls import DescribeCommand, MakeRoom
from bot.domain.dns_records import DomainRecords
from bot.domain.ids import EventId, RoomId, SecretId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.outcomes import (
    MakeOutcome,
    MoveOutcome,
    Outcome,
    PostOutcome,
    Refused,
    SaveOutcome,
    SubmitOutcome,
    TrustOutcome,
    TryLater,
)
from bot.domain.servers import ServersFound
from bot.domain.traces import Heard, OwnEvent


class Unavailable(Exception):
    """A service is away: wait and try again. `reason` is a short technical name for the log."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


NOT_IN_ROOM = "not in the room"
"""The reason of an `Unavailable` where the homeserver tells only those who are in the room."""
NOT_TOLD = "members_not_told"
"""The reason of an `Unavailable` where the homeserver does not tell who is in a room: that is never nobody."""
NOBODY_READS = "nobody_reads"
"""The reason of a `TryLater`: no device of anybody in the room would get the key of what is to be sent."""


class CredentialsRefused(Exception):
    """The service refused our name or password: trying again at once makes it worse. `text` is the server's words."""

    def __init__(self, service: str, text: str) -> None:
        super().__init__(service)
        self.service = service
        self.text = text


TOO_FAR_BACK = "too far back"
"""The reason of an `Unavailable` where something was looked for in more of a room than can be read."""


# --- chat -----------------------------------------------------------------------------------------------------------


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

    async def redact(self, room: RoomId, event: EventId, transaction: str) -> Outcome: ...

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


# --- secrets ---------------------------------------------------------------------------------------------------------


class NotOpened(Exception):
    """A secret was sealed with another key, or under another name."""


class Vault(Protocol):
    """Seals what people tell in secret."""

    def close(self, words: str, id: SecretId) -> bytes: ...

    def open(self, sealed: bytes, id: SecretId) -> str:
        """Raises: NotOpened."""
        ...


# --- mailbox --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """The numbers of a folder (RFC 9051 6.3.11)."""

    uidvalidity: int
    uidnext: int
    """0 where the server does not say."""
    exists: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """One mail from the server. Small ones come as bytes, large ones as a temporary file that the caller takes over."""

    uid: int
    size: int
    received_at: datetime
    flags: tuple[str, ...]
    raw: bytes | Path | None
    """None where it is larger than the limit; `head` holds its beginning then."""
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Gone:
    """No mail has that UID any more: the server said so, asked twice."""

    uid: int


@dataclass(frozen=True, slots=True)
class NotGiven:
    """The folder has a mail of that UID, and the server did not give it, however often it was asked."""

    uid: int
    size: int | None
    """Bytes; None where the server does not say."""
    received_at: datetime
    """The moment of asking, where the server does not say."""
    head: bytes
    """The mail's header block, or its main fields; empty where the server gives neither."""


Fetched = FetchedMail | Gone | NotGiven


class Inbox(Protocol):
    """One folder, on a connection of its own. After any exception: `close`, then `open` again."""

    async def open(self) -> FolderStatus:
        """Connect, log in, select. Raises: Unavailable, CredentialsRefused, FolderMissing."""
        ...

    async def look(self) -> FolderStatus:
        """Select it anew on the same connection: what it has become meanwhile. Raises: Unavailable, FolderMissing."""
        ...

    async def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """INTERNALDATE of those of them that are there, which no server opens a mail for. Raises: Unavailable."""
        ...

    async def message_ids(self, uids: Sequence[int]) -> Mapping[int, str]:
        """Without angle brackets, of those that are there and have one. Raises: Unavailable."""
        ...

    async def uids_above(self, uid: int) -> tuple[int, ...]:
        """Ascending, each > `uid`. Raises: Unavailable."""
        ...

    async def uids_since(self, day: datetime) -> tuple[int, ...]:
        """The UIDs of mails that arrived on that day or later (UID SEARCH SINCE). Raises: Unavailable."""
        ...

    def fetch(self, uids: Sequence[int], scratch: Path) -> AsyncIterator[Fetched]:
        """One answer for each UID, in the order given; sizes asked first, batches of at most 200.

        Raises:
            Unavailable: also where the server did not give a mail, until it was asked often enough.
        """
        ...

    async def wait(self, timeout: float) -> None:
        """Wait until the folder grows (IDLE), or `timeout` seconds have passed.

        Raises:
            Unavailable: the server is gone; where it is only silent, within 42 s.
        """
        ...

    def silent_for(self) -> float:
        """Seconds since the server said anything on this connection; infinite where there is none."""
        ...

    async def close(self) -> None: ...


class FolderMissing(Exception):
    """The folder is not on the server."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


@dataclass(frozen=True, slots=True)
class FolderName:
    """A folder of a mailbox."""

    name: str
    """Decoded (no modified UTF-7)."""
    special_use: str
    """`\\Sent`, `\\Junk` …; empty where the server does not say."""


class Folders(Protocol):
    """Acts on a mailbox's folders over one shared connection, opened when needed. Raises only what is said."""

    async def names(self) -> tuple[FolderName, ...]:
        """Raises: Unavailable, CredentialsRefused."""
        ...

    async def special_folder(self, special_use: str) -> str | None:
        r"""The folder for `\Sent`, `\Junk` …: by its attribute, else by a usual name.

        Raises:
            Unavailable, CredentialsRefused
        """
        ...

    async def count(self, folder: str) -> int:
        """The number of mails in a folder; 0 where it is missing. Raises: Unavailable, CredentialsRefused."""
        ...

    async def append(self, folder: str, raw: Path, flags: tuple[str, ...], date: datetime) -> SaveOutcome:
        """Save a copy, once: looks for its Message-ID there first."""
        ...

    async def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        """UIDs of mails with that Message-ID. Raises: Unavailable."""
        ...

    async def fetch(self, folder: str, *, message_id: str, uidvalidity: int, uid: int) -> tuple[bytes, ...]:
        """The mail of that UID where it still holds, else those with that Message-ID; none where there is none.

        Raises: Unavailable, CredentialsRefused.
        """
        ...

    async def add_flag(self, folder: str, uidvalidity: int, uid: int, flag: str) -> Outcome:
        """Refused where the folder's UIDVALIDITY is another by now."""
        ...

    async def move(self, source: str, target: str, *, message_id: str, uidvalidity: int, uid: int) -> MoveOutcome:
        """Move one mail, found by its UID where that still holds, else by its Message-ID. Moved where it is in the
        target already."""
        ...

    async def reach(self) -> None:
        """Whether the server answers; an act under way is answer enough. Raises: Unavailable, CredentialsRefused."""
        ...

    async def check(self) -> None:
        """Log in and out. Raises: Unavailable, CredentialsRefused."""
        ...

    async def close(self) -> None: ...


# --- submission -----------------------------------------------------------------------------------------------------


class Submission(Protocol):
    """The server that takes our mail."""

    async def submit(
        self, *, sender: str, recipients: Sequence[str], raw: Path, before_data: Callable[[], Awaitable[None]]
    ) -> SubmitOutcome:
        """MAIL, RCPT for each, then `before_data()` (the caller commits that DATA begins), then DATA.

        What fails before the final dot was handed over is TryLater or Refused; a connection lost or a timeout after
        it is Unknown (RFC 5321 6.1, RFC 1047). An authentication refused is TryLater with `is_outage` and reason
        `credentials`.
        """
        ...

    async def check(self) -> None:
        """Connect, log in, quit. Raises: Unavailable, CredentialsRefused."""
        ...

    async def reach(self) -> None:
        """Connect and greet, without a login: is it there? Ends within 12 s. Raises: Unavailable."""
        ...

    def silent_for(self) -> float:
        """Seconds since the server has taken, or refused, something; infinite where it never has."""
        ...

    async def close(self) -> None: ...


# --- the servers of an address ----------------------------------------------------------------------------------------


class ServerFinder(Protocol):
    """Looks where the mail servers of an address may be, and what DNS says of a domain's mail."""

    async def find(self, address: str) -> ServersFound:
        """Ends within 20 s, with what was found until then. Raises nothing."""
        ...

    async def records(self, domain: str, selectors: Sequence[str]) -> DomainRecords:
        """Ends within 20 s. Raises nothing."""
        ...


class Clock(Protocol):
    """The time of the process."""

    def now(self) -> datetime:
        """Aware, UTC. After a jump of the system's time it goes on as before, until `adopt`."""
        ...

    def steady(self) -> float:
        """Seconds that only ever go on, for pauses within a run; nobody can set them."""
        ...

    def jump(self) -> timedelta | None:
        """By how much the system's time is ahead of this clock, where it jumped; negative where it went back."""
        ...

    def adopt(self, jump: timedelta) -> None:
        """Go on by the system's time: what is due was shifted by `jump`."""
        ...
