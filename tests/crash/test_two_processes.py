"""One process has the room, another one the mailbox, and dies at each boundary: a third takes the mailbox over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.demo.servers.postgres import own_database
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole
from bot.domain.signing import Signer
from bot.flows.deliver.deliver import Deliver, channels_of
from bot.flows.deliver.mail import MailCaller
from bot.flows.deliver.recover import recover
from bot.flows.keep.outages import Outages
from bot.flows.pump.mail import MailPump
from bot.flows.step.settings import Settings
from bot.flows.step.step import Step
from storage import leases, shares, timers
from storage.blobs import Blobs
from storage.database import Database, Fence, LeaseLost
from tests.crash.test_every_boundary import _STAGES, _must_hold
from tests.fakes.boundaries import Boundaries, Killed
from tests.fakes.house import MAILBOX, VAULT, House
from tests.fakes.mail import FakeFolders, FakeInbox, FakeSubmission

_ROLES = (("INBOX", FolderRole.INBOX), ("Sent", FolderRole.SENT), ("Junk", FolderRole.JUNK))
_SECONDS = (0.0, 16.0, 30.0, 16.0, 70.0, 16.0)
_CHANNEL = "mailbox:1"


@dataclass(slots=True)
class Keeper:
    """A process that serves the mailbox alone."""

    house: House
    name: str
    database: Database = field(init=False)
    deliver: Deliver = field(init=False)
    pumps: list[MailPump] = field(init=False)

    async def open(self) -> None:
        house = self.house
        self.database = await Database.open(house.url, migrate=False)
        channel = shares.process_channel(self.name)
        async with self.database.write() as tx:
            for dead in (await shares.look(tx)).dead:
                assert await shares.bury(tx, dead)
            # Its term is over at once, so that whoever comes after it need not wait.
            number = await leases.acquire(tx, channel, self.name, 0.0)
            assert number is not None
            assert await shares.hold(tx, _CHANNEL, self.name)
        self.database.fence = Fence(leases.fence_name(channel), number)
        step = Step(
            self.database,
            Blobs(house.folder / "blobs", clear_leftovers=False),
            Settings(house.instance),
            Signer(b"a secret of the tests"),
            house.clock,
            VAULT,
        )
        outages, provider = Outages(step), house.provider
        caller = MailCaller(MAILBOX, FakeFolders(provider), FakeSubmission(provider), step)
        self.deliver = Deliver(step, None, {MAILBOX.id: caller}, outages, self.name, is_alone=False)
        await recover(step, channels_of(MailboxId(MAILBOX.id)))
        self.pumps = [
            MailPump(
                MAILBOX,
                name,
                role,
                FakeInbox(provider, name),
                "all" if role is FolderRole.INBOX else "new",
                step,
                house.reader,
                house.folder,
                outages,
            )
            for name, role in _ROLES
        ]

    async def round(self) -> bool:
        busy, boundaries = False, self.house.provider.boundaries
        for pump in self.pumps:
            await pump.catch_up(await pump.open())
        for claimed in await self.deliver.claim():
            boundaries.cross("claimed")
            await self.deliver.make(claimed)
            boundaries.cross("made")
            await self.deliver.settle()
            busy = True
        return busy

    async def is_buried(self) -> None:
        """It wakes up, and writes nothing any more."""
        with pytest.raises(LeaseLost):
            async with self.database.write() as tx:
                await timers.set(tx, "by a dead one", self.house.clock.now())
        await self.database.close()


async def _settle(house: House, keeper: Keeper) -> Keeper:
    for pause in _SECONDS:
        house.clock.forward(pause)
        for _ in range(200):
            try:
                busy = await keeper.round()
            except Killed:
                dead, keeper = keeper, Keeper(house, f"{keeper.name}+")
                await keeper.open()
                await dead.is_buried()
                busy = True
            if not (await house.round() or busy):
                break
        else:
            raise AssertionError("the two do not come to rest")
    return keeper


async def _play(folder: Path, url: str, boundaries: Boundaries) -> House:
    house = House(folder, url=url)
    house.provider.boundaries = boundaries
    await house.open()
    house.pumps, house.deliver.mail, house.deliver.is_alone = [], {}, False
    keeper = Keeper(house, "one")
    await keeper.open()
    # The folders are looked at once, as the first start of all.
    keeper = await _settle(house, keeper)
    for stage in _STAGES:
        stage(house)
        keeper = await _settle(house, keeper)
    await keeper.database.close()
    return house


@pytest.fixture
async def played(
    postgres_url: str, postgres_template: str, tmp_path: Path
) -> Callable[[str, Boundaries], Awaitable[None]]:
    async def play(name: str, boundaries: Boundaries) -> None:
        folder = tmp_path / name
        folder.mkdir()
        async with own_database(postgres_url, f"postroom_two_{name}", template=postgres_template) as url:
            house = await _play(folder, url, boundaries)
            _must_hold(house, name)
            assert await house.open_calls() == 0, name
            await house.close()

    return play


@pytest.mark.timeout(900)
async def test_a_mailbox_that_is_taken_over_at_any_boundary_loses_and_doubles_nothing(
    played: Callable[[str, Boundaries], Awaitable[None]],
) -> None:
    dry = Boundaries()
    await played("dry", dry)
    first = {name: number for number, name in reversed(list(enumerate(dry.passed, 1)))}
    last = {name: number for number, name in enumerate(dry.passed, 1)}
    assert len(first) >= 10
    for number in sorted({*first.values(), *last.values()}):
        await played(f"at{number}", Boundaries(number))
