"""The doors to a mailbox: its inbox and its folders."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.outcomes import (
    MoveOutcome,
    Outcome,
    SaveOutcome,
)


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

    async def uids(self) -> tuple[int, ...]:
        """All UIDs of the folder, ascending; what comes meanwhile is told by the next `wait`. Raises: Unavailable."""
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

    async def remove(self, folder: str, message_id: str) -> Outcome:
        """Delete the mails with that Message-ID for good where the server can (UIDPLUS), else put them into Trash.
        Accepted where there are none; Refused where neither can be done: then they lie there as read."""
        ...

    async def reach(self) -> None:
        """Whether the server answers; an act under way is answer enough. Raises: Unavailable, CredentialsRefused."""
        ...

    async def check(self) -> None:
        """Log in and out. Raises: Unavailable, CredentialsRefused."""
        ...

    async def close(self) -> None: ...
