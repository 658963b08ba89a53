"""The system's time is set while something waits: it waits as long as it was to, and the admins are told."""

from datetime import timedelta

import pytest

from bot.domain.inputs.inside import ClockJumped
from bot.flows.keep.clock_watch import DATABASE, ClockWatch, jump_between
from bot.flows.keep.outages import Outages
from bot.ports import Clock
from storage import clock_mark
from storage.clock_mark import ClockMark
from tests.fakes.chat import CONFIG
from tests.fakes.clock import FakeClock
from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, card_says
from tests.fakes.writing import says


def _watch(house: House) -> ClockWatch:
    return ClockWatch(house.step, Outages(house.step))


def _told(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG and "🕒" in str(p.content)]


@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(minutes=-10), timedelta(days=-2)])
async def test_an_undo_window_is_as_long_as_it_was_when_the_clock_is_set(house: House, jump: timedelta) -> None:
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    house.clock.jumped = jump
    await _watch(house).look()
    await house.settle((0.0, 10.0))
    assert house.provider.delivered == []
    await house.settle((11.0,))
    assert len(house.provider.delivered) == 1
    assert len(_told(house)) == 1


async def test_a_clock_that_goes_two_days_forward_and_back_holds_nothing_up(house: House) -> None:
    watch = _watch(house)
    house.clock.jumped = timedelta(days=2)
    await watch.look()
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    house.clock.jumped = timedelta(days=-2)
    await watch.look()
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    assert card_says(house)["status"] == "pending"
    assert len(_told(house)) == 2


async def test_a_jump_that_was_decided_shifts_nothing_when_its_commit_was_not_answered(house: House) -> None:
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    jumped = ClockJumped(house.clock.now(), timedelta(hours=1))
    await house.step.take(jumped)
    await house.step.take(jumped)
    await house.settle((0.0, 3600.0))
    assert house.provider.delivered == []
    await house.settle((25.0,))
    assert len(house.provider.delivered) == 1


async def test_a_start_with_a_clock_before_the_last_note_sets_right_what_is_due(house: House) -> None:
    house.homeserver.happens(says("!reply Bonjour", thread=card_of(house)))
    await house.settle((0.0,))
    await _watch(house).look()
    await house.close()
    house.clock.forward(-3600.0)
    await house.open()
    await _watch(house).begin()
    await house.settle((0.0, 10.0))
    assert house.provider.delivered == []
    await house.settle((30.0,))
    assert len(house.provider.delivered) == 1
    assert len(_told(house)) == 1


def test_a_process_with_a_right_clock_takes_over_from_one_that_was_an_hour_ahead() -> None:
    clock: Clock = FakeClock()
    now = clock.now()
    before = ClockMark(now + timedelta(hours=1, seconds=-30), now - timedelta(seconds=30))
    assert jump_between(before, ClockMark(now, now)) == timedelta(hours=-1)
    assert jump_between(ClockMark(now, now), ClockMark(now + timedelta(days=3), now + timedelta(days=3))) is None
    assert jump_between(ClockMark(now, None), ClockMark(now + timedelta(days=3), None)) is None
    assert jump_between(None, ClockMark(now, now)) is None


async def test_the_note_is_written_at_each_look(house: House) -> None:
    await _watch(house).look()
    async with house.step.database.read() as tx:
        noted = await clock_mark.noted(tx)
    assert noted is not None
    assert abs(house.clock.now() - noted.process) < timedelta(seconds=1)


async def test_a_disk_that_takes_nothing_is_an_outage_though_the_database_takes_its_note(house: House) -> None:
    outages = Outages(house.step)
    watch = ClockWatch(house.step, outages, house.marks)
    in_the_way = house.marks.folder / "run-mark.new"
    in_the_way.mkdir()
    await watch.look()
    house.clock.forward(61.0)
    await watch.look()
    assert outages.reason(DATABASE) == "disk: EISDIR"
    in_the_way.rmdir()
    await watch.look()
    await house.settle((0.0,))
    assert outages.problems() == ()
    told = [str(p.content["body"])[:1] for p in house.homeserver.posted if p.room == CONFIG]
    assert told[-2:] == ["🔴", "🟢"]
