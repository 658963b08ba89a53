"""The mail provider of the simulation: the fakes' one, on a way that takes time and may break."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.domain.outcomes import (
    MailAccepted,
    MoveOutcome,
    Outcome,
    RecipientAnswer,
    Refused,
    SaveOutcome,
    SubmitOutcome,
    TryLater,
    Unknown,
)
from bot.ports import Fetched, FolderName, FolderStatus, Unavailable
from tests.fakes.mail import FakeFolders, FakeInbox, FakeProvider, FakeSubmission, Stored
from tests.simulation.world import Life, World

_IMAP, _SMTP = "imap", "smtp"
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a correspondent's server took."""

    at: datetime
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(slots=True)
class Provider(FakeProvider):
    world: World | None = None
    sent: list[Sent] = field(default_factory=list)
    backup: tuple[dict[str, list[Stored]], int] | None = None
    changes: int = 0
    """A server says with its next answer what changed meanwhile."""

    def changed(self) -> None:
        assert self.world is not None
        self.changes += 1
        self.world.ring(_IMAP)

    def deliver(self, raw: bytes, folder: str = "INBOX", at: datetime | None = None) -> int:
        assert self.world is not None
        # INTERNALDATE has whole seconds.
        when = (at or self.world.at()).replace(microsecond=0)
        uid = FakeProvider.deliver(self, raw, folder, when)
        self.changed()
        return uid

    def back_up(self) -> None:
        self.backup = self.copied()

    def restore(self) -> bool:
        """As it was at the last backup, under the same UIDVALIDITY."""
        if self.backup is None:
            return False
        folders, uid = self.backup
        self.put_back(({n: [replace(s, flags=set(s.flags)) for s in mails] for n, mails in folders.items()}, uid))
        self.changed()
        return True


@dataclass(slots=True)
class SimulatedInbox(FakeInbox):
    world: World | None = None
    life: Life = field(default_factory=Life)
    _seen: int = 0

    async def _ask(self) -> None:
        assert self.world is not None
        if await self.world.knock(self.life, _IMAP):
            raise Unavailable(_IMAP, "cut")

    async def open(self) -> FolderStatus:
        await self._ask()
        return await FakeInbox.open(self)

    async def look(self) -> FolderStatus:
        await self._ask()
        return await FakeInbox.open(self)

    async def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        await self._ask()
        return await FakeInbox.received(self, uids)

    async def message_ids(self, uids: Sequence[int]) -> Mapping[int, str]:
        await self._ask()
        return await FakeInbox.message_ids(self, uids)

    async def uids_above(self, uid: int) -> tuple[int, ...]:
        await self._ask()
        self._seen = _changes(self.provider)
        return await FakeInbox.uids_above(self, uid)

    async def uids_since(self, day: datetime) -> tuple[int, ...]:
        await self._ask()
        return await FakeInbox.uids_since(self, day)

    async def uids(self) -> tuple[int, ...]:
        await self._ask()
        return await FakeInbox.uids(self)

    async def fetch(self, uids: Sequence[int], scratch: Path) -> AsyncIterator[Fetched]:
        for uid in uids:
            await self._ask()
            async for one in FakeInbox.fetch(self, (uid,), scratch):
                yield one

    async def wait(self, timeout: float) -> None:
        assert self.world is not None
        await self._ask()
        if self._seen == _changes(self.provider):
            await self.world.news(_IMAP, timeout)
        if self.world.down.get(_IMAP, -1.0) > self.world.elapsed():
            raise Unavailable(_IMAP, "cut")


@dataclass(slots=True)
class SimulatedFolders(FakeFolders):
    world: World | None = None
    life: Life = field(default_factory=Life)

    async def _before(self) -> tuple[TryLater | None, bool]:
        assert self.world is not None
        match await self.world.knock(self.life, _IMAP):
            case "lost":
                return None, True
            case "":
                return None, False
            case _:
                return TryLater("cut", is_outage=True), False

    async def _after(self, outcome: _Outcome, *, is_lost: bool) -> _Outcome | TryLater:
        assert self.world is not None
        await self.world.back(self.life)
        return TryLater("timeout", is_outage=True) if is_lost else outcome

    async def _ask(self) -> None:
        assert self.world is not None
        if await self.world.knock(self.life, _IMAP):
            raise Unavailable(_IMAP, "cut")

    async def names(self) -> tuple[FolderName, ...]:
        await self._ask()
        return await FakeFolders.names(self)

    async def special_folder(self, special_use: str) -> str | None:
        await self._ask()
        return await FakeFolders.special_folder(self, special_use)

    async def append(self, folder: str, raw: Path, flags: tuple[str, ...], date: datetime) -> SaveOutcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeFolders.append(self, folder, raw, flags, date), is_lost=is_lost)

    async def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        await self._ask()
        return await FakeFolders.find(self, folder, message_id)

    async def add_flag(self, folder: str, uidvalidity: int, uid: int, flag: str) -> Outcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        return await self._after(await FakeFolders.add_flag(self, folder, uidvalidity, uid, flag), is_lost=is_lost)

    async def move(self, source: str, target: str, *, message_id: str, uidvalidity: int, uid: int) -> MoveOutcome:
        instead, is_lost = await self._before()
        if instead is not None:
            return instead
        done = await FakeFolders.move(
            self, source or "Junk", target or "Junk", message_id=message_id, uidvalidity=uidvalidity, uid=uid
        )
        return await self._after(done, is_lost=is_lost)

    async def reach(self) -> None:
        await self._ask()


@dataclass(slots=True)
class SimulatedSubmission(FakeSubmission):
    world: World | None = None
    life: Life = field(default_factory=Life)

    async def submit(
        self, *, sender: str, recipients: Sequence[str], raw: Path, before_data: Callable[[], Awaitable[None]]
    ) -> SubmitOutcome:
        assert self.world is not None
        mishap = await self.world.knock(self.life, _SMTP)
        match mishap:
            case "away":
                return TryLater("unreachable", is_outage=True)
            case "450":
                return TryLater("450", "450 4.2.0 later")
            case "550":
                return Refused("550 5.7.1", "550 5.7.1 no")
            case _:
                pass
        taken = tuple(recipients)
        refused: tuple[RecipientAnswer, ...] = ()
        deferred: tuple[RecipientAnswer, ...] = ()
        if len(taken) > 1 and mishap == "550 one":
            taken, refused = taken[1:], (RecipientAnswer(taken[0], 550, "5.1.1 unknown"),)
        elif len(taken) > 1 and mishap == "450 one":
            taken, deferred = taken[1:], (RecipientAnswer(taken[0], 450, "4.2.2 full"),)
        await before_data()
        self.world.cross("in data")
        if mishap == "lost before":
            return Unknown("timeout")
        provider = self.provider
        assert isinstance(provider, Provider)
        provider.sent.append(Sent(self.world.at(), taken, raw.read_bytes()))
        self.world.cross("after the dot")
        await self.world.back(self.life)
        if mishap == "lost":
            return Unknown("timeout")
        return MailAccepted("250 2.0.0 queued", taken, refused, deferred)

    async def reach(self) -> None:
        assert self.world is not None
        if await self.world.knock(self.life, _SMTP) == "away":
            raise Unavailable(_SMTP, "unreachable")


def _changes(provider: FakeProvider) -> int:
    assert isinstance(provider, Provider)
    return provider.changes
