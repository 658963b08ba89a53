"""The outbox under several transactions at the same time."""

import asyncio

import pytest
from sqlalchemy import text

from bot.domain.ids import EffectId
from storage import outbox
from storage.database import Database
from storage.outbox import Claimed, End
from tests.storage.claiming import add, claim, claimed
from tests.storage.made import NOW, posted


async def test_claims_at_the_same_time_never_take_the_same_call_or_lane(database: Database) -> None:
    async with database.write() as tx:
        for number in range(30):
            await add(tx, lane=f"c:{number % 10}")

    async def one_claim() -> list[EffectId]:
        async with database.write() as tx:
            return await claimed(tx, limit=3)

    taken = await asyncio.gather(*(one_claim() for _ in range(8)))
    assert sorted(effect for some in taken for effect in some) == list(range(1, 11))


async def test_a_lane_whose_later_call_was_committed_first_still_has_one_on_its_way(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    async with database.write() as slow:
        first = await add(slow, lane="c:1")
        async with database.write() as quick:
            second = await add(quick, lane="c:1")
        async with database.write() as tx:
            assert await claimed(tx) == [second]
    async with database.write() as tx:
        assert await claimed(tx) == []
        await outbox.close(tx, second, End.DONE, "", NOW)
        assert await claimed(tx) == [first]


async def test_a_claim_takes_the_words_that_a_commit_at_the_same_moment_puts_in_place_of_others(
    database: Database,
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")

    async def one_claim() -> tuple[Claimed, ...]:
        async with database.write() as tx:
            return await claim(tx)

    async with database.write() as tx:
        card = await add(tx, posted("assigned", slot="card:1"))
        answer = await add(tx, posted("first words"), key="answer:1")
    async with database.write() as writer:
        assert await add(writer, posted("closed", slot="card:1")) == card
        assert await outbox.replace(writer, "answer:1", posted("second words"))
        meanwhile = asyncio.create_task(one_claim())
        while not await _waits_for_a_lock(database):
            await asyncio.sleep(0.01)
    contents = {one.effect: one.planned.call for one in await meanwhile}
    assert contents == {card: posted("closed", slot="card:1"), answer: posted("second words")}


async def _waits_for_a_lock(database: Database) -> bool:
    waiting = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    async with database.write() as tx:
        return bool(await tx.all(waiting))
