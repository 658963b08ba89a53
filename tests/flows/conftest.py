"""A house with one mail in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.fakes.house import House
from tests.fakes.looking import NOW
from tests.fakes.writing import mail


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()
