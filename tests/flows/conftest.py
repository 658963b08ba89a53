"""A house with one mail in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, happens
from tests.fakes.upgrading import NEW, made, upgraded
from tests.fakes.writing import mail, says


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()


@pytest_asyncio.fixture
async def moved(house: House) -> AsyncIterator[House]:
    """The house with its room followed to the new one; conversation 1 is active."""
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW
    yield house
