"""A mail provider in memory: folders with UIDs, a submission server with scripted answers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from bot.domain.outcomes import (
    Accepted,
    MailAccepted,
    Moved,
    MoveOutcome,
    Outcome,
    Refused,
    Saved,
    SaveOutcome,
    SubmitOutcome,
)
from bot.ports import CredentialsRefused, Fetched, FetchedMail, FolderName, FolderStatus, Gone, NotGiven, Unavailable
from tests.fakes.boundaries import Boundaries

BEGINNING = 500_000


@dataclass(slots=True)
class Stored:
    uid: int
    raw: bytes
    flags: set[str]
    received_at: datetime


def id_of(raw: bytes) -> str:
    return str(message_from_bytes(raw)["Message-ID"] or "").strip("<> ")


@dataclass(slots=True)
class FakeProvider:
    """What survives the death of the bot."""

    boundaries: Boundaries
    folders: dict[str, list[Stored]] = field(default_factory=lambda: {"INBOX": [], "Sent": [], "Junk": []})
    uidvalidity: dict[str, int] = field(default_factory=dict)
    next_uid: int = 1
    withheld: set[int] = field(default_factory=set)
    """UIDs of mails that are there and not given."""
    gives_heads: bool = True
    largest: int = 25_000_000
    """Bytes; of a larger mail only the beginning is fetched."""
    delivered: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    """Every message that was taken at the final dot."""
    imap_password: str = "of the file"
    smtp_password: str = "of the file"
    logins: list[str] = field(default_factory=list)
    """`imap` or `smtp` for each login that was tried to see whether it works."""
    away: set[str] = field(default_factory=set)
    """`imap`, `smtp`: whose login cannot be tried now."""
    deletes: bool = True
    """Whether mails can be removed for good."""
    takes_plus: bool = False
    """Mail to sub-addresses (RFC 5233) is taken."""
    arrives_in: str = ""
    """The folder in which what is submitted for this provider arrives at once; empty: nowhere."""
    answers: list[SubmitOutcome] = field(default_factory=list)
    """Answers to the next submissions; a scripted Unknown still takes the message."""

    def check(self, server: str, password: str) -> None:
        """A login."""
        self.boundaries.cross(f"login {server} before")
        self.logins.append(server)
        if server in self.away:
            raise Unavailable(server, "timeout")
        right = self.imap_password if server == "imap" else self.smtp_password
        if password != right:
            # As some servers do, against all reason.
            raise CredentialsRefused(server, f"no such user or password: {password}")
        self.boundaries.cross(f"login {server} after")

    def deliver(self, raw: bytes, folder: str = "INBOX", at: datetime | None = None) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        when = at or datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.folders[folder].append(Stored(uid, raw, set(), when))
        return uid

    def copied(self) -> tuple[dict[str, list[Stored]], int]:
        """What a backup has."""
        return {
            name: [replace(s, flags=set(s.flags)) for s in mails] for name, mails in self.folders.items()
        }, self.next_uid

    def put_back(self, backup: tuple[dict[str, list[Stored]], int]) -> None:
        """As it was then: what came since is gone, and its UIDs are given again."""
        self.folders, self.next_uid = backup

    def reset(self, folder: str) -> None:
        """Give a folder a new UIDVALIDITY, and its mails new UIDs."""
        self.uidvalidity[folder] = self.uidvalidity.get(folder, 1) + 1
        for stored in self.folders[folder]:
            stored.uid, self.next_uid = self.next_uid, self.next_uid + 1


@dataclass(slots=True)
class FakeInbox:
    provider: FakeProvider
    folder: str = "INBOX"

    async def open(self) -> FolderStatus:
        mails = self.provider.folders[self.folder]
        return FolderStatus(self.provider.uidvalidity.get(self.folder, 1), self.provider.next_uid, len(mails))

    async def look(self) -> FolderStatus:
        return await self.open()

    def stands(self) -> object:
        """All that a look at the folder could see."""
        placed = tuple((id(s), s.uid, s.received_at) for s in self.provider.folders[self.folder])
        return self.provider.uidvalidity.get(self.folder, 1), self.provider.next_uid, placed

    async def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        return {s.uid: s.received_at for s in self.provider.folders[self.folder] if s.uid in uids}

    async def message_ids(self, uids: Sequence[int]) -> Mapping[int, str]:
        return {s.uid: id_of(s.raw) for s in self.provider.folders[self.folder] if s.uid in uids and id_of(s.raw)}

    async def uids_above(self, uid: int) -> tuple[int, ...]:
        return tuple(sorted(s.uid for s in self.provider.folders[self.folder] if s.uid > uid))

    async def uids_since(self, day: datetime) -> tuple[int, ...]:
        return tuple(sorted(s.uid for s in self.provider.folders[self.folder] if s.received_at >= day))

    async def uids(self) -> tuple[int, ...]:
        return tuple(sorted(s.uid for s in self.provider.folders[self.folder]))

    async def fetch(self, uids: Sequence[int], scratch: Path) -> AsyncIterator[Fetched]:
        for uid in uids:
            self.provider.boundaries.cross("fetch")
            stored = next((s for s in self.provider.folders[self.folder] if s.uid == uid), None)
            if stored is None:
                yield Gone(uid)
            elif uid in self.provider.withheld:
                head = stored.raw.partition(b"\n\n")[0] if self.provider.gives_heads else b""
                yield NotGiven(uid, len(stored.raw), stored.received_at, head)
            else:
                is_fetched = len(stored.raw) <= self.provider.largest
                raw, head = (stored.raw, b"") if is_fetched else (None, stored.raw[:BEGINNING])
                yield FetchedMail(uid, len(stored.raw), stored.received_at, (), raw, head)

    async def wait(self, timeout: float) -> None:
        return

    def silent_for(self) -> float:
        return 0.0

    async def close(self) -> None:
        return


@dataclass(slots=True)
class FakeFolders:
    provider: FakeProvider
    password: str = "of the file"

    async def names(self) -> tuple[FolderName, ...]:
        known = {"INBOX": "", "Sent": "\\Sent", "Junk": "\\Junk"}
        more = {name: "" for name in self.provider.folders if name not in (*known, "Trash", "Drafts", "Archive")}
        return tuple(FolderName(name, use) for name, use in {**known, **more}.items())

    async def special_folder(self, special_use: str) -> str | None:
        return special_use.strip("\\")

    async def count(self, folder: str) -> int:
        return len(self.provider.folders[folder])

    async def append(self, folder: str, raw: Path, flags: tuple[str, ...], date: datetime) -> SaveOutcome:
        self.provider.boundaries.cross("append before")
        data = raw.read_bytes()
        if not any(id_of(s.raw) == id_of(data) for s in self.provider.folders[folder]):
            self.provider.deliver(data, folder, date)
        self.provider.boundaries.cross("append after")
        return Saved(1)

    async def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        return tuple(s.uid for s in self.provider.folders[folder] if id_of(s.raw) == message_id)

    async def fetch(self, folder: str, *, message_id: str, uidvalidity: int, uid: int) -> tuple[bytes, ...]:
        return tuple(s.raw for s in self.provider.folders[folder] if s.uid == uid)

    async def add_flag(self, folder: str, uidvalidity: int, uid: int, flag: str) -> Outcome:
        self.provider.boundaries.cross("flag before")
        for s in self.provider.folders[folder]:
            if s.uid == uid:
                s.flags.add(flag)
        self.provider.boundaries.cross("flag after")
        return Accepted()

    async def move(self, source: str, target: str, *, message_id: str, uidvalidity: int, uid: int) -> MoveOutcome:
        self.provider.boundaries.cross("move before")
        for s in list(self.provider.folders[source]):
            if id_of(s.raw) == message_id:
                self.provider.folders[source].remove(s)
                self.provider.deliver(s.raw, target)
        self.provider.boundaries.cross("move after")
        return Moved()

    async def remove(self, folder: str, message_id: str) -> Outcome:
        self.provider.boundaries.cross("remove before")
        mails = self.provider.folders[folder]
        for s in [s for s in mails if id_of(s.raw) == message_id]:
            if not self.provider.deletes:
                s.flags.add("\\Seen")
                return Refused("NO UIDPLUS", "")
            mails.remove(s)
        self.provider.boundaries.cross("remove after")
        return Accepted()

    async def reach(self) -> None:
        return

    async def check(self) -> None:
        self.provider.check("imap", self.password)

    async def close(self) -> None:
        return


@dataclass(slots=True)
class FakeSubmission:
    provider: FakeProvider
    password: str = "of the file"

    async def submit(
        self, *, sender: str, recipients: Sequence[str], raw: Path, before_data: Callable[[], Awaitable[None]]
    ) -> SubmitOutcome:
        self.provider.boundaries.cross("submit before data")
        answer = self.provider.answers.pop(0) if self.provider.answers else None
        if not self.provider.takes_plus and any("+" in one for one in recipients):
            answer = Refused("550", "5.1.1 no such mailbox")
        if isinstance(answer, Refused):
            return answer
        await before_data()
        self.provider.boundaries.cross("submit in data")
        if answer is None or type(answer).__name__ in ("MailAccepted", "Unknown"):
            self.provider.delivered.append((sender, tuple(recipients), raw.read_bytes()))
            if self.provider.arrives_in:
                self.provider.deliver(raw.read_bytes(), self.provider.arrives_in)
        self.provider.boundaries.cross("submit after dot")
        return answer or MailAccepted("250 2.0.0 queued", tuple(recipients))

    async def check(self) -> None:
        self.provider.check("smtp", self.password)

    async def reach(self) -> None:
        return

    def silent_for(self) -> float:
        return 0.0

    async def close(self) -> None:
        return
