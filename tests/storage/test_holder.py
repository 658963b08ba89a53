"""The process that serves goes on while it cannot write, and ends only where somebody else serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import select

from bot.flows.keep import lease
from bot.flows.keep.lease import Lease, LeaseLost
from storage import timers
from storage.database import Database
from storage.now import MomentOfDatabase
from storage.schema.bookkeeping import leases
from tests.storage.made import NOW

_TERM = 3.0


@pytest.fixture
async def holder(database: Database, monkeypatch: pytest.MonkeyPatch) -> Lease:
    """It holds a lease of a few seconds."""
    if database.is_sqlite:
        pytest.skip("on SQLite one process serves, by a lock of its folder")
    for name, seconds in {"_SECONDS": _TERM, "_MARGIN": 1.0, "_PAUSE": 0.3}.items():
        monkeypatch.setattr(lease, name, seconds)
    one = Lease(database, "holder")
    await one.join()
    await one.wait()
    return one


@pytest.fixture
async def other(url: str) -> AsyncIterator[Database]:
    """The database as another process has it."""
    opened = await Database.open(url, migrate=False)
    try:
        yield opened
    finally:
        await opened.close()


async def _is_held(database: Database) -> bool:
    async with database.read() as tx:
        return await tx.first(select(leases.c.owner).where(leases.c.until > MomentOfDatabase())) is not None


async def test_a_holder_that_cannot_renew_lets_go_and_goes_on_as_soon_as_it_can(holder: Lease, url: str) -> None:
    break_off = asyncio.Event()
    keeping = asyncio.create_task(holder.keep(break_off.set))
    locker = await asyncpg.connect(url)
    try:
        async with locker.transaction():
            await locker.execute("LOCK TABLE counters, leases IN EXCLUSIVE MODE")
            await asyncio.wait_for(break_off.wait(), 10)
            done, _ = await asyncio.wait({keeping}, timeout=_TERM)
            assert not done
            assert not holder.is_sure()
        async with holder.database.write() as tx:
            await timers.set(tx, "t", NOW)
        async with asyncio.timeout(10):
            while not await _is_held(holder.database):
                await asyncio.sleep(0.05)
            while not holder.is_sure():
                await asyncio.sleep(0.05)
        assert not keeping.done()
    finally:
        keeping.cancel()
        await locker.close()


async def test_a_holder_whose_lease_somebody_took_over_while_it_could_not_write_ends(
    holder: Lease, other: Database
) -> None:
    break_off = asyncio.Event()
    # Its machine stood still for longer than a term.
    await asyncio.sleep(_TERM + 0.2)
    one = Lease(other, "stand-by")
    await one.join()
    await one.wait()
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(holder.keep(break_off.set), 10)
