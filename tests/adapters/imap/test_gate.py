"""A few logins at a time go to one server, in order, and one failure is known to all who wait."""

import asyncio
from contextlib import suppress

import pytest

from bot.adapters.imap.gate import Gate
from bot.ports import Unavailable


class Logins:
    """So many connections that come at once; each ends when it is told to."""

    def __init__(self, gate: Gate, several: int) -> None:
        self.inside: list[int] = []
        self.most = 0
        self.ends = [asyncio.get_running_loop().create_future() for _ in range(several)]
        self.tasks = [asyncio.create_task(self._come(gate, number)) for number in range(several)]

    async def _come(self, gate: Gate, number: int) -> None:
        async with gate.passing():
            self.inside.append(number)
            self.most = max(self.most, len(self.inside))
            try:
                await self.ends[number]
            finally:
                self.inside.remove(number)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_than_a_few_are_under_way_and_each_gets_its_turn_in_order() -> None:
    logins = Logins(Gate(3), 10)
    for number in range(10):
        await settled()
        assert logins.inside == list(range(number, min(number + 3, 10)))
        logins.ends[number].set_result(None)
    await asyncio.gather(*logins.tasks)
    assert logins.most == 3


async def test_that_the_server_is_away_is_known_to_all_who_wait_after_one_look() -> None:
    gate = Gate(3)
    logins = Logins(gate, 300)
    await settled()
    logins.ends[0].set_exception(Unavailable("imap", "timeout"))
    await settled()
    found = [task.exception() for task in logins.tasks if task.done()]
    assert len(found) == 298 and {str(one) for one in found} == {"imap: timeout"}
    later = Logins(gate, 1)
    await settled()
    assert later.inside == [0], "the place of who found it is free"
    for task in (*logins.tasks, *later.tasks):
        task.cancel()
    await asyncio.gather(*logins.tasks, *later.tasks, return_exceptions=True)


async def test_a_trouble_of_one_mailbox_sends_nobody_away() -> None:
    logins = Logins(Gate(1), 2)
    await settled()
    logins.ends[0].set_exception(Unavailable("imap", "login_refused_for_now"))
    await settled()
    assert logins.inside == [1]
    logins.ends[1].set_result(None)
    with pytest.raises(Unavailable):
        await logins.tasks[0]
    await logins.tasks[1]


async def test_who_goes_while_waiting_or_in_the_moment_of_the_turn_takes_no_place_along() -> None:
    gate = Gate(1)
    logins = Logins(gate, 4)
    await settled()
    logins.tasks[1].cancel()
    await settled()
    logins.ends[0].set_result(None)
    # The first one leaves, the third one's turn has come, and it is cancelled before it runs.
    await asyncio.sleep(0)
    logins.tasks[2].cancel()
    await settled()
    assert logins.inside == [3]
    logins.ends[3].set_result(None)
    await settled()
    last = Logins(gate, 1)
    await settled()
    assert last.inside == [0]
    last.ends[0].set_result(None)
    for task in (*logins.tasks, *last.tasks):
        with suppress(asyncio.CancelledError):
            await task
