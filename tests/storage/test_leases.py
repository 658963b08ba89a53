"""Who serves, by the database's clock; and that a process whose term is over writes nothing any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.direct import digest_timer, quiet_timer
from storage import clock_mark, leases, outbox, timers
from storage.database import Conflict, Database, Fence, LeaseLost, StorageAway, Tx
from storage.now import MomentOfDatabase
from storage.schema.bookkeeping import leases as leases_table
from tests.fakes.chat import BOB
from tests.storage.made import NOW, later, planned, posted, submission

_l = leases_table.c
_OVER = 0.0
"""A term that has run out as soon as it was begun."""


async def _begin(database: Database, owner: str, seconds: float) -> int:
    async with database.write() as tx:
        number = await leases.acquire(tx, "chat", owner, seconds)
    assert number is not None
    return number


async def _held(tx: Tx, owner: str) -> tuple[str, ...]:
    """The channels that `owner` holds."""
    held = (_l.owner == owner, _l.until > MomentOfDatabase())
    return tuple(row.channel for row in await tx.all(select(_l.channel).where(*held).order_by(_l.channel)))


async def _holder(tx: Tx, channel: str) -> str | None:
    row = await tx.first(select(_l.owner).where(_l.channel == channel, _l.until > MomentOfDatabase()))
    return None if row is None else str(row.owner)


async def test_a_channel_has_one_holder_until_its_term_ends(database: Database) -> None:
    async with database.write() as tx:
        assert await leases.acquire(tx, "chat", "one", 100) == 1
        assert await leases.acquire(tx, "chat", "two", 100) is None
        assert await leases.acquire(tx, "smtp:m", "two", 100) == 1
        assert await _holder(tx, "chat") == "one"
        assert await leases.acquire(tx, "chat", "one", _OVER) == 2
        assert await _holder(tx, "chat") is None
        assert await leases.acquire(tx, "chat", "two", 100) == 3
        assert await _held(tx, "two") == ("chat", "smtp:m")
        assert await _held(tx, "one") == ()


async def test_a_term_is_renewed_until_somebody_else_has_begun_one(database: Database) -> None:
    async with database.write() as tx:
        assert await leases.acquire(tx, "chat", "one", 100)
        assert await leases.renew(tx, "chat", "one", 100)
        assert not await leases.renew(tx, "chat", "two", 100)
        assert await leases.renew(tx, "chat", "one", _OVER)
        assert await leases.renew(tx, "chat", "one", _OVER)
        assert await leases.acquire(tx, "chat", "two", _OVER)
        assert not await leases.renew(tx, "chat", "one", 100)
        await leases.release(tx, "two")
        assert not await leases.renew(tx, "chat", "one", 100)


async def test_a_process_that_ends_gives_everything_back(database: Database) -> None:
    async with database.write() as tx:
        await leases.acquire(tx, "chat", "one", 100)
        await leases.acquire(tx, "imap:m", "one", 100)
        await leases.acquire(tx, "smtp:m", "two", 100)
        await leases.release(tx, "one")
        assert await leases.acquire(tx, "chat", "two", 100)
        assert await _held(tx, "two") == ("chat", "smtp:m")


async def test_a_database_for_one_process_is_seized_from_whoever_holds_it(database: Database) -> None:
    async with database.write() as tx:
        assert await leases.acquire(tx, "chat", "one", 100) == 1
        assert await leases.seize(tx, "chat", "two", 100) == 2
        assert not await leases.renew(tx, "chat", "one", 100)


async def test_who_lost_the_lease_writes_nothing_more(database: Database) -> None:
    number = await _begin(database, "one", _OVER)
    database.fence = Fence(leases.fence_name("chat"), number)
    async with database.write() as tx:  # nobody else has begun a term yet
        await outbox.add(tx, planned(submission(), channel="smtp:m"), NOW)

    database.fence = None
    await _begin(database, "two", 100)
    database.fence = Fence(leases.fence_name("chat"), number)

    with pytest.raises(LeaseLost):
        async with database.write() as tx:
            await outbox.claim(tx, channels=["smtp:m"], now=NOW, limit=5, owner="one")
    async with database.read() as tx:
        assert await outbox.under_way(tx) == ()


async def test_what_was_begun_before_a_new_term_is_not_committed_after_it(database: Database, url: str) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time anyway")
    number = await _begin(database, "one", _OVER)
    database.fence = Fence(leases.fence_name("chat"), number)
    other = await Database.open(url, migrate=False)
    try:
        with pytest.raises(LeaseLost):
            await _plan_while_another_begins(database, other)
        async with other.read() as tx:
            assert not await outbox.depth(tx)
    finally:
        await other.close()


async def _plan_while_another_begins(database: Database, other: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, planned(submission(), channel="smtp:m"), NOW)
        assert await _begin(other, "two", 100) == 2


async def test_a_new_term_waits_for_what_the_holder_before_is_committing(database: Database, url: str) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time anyway")
    number = await _begin(database, "one", _OVER)
    database.fence = Fence(leases.fence_name("chat"), number)
    other = await Database.open(url, migrate=False)
    try:
        async with database.write() as tx:
            await outbox.add(tx, planned(submission(), channel="smtp:m"), NOW)
            await tx.finish(database.fence)
            beginning = asyncio.create_task(_begin(other, "two", 100))
            done, _ = await asyncio.wait({beginning}, timeout=0.5)
            assert not done
        assert await beginning == number + 1
        async with other.read() as tx:
            assert sum((await outbox.depth(tx)).values()) == 1
    finally:
        await other.close()


async def test_a_transaction_that_stands_still_is_ended_by_the_server(database: Database, url: str) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL ends sessions")
    number = await _begin(database, "dead", _OVER)
    database.fence = Fence(leases.fence_name("chat"), number)
    other = await Database.open(url, migrate=False)

    async def stand_by() -> int:
        while True:
            try:
                return await _begin(other, "stand-by", 100)
            except StorageAway:
                continue

    async def die_within() -> int:
        async with database.write() as tx:
            await timers.set(tx, "of the dead", NOW)
            await tx.finish(database.fence)
            # The holder's machine dies here: the session stays, with its locks.
            return await stand_by()

    try:
        with pytest.raises((StorageAway, Conflict)):
            await die_within()
        async with other.read() as tx:
            assert await _holder(tx, "chat") == "stand-by"
        async with other.read() as tx:
            assert await timers.next_due(tx) is None
    finally:
        await other.close()


async def test_an_attempt_that_was_never_made_is_given_back_unless_it_had_reached_data(database: Database) -> None:
    async with database.write() as tx:
        chat = await outbox.add(tx, planned(), NOW)
        mail = await outbox.add(tx, planned(submission(1), channel="smtp:m"), NOW)
        await outbox.claim(tx, channels=["chat", "smtp:m"], now=NOW, limit=5, owner="me")
        assert not await outbox.set_phase(tx, mail, 2, "data")
        assert await outbox.set_phase(tx, mail, 1, "data")
    async with database.write() as tx:
        found = await outbox.under_way(tx)
        assert [(one.effect, one.attempt, one.may_have_left) for one in found] == [(chat, 1, False), (mail, 1, True)]
        assert not await outbox.give_back(tx, chat, 2)
        assert await outbox.give_back(tx, chat, 1)
        assert not await outbox.give_back(tx, mail, 1)
        assert [one.effect for one in await outbox.under_way(tx)] == [mail]
        assert await outbox.under_way(tx, ["chat"]) == ()
        (again,) = await outbox.claim(tx, channels=["chat"], now=NOW, limit=5, owner="me")
        # Whoever tried it before, it concerns who serves its channel now.
        await outbox.give_back(tx, chat, 2)
        await outbox.claim(tx, channels=["chat"], now=NOW, limit=5, owner="you")
        assert [one.effect for one in await outbox.under_way(tx, ["chat"])] == [chat]
    assert (again.effect, again.attempt) == (chat, 2)


async def test_what_is_due_shifts_with_a_clock_that_was_set(database: Database) -> None:
    async with database.write() as tx:
        waiting = await outbox.add(tx, planned(posted(), delay_seconds=20), NOW)
        await outbox.add(tx, planned(submission(), channel="smtp:m"), NOW)
        (tried,) = await outbox.claim(tx, channels=["smtp:m"], now=NOW, limit=5, owner="me")
        await outbox.retry(tx, tried.effect, later(60), counts=True, reason="450")
        await timers.set(tx, "board:!r", later(5))
    two_days = timedelta(days=2)
    async with database.write() as tx:
        await clock_mark.shift_due(tx, two_days)
    async with database.read() as tx:
        rows = {row.effect: row for row in await outbox.listing(tx)}
        assert rows[waiting].due_at == later(20) + two_days
        assert rows[tried.effect].due_at == later(60) + two_days
        found = await outbox.get(tx, tried.effect)
        assert found is not None
        assert found.first_tried_at == NOW + two_days
        assert await timers.next_due(tx) == later(5) + two_days


@pytest.mark.parametrize("timer", [quiet_timer(BOB), digest_timer(BOB), "snooze:1", "later:1"])
async def test_a_time_of_the_clock_on_the_wall_does_not_shift(database: Database, timer: str) -> None:
    async with database.write() as tx:
        await timers.set(tx, timer, later(5))
    async with database.write() as tx:
        await clock_mark.shift_due(tx, timedelta(hours=1))
    async with database.read() as tx:
        assert await timers.next_due(tx) == later(5)


async def test_the_time_that_was_noted_is_read_back(database: Database) -> None:
    async with database.read() as tx:
        assert await clock_mark.noted(tx) is None
    async with database.write() as tx:
        await clock_mark.note(tx, NOW)
        await clock_mark.note(tx, later(10))
    async with database.read() as tx:
        found = await clock_mark.noted(tx)
    assert found is not None
    assert found.process == later(10)
    assert (found.database is None) == database.is_sqlite
