"""A database of PostgreSQL orders text as its language does, and nothing here hangs on that."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from bot.demo.servers.postgres import own_database
from storage import timers
from storage.database import Database
from tests.storage.made import NOW


@pytest_asyncio.fixture(params=["fr-FR", "en-US"])
async def of_language(postgres_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    connection = await asyncpg.connect(postgres_url)
    version = connection.get_server_version().major
    await connection.close()
    if version < 15:
        pytest.skip("takes PostgreSQL 15")
    name = f"postroom_language_{os.getpid()}"
    async with own_database(postgres_url, name, language=request.param) as url:
        database = await Database.open(url, migrate=True)
        yield database
        await database.close()


async def test_timers_of_a_kind_are_found(of_language: Database) -> None:
    names = ("notice:7:@bob:localhost", "notice:12:@bob:localhost", "noticed:7", "notic:7", "Notice:7")
    async with of_language.write() as tx:
        for name in names:
            await timers.set(tx, name, NOW)
    async with of_language.read() as tx:
        assert set(await timers.of_kind(tx, "notice")) == set(names[:2])
        found = await timers.of_kind_ending(tx, "notice", ":@bob:localhost", 10)
        assert {name for name, _ in found} == set(names[:2])
