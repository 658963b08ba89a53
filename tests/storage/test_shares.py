"""A process holds what it serves for as long as its own term, and one that is buried writes nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from storage import leases, shares, timers
from storage.database import Database, Fence, LeaseLost
from tests.storage.made import NOW

_OVER = 0.0


async def joined(database: Database, owner: str, seconds: float = 100.0) -> None:
    channel = shares.process_channel(owner)
    async with database.write() as tx:
        number = await leases.acquire(tx, channel, owner, seconds)
    assert number is not None
    database.fence = Fence(leases.fence_name(channel), number)


@pytest.fixture
async def other(url: str) -> AsyncIterator[Database]:
    """The database as another process has it."""
    opened = await Database.open(url, migrate=False)
    yield opened
    await opened.close()


async def test_a_channel_is_held_by_one_until_it_is_freed_by_its_holder(database: Database, other: Database) -> None:
    await joined(database, "one")
    async with database.write() as tx:
        assert await shares.hold(tx, "mailbox:a", "one")
    await joined(other, "two")
    async with other.write() as tx:
        assert not await shares.hold(tx, "mailbox:a", "two")
        await shares.free(tx, "mailbox:a", "two")
        found = await shares.look(tx)
    assert (found.alive, found.dead, found.holders) == (frozenset({"one", "two"}), frozenset(), {"mailbox:a": "one"})
    async with database.write() as tx:
        await shares.free(tx, "mailbox:a", "one")
    async with other.write() as tx:
        assert await shares.hold(tx, "mailbox:a", "two")


async def test_one_whose_term_has_run_out_is_buried_with_all_that_it_held(database: Database, other: Database) -> None:
    await joined(database, "one", _OVER)
    async with database.write() as tx:
        await shares.hold(tx, "mailbox:a", "one")
        await shares.hold(tx, "mailbox:b", "one")
    await joined(other, "two")
    async with other.write() as tx:
        assert (await shares.look(tx)).dead == {"one"}
        assert await shares.bury(tx, "one")
        assert not await shares.bury(tx, "one")
        assert (await shares.look(tx)).holders == {}
        assert await shares.hold(tx, "mailbox:a", "two")
    with pytest.raises(LeaseLost):
        async with database.write() as tx:
            await timers.set(tx, "t", NOW)
    async with other.read() as tx:
        assert await timers.next_due(tx) is None


async def test_one_that_has_renewed_its_term_is_not_buried(database: Database, other: Database) -> None:
    await joined(database, "one", _OVER)
    async with database.write() as tx:
        assert await leases.renew(tx, shares.process_channel("one"), "one", 100.0)
    async with other.write() as tx:
        assert not await shares.bury(tx, "one")
    async with database.write() as tx:
        await timers.set(tx, "t", NOW)


async def test_what_it_was_committing_is_waited_for(database: Database, other: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time anyway")
    await joined(database, "one", _OVER)
    fence, order = database.fence, list[str]()
    is_in, may_end = asyncio.Event(), asyncio.Event()

    async def commits() -> None:
        async with database.write() as tx:
            await timers.set(tx, "t", NOW)
            await tx.finish(fence)
            is_in.set()
            await may_end.wait()
            order.append("committed")

    async def buries() -> None:
        await is_in.wait()
        async with other.write() as tx:
            asyncio.get_running_loop().call_later(0.3, may_end.set)
            assert await shares.bury(tx, "one")
            order.append("buried")

    await asyncio.gather(commits(), buries())
    assert order == ["committed", "buried"]


async def test_a_process_that_ends_leaves_nothing(database: Database, other: Database) -> None:
    await joined(database, "one")
    async with database.write() as tx:
        await shares.hold(tx, "mailbox:a", "one")
    database.fence = None
    async with database.write() as tx:
        await shares.leave(tx, "one")
    async with other.read() as tx:
        found = await shares.look(tx)
    assert (found.alive, found.dead, found.holders) == (frozenset(), frozenset(), {})


async def test_a_session_that_stands_between_preparing_and_executing_is_ended(url: str, database: Database) -> None:
    """To PostgreSQL it is active, with what it has locked; one that only waits for its next words is left alone."""
    if database.is_sqlite:
        pytest.skip("a file has no sessions")
    stopped, idle = [await asyncpg.connect(url, server_settings={"application_name": "postroom"}) for _ in range(2)]
    try:
        await stopped.execute("BEGIN")
        await stopped.execute("LOCK TABLE timers")
        await stopped.prepare("SELECT 12345")
        await idle.execute("BEGIN")
        async with database.read() as tx:
            assert await shares.end_standing(tx, 3600.0) == 0, "not yet"
            assert await shares.end_standing(tx, 0.0) == 1
        async with database.write() as tx:
            await timers.set(tx, "free again", NOW)
        assert await idle.fetchval("SELECT 1") == 1
    finally:
        stopped.terminate()
        idle.terminate()
