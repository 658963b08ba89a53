"""What is old is forgotten, however much of it there is."""

from datetime import timedelta

from bot.domain.calls import Priority, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EventId
from bot.domain.planned import PlannedCall
from bot.domain.traces import OwnEvent, TakenUp
from bot.flows.keep.housekeeping import Housekeeping
from storage import outbox, runs, seen
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


async def test_what_forgotten_runs_posted_is_kept_for_as_long_as_it_is_looked_for(house: House) -> None:
    assert house.database is not None
    now = house.clock.now()
    posts = tuple(
        OwnEvent(EventId(f"${number}"), ROOM, now, kind=EventKind.MAIL.value, message_id=f"p{number}@example.org")
        for number in range(700)
    )
    async with house.database.write() as tx:
        await runs.take_up(tx, TakenUp((), (), ConversationId(0), posts), now)
    for days, left in ((29, 1), (2, 0)):
        house.clock.forward(timedelta(days=days).total_seconds())
        await Housekeeping(house.step).run_once()
        async with house.database.read() as tx:
            assert len(await runs.posts_of_mail(tx, "p699@example.org")) == left
