"""A house on PostgreSQL, in which one mail has come."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.fakes.house import House
from tests.fakes.looking import NOW
from tests.fakes.writing import mail


@pytest_asyncio.fixture
async def house(tmp_path: Path, own_postgres: str) -> AsyncIterator[House]:
    one = House(tmp_path, url=own_postgres)
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()
