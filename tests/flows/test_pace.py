"""A homeserver that answers at once, again and again, is asked a bounded number of times; an honest one at once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from bot.flows.pump.chat import ChatPump
from bot.flows.pump.pace import Pace
from bot.ports import SyncBatch, Unavailable
from tests.fakes.chat import FakeChat
from tests.fakes.house import House
from tests.fakes.writing import says


def _asked_in(seconds: float, *, moved: bool, had_inputs: bool, took: float = 0.001) -> int:
    """How often a server that always answers like this is asked."""
    pace, at, asked = Pace(), 0.0, 0
    while at < seconds:
        asked += 1
        at += took
        at += pace.pause(at=at, took=took, moved=moved, had_inputs=had_inputs)
    return asked


def test_a_server_that_answers_at_once_without_news_is_asked_ever_more_seldom() -> None:
    pace = Pace()
    pauses = [pace.pause(at=0.0, took=0.01, moved=False, had_inputs=False) for _ in range(8)]
    assert pauses == sorted(pauses)
    assert pauses[0] > 0
    assert 2.0 <= pauses[-1] <= 10.0
    assert _asked_in(600.0, moved=False, had_inputs=False) < 170


def test_nor_is_one_asked_on_and_on_that_tells_the_same_again() -> None:
    assert _asked_in(600.0, moved=False, had_inputs=True) < 170


def test_one_that_waits_as_it_was_asked_to_is_asked_again_at_once() -> None:
    pace = Pace()
    assert [pace.pause(at=30.0 * n, took=30.0, moved=False, had_inputs=False) for n in range(5)] == [0.0] * 5


def test_news_end_the_pauses() -> None:
    pace = Pace()
    for _ in range(5):
        pace.pause(at=0.0, took=0.01, moved=False, had_inputs=False)
    assert pace.pause(at=1.0, took=0.01, moved=True, had_inputs=True) == 0.0


def test_a_few_answers_without_anything_for_us_are_followed_by_a_pause() -> None:
    """Our own events that come back by sync do not take the homeserver's time from those that we post."""
    pace = Pace()
    pauses = [pace.pause(at=float(n), took=0.1, moved=True, had_inputs=False) for n in range(5)]
    assert pauses[:2] == [0.0, 0.0]
    assert all(0 < pause <= 0.5 for pause in pauses[2:])
    assert pace.pause(at=6.0, took=0.1, moved=True, had_inputs=True) == 0.0


def test_what_somebody_does_is_taken_at_once_and_an_endless_stream_of_it_is_taken_together() -> None:
    pace = Pace()
    assert [pace.pause(at=0.01 * n, took=0.01, moved=True, had_inputs=True) for n in range(15)] == [0.0] * 15
    assert _asked_in(60.0, moved=True, had_inputs=True) <= 60 * 5 + 21
    # A team of quick people is below that.
    assert _asked_in(60.0, moved=True, had_inputs=True, took=0.25) >= 60 * 4


@dataclass
class Restless(FakeChat):
    """Answers at once, as `answer` says."""

    answer: Callable[[int], SyncBatch] = lambda number: SyncBatch("same", ())
    asked: int = 0

    async def sync(
        self, since: str | None, *, timeout: float, memory: datetime | None = None, with_own: bool = False
    ) -> SyncBatch:
        self.asked += 1
        await asyncio.sleep(0)
        return self.answer(self.asked)


async def test_whether_something_is_lost_is_looked_at_once_a_start_and_after_each_outage(house: House) -> None:
    looks = []

    async def looks_at() -> None:
        looks.append(chat.asked)

    def answer(number: int) -> SyncBatch:
        if number == 4:
            raise Unavailable("matrix", "unreachable")
        return SyncBatch(f"s{number}", ())

    chat = Restless(house.homeserver, answer=answer)
    pump = ChatPump(
        chat,
        house.step,
        house.deliver.outages,
        "DEVICE",
        lambda room: None,
        lambda room: None,
        lambda: None,
        returned=looks_at,
    )
    await pump.begin()
    running = asyncio.create_task(pump.run())
    async with asyncio.timeout(30):
        while chat.asked < 6:
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.wait({running})
    assert looks == [1, 5]


@pytest.mark.parametrize(
    "answer",
    [
        lambda number: SyncBatch("same", ()),
        lambda number: SyncBatch(f"s{number}", ()),
        lambda number: SyncBatch("same", (says("again"),)),
        lambda number: SyncBatch(f"s{number}", (says("more"),)),
    ],
    ids=["the same and nothing", "on and nothing", "the same and something", "on and something"],
)
async def test_the_pump_asks_a_restless_homeserver_a_few_times_a_second(
    house: House, answer: Callable[[int], SyncBatch]
) -> None:
    chat = Restless(house.homeserver, answer=answer)
    pump = ChatPump(
        chat, house.step, house.deliver.outages, "DEVICE", lambda room: None, lambda room: None, lambda: None
    )
    running = asyncio.create_task(pump.run())
    await asyncio.wait({running}, timeout=1.5)
    running.cancel()
    await asyncio.wait({running})
    assert 0 < chat.asked < 35
