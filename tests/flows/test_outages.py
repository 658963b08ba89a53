"""What people are told of servers that are away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.domain.ids import MailboxId
from bot.flows.keep.outages import Outages, Service
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


async def test_a_short_outage_is_nobody_s_business(house: House) -> None:
    outages = Outages(house.step)
    await _everything(house, outages, is_away=True)
    house.clock.forward(30.0)
    await _everything(house, outages, is_away=True)
    await _everything(house, outages, is_away=False)

    assert _told(house) == 0
