"""Each storage test runs on both databases, in one that is empty and its own."""

import itertools
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bot.demo.servers.postgres import named, own_database
from storage.database import Database
from storage.schema import metadata
from tests.fakes.migrated import migrated

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def postgres_in_turn(postgres_url: str, postgres_template: str) -> AsyncIterator[tuple[str, str]]:
    """The server's URL, and the name of a migrated database on it, which one test after another has for itself."""
    name = f"postroom_test_{os.getpid()}"
    async with own_database(postgres_url, name, template=postgres_template):
        yield postgres_url, name


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> tuple[str, str] | None:
    """On PostgreSQL, where this test's database comes from."""
    found: tuple[str, str] | None = None
    if request.param == "postgresql":
        found = request.getfixturevalue("postgres_in_turn")
    return found


@pytest.fixture
async def url(template: tuple[str, str] | None, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated and empty database that no other test uses at the same time."""
    if template is None:
        yield await migrated(tmp_path / "test.db")
        return
    server, name = template
    yield named(server, name)
    await _empty(named(server, name))


@pytest.fixture
async def empty_url(template: tuple[str, str] | None, tmp_path: Path) -> AsyncIterator[str]:
    """A database without tables."""
    if template is None:
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server, original = template
    async with own_database(server, f"{original}_{next(_numbers)}") as one:
        yield one


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An open database of the test's own."""
    opened = await Database.open(url, migrate=False)
    try:
        yield opened
    finally:
        await opened.close()


async def _empty(url: str) -> None:
    """Delete every row, which is a hundred times faster than a new database; whoever is still connected is cut off."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.execute("; ".join(f'DELETE FROM "{table}"' for table in metadata.tables))
        await connection.execute("INSERT INTO counters (name, next) VALUES ('settings', 1)")
        await connection.execute(
            "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences"
            " WHERE schemaname = current_schema()"
        )
    finally:
        await connection.close()
