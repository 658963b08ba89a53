"""What is old is forgotten, however much of it there is."""

import os
from datetime import timedelta

import pytest

from bot.domain.calls import Priority, SendEvent
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.ids import ConversationId, EventId, MessageRow
from bot.domain.planned import PlannedCall
from bot.domain.returned import Returned
from bot.domain.traces import OwnEvent, PutBack, TakenUp
from bot.flows.keep.housekeeping import Housekeeping
from storage import events, outbox, returned, runs, seen, slots
from storage.outbox import End
from tests.fakes.chat import ROOM
from tests.fakes.house import MAILBOX, House


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


async def test_what_ended_badly_and_what_belongs_to_nothing_goes_after_half_a_year(house: House) -> None:
    assert house.database is not None
    planned = PlannedCall(SendEvent(ROOM, "m.room.message", "{}"), "chat", "", Priority.MAIL)
    one = ConversationId(1)
    async with house.database.write() as tx:
        now = house.clock.now()
        refused, unknown = [await outbox.add(tx, planned, now) for _ in range(2)]
        await outbox.claim(tx, channels=["chat"], now=now, limit=10, owner="me")
        await outbox.close(tx, refused, End.REFUSED, "", now)
        await outbox.close(tx, unknown, End.UNKNOWN, "", now)
        for name, of in (("$answer", None), ("$slotted", None), ("$mine", one)):
            await events.add(tx, KnownEvent(EventId(name), ROOM, EventKind.ANSWER, of, None, None, now))
        await slots.fill(tx, "board:!x", ROOM, EventId("$slotted"))
    for days, calls_left, left in ((179, 2, 3), (2, 0, 2)):
        house.clock.forward(timedelta(days=days).total_seconds())
        await Housekeeping(house.step).run_once()
        async with house.database.read() as tx:
            assert len([each for each in (refused, unknown) if await outbox.get(tx, each) is not None]) == calls_left
            found = [await events.get(tx, ROOM, EventId(name)) for name in ("$answer", "$slotted", "$mine")]
            assert len([each for each in found if each is not None]) == left


@pytest.mark.parametrize(("put_back_days", "is_left"), [(None, False), (3, True), (31, False)])
async def test_files_without_a_row_go_once_a_week_unless_a_restore_is_young(
    house: House, put_back_days: int | None, is_left: bool
) -> None:
    loose, young = await house.step.blobs.put(b"loose"), await house.step.blobs.put(b"young")
    os.utime(house.step.blobs.path(loose), (1, 1))
    if put_back_days is not None:
        house.step.put_back = PutBack(house.clock.now() - timedelta(days=put_back_days), 0)
    before = {*house.step.blobs.every()}
    await Housekeeping(house.step).run_once()
    gone = before - {*house.step.blobs.every()}
    assert gone == (set() if is_left else {loose})
    assert house.step.blobs.exists(young)
    await house.step.blobs.put(b"loose")
    os.utime(house.step.blobs.path(loose), (1, 1))
    await Housekeeping(house.step).run_once()
    assert house.step.blobs.exists(loose), "a week has not passed"
    house.clock.forward(timedelta(days=35).total_seconds())
    await Housekeeping(house.step).run_once()
    assert not house.step.blobs.exists(loose)


async def test_an_address_of_which_nothing_was_heard_for_a_year_is_forgotten(house: House) -> None:
    assert house.database is not None
    async with house.database.write() as tx:
        for number, days in enumerate((366, 364)):
            at = house.clock.now() - timedelta(days=days)
            await returned.put(tx, Returned(MAILBOX.id, f"p{number}@x.example", 2, MessageRow(1), None, at), None)
    await Housekeeping(house.step).run_once()
    async with house.database.read() as tx:
        known = await returned.of(tx, MAILBOX.id, ["p0@x.example", "p1@x.example"])
    assert [one.address for one in known] == ["p1@x.example"]
