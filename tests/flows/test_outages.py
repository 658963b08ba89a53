"""What people are told of servers that are away."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.domain.ids import MailboxId
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.keep.outages import Outages, Service
from storage import condition
from tests.fakes.chat import CONFIG
from tests.fakes.house import House

_MAILBOX = MailboxId("contact@asso.example")
_PARTS = tuple(Service("imap", _MAILBOX, part) for part in ("INBOX", "Sent", "server"))


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    yield one
    await one.close()


def _told(house: House) -> int:
    return len([posted for posted in house.homeserver.posted if posted.room == CONFIG])


async def _everything(house: House, outages: Outages, *, is_away: bool) -> None:
    for part in _PARTS:
        if is_away:
            await outages.went_away(part, "refused")
        else:
            await outages.came_back(part)
    await house.settle((0.0,))


async def test_a_server_with_three_connections_is_told_once_each_way(house: House) -> None:
    outages = Outages(house.step)
    await _everything(house, outages, is_away=True)
    assert _told(house) == 0

    house.clock.forward(61.0)
    await _everything(house, outages, is_away=True)
    await _everything(house, outages, is_away=True)
    assert _told(house) == 1

    await _everything(house, outages, is_away=False)
    assert _told(house) == 2


async def test_both_ends_are_told_once_though_the_bot_was_started_anew_between(house: House) -> None:
    async def goes_on_away() -> Outages:
        outages = Outages(house.step)
        for part in _PARTS:
            outages.expect(part)
        await _everything(house, outages, is_away=True)
        house.clock.forward(61.0)
        await _everything(house, outages, is_away=True)
        return outages

    await goes_on_away()
    assert _told(house) == 1
    # Started anew: people know.
    outages = await goes_on_away()
    assert _told(house) == 1
    # And once more, just before its end.
    outages = Outages(house.step)
    for part in _PARTS:
        outages.expect(part)
    await outages.came_back(_PARTS[0])
    await house.settle((0.0,))
    assert _told(house) == 1
    await _everything(house, outages, is_away=False)
    assert _told(house) == 2
    await _everything(house, Outages(house.step), is_away=False)
    assert _told(house) == 2


async def test_a_password_that_is_refused_is_told_in_an_outage_as_well(house: House) -> None:
    outages = Outages(house.step)
    await outages.went_away(_PARTS[0], "refused")
    house.clock.forward(61.0)
    await outages.went_away(_PARTS[0], "refused")
    again = Outages(house.step)
    await again.went_away(_PARTS[0], "credentials")
    await house.settle((0.0,))
    assert _told(house) == 2


async def test_a_short_outage_is_nobody_s_business(house: House) -> None:
    outages = Outages(house.step)
    await _everything(house, outages, is_away=True)
    house.clock.forward(30.0)
    await _everything(house, outages, is_away=True)
    await _everything(house, outages, is_away=False)

    assert _told(house) == 0


async def test_a_mailbox_that_is_served_anew_in_its_outage_ends_it_and_the_next_is_told(house: House) -> None:
    """As after a new password, or a pause."""
    outages = Outages(house.step)
    for _ in range(2):
        for part in _PARTS:
            outages.expect(part)
        await _everything(house, outages, is_away=False)
        await outages.went_away(_PARTS[0], "credentials")
        outages.forget_mailbox(_MAILBOX)
        for part in _PARTS:
            outages.expect(part)
        await _everything(house, outages, is_away=False)
    assert _told(house) == 4


async def test_an_outage_of_a_mailbox_that_was_removed_is_not_taken_for_that_of_a_later_one(house: House) -> None:
    settings = house.step.settings
    whole = settings.file
    await Outages(house.step).went_away(_PARTS[0], "credentials")
    await Housekeeping(house.step).run_once()
    async with house.step.database.read() as tx:
        assert await condition.outage(tx, "imap", _MAILBOX) is not None, "it still stands"
    settings.reload(replace(whole, mailboxes=()))
    await Housekeeping(house.step).run_once()
    settings.reload(whole)
    await Outages(house.step).went_away(_PARTS[0], "credentials")
    await house.settle((0.0,))
    assert _told(house) == 2


async def test_an_outage_of_the_homeserver_is_one_line_once_it_is_back_with_its_time_and_reason(house: House) -> None:
    outages, matrix = Outages(house.step), Service("matrix")
    for _ in range(3):
        await outages.went_away(matrix, "timeout")
        house.clock.forward(61.0)
    await house.settle((0.0,))
    assert _told(house) == 0, "nobody reads it meanwhile, and nothing of it is kept to be posted later"
    await house.close()
    await house.open()
    outages = Outages(house.step)
    outages.expect(matrix)
    await outages.came_back(matrix)
    await house.settle((0.0,))
    (line,) = [str(p.content["body"]) for p in house.homeserver.of_kind("notice") if p.room == CONFIG]
    assert "homeserver was away from" in line and "(no answer in time)" in line
    await outages.came_back(matrix)
    await house.settle((0.0,))
    assert len([p for p in house.homeserver.of_kind("notice") if p.room == CONFIG]) == 1
