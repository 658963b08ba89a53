"""What is old is forgotten, however much of it there is."""

from datetime import timedelta

from bot.domain.calls import PlannedCall, Priority, SendEvent
from bot.flows.housekeeping import Housekeeping
from storage import outbox, seen
from storage.outbox import End
from tests.fakes.chat import ROOM
from tests.fakes.house import House


async def test_all_calls_and_keys_that_are_old_enough_are_forgotten_at_once(house: House) -> None:
    assert house.database is not None
    now = house.clock.now()
    planned = PlannedCall(SendEvent(ROOM, "m.room.message", "{}"), "chat", "", Priority.MAIL)
    async with house.database.write() as tx:
        old = [await outbox.add(tx, planned, now) for _ in range(1_201)]
        await outbox.claim(tx, channels=["chat"], now=now, limit=2_000, owner="me")
        for effect in old:
            await outbox.close(tx, effect, End.DONE, "$x", now)
        for number in range(1_100):
            await seen.mark_seen(tx, f"event:${number}", now)
    house.clock.forward(timedelta(days=61).total_seconds())
    async with house.database.write() as tx:
        young = await outbox.add(tx, planned, house.clock.now())
        await outbox.close(tx, young, End.DONE, "$x", house.clock.now())
    await Housekeeping(house.step).run_once()
    async with house.database.read() as tx:
        assert [one for one in (*old, young) if await outbox.get(tx, one) is not None] == [young]
        assert not any([await seen.was_seen(tx, f"event:${number}") for number in range(1_100)])
