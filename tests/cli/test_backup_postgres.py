"""`postroom backup` and `postroom restore` of a PostgreSQL database: one transaction, and nothing is deleted."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bot.demo.servers.postgres import own_database
from bot.domain.ids import MessageRow
from bot.domain.traces import Mark
from storage import copies, dumps, mails, runs
from storage.database import Database
from tests.cli.test_backup import NOW, Desk
from tests.storage.made import mail

pytestmark = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="the client programs are not here")

WORDS = "A long line\twith \\. and é\n" * 9000 + "x" * 300_000


@pytest.fixture
async def desk(tmp_path: Path, own_postgres: str) -> Desk:
    one = Desk(tmp_path)
    one.uses(own_postgres)
    await writes(own_postgres, 7)
    return one


@pytest.fixture
async def empty(postgres_url: str) -> AsyncIterator[str]:
    async with own_database(postgres_url, f"postroom_empty_{os.getpid()}") as url:
        yield url


async def writes(url: str, beat: int) -> None:
    database = await Database.open(url)
    try:
        async with database.write() as tx:
            await runs.set_mark(tx, Mark(beat, NOW))
    finally:
        await database.close()


async def reads(url: str) -> Mark | None:
    database = await Database.open(url)
    try:
        async with database.read() as tx:
            return await runs.mark(tx)
    finally:
        await database.close()


async def aside(url: str) -> list[str]:
    """The schemas of tables that were moved aside."""
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replaced%' ORDER BY 1")
        return [str(one["nspname"]) for one in found]
    finally:
        await connection.close()


async def test_it_goes_into_an_empty_database_and_says_that_it_was_put_back(desk: Desk, empty: str) -> None:
    await asyncio.to_thread(desk.saves)
    desk.uses(empty)

    status, said = await asyncio.to_thread(desk.restores)

    assert status == 0, said
    assert await reads(empty) == Mark(-1, NOW)


async def test_one_that_is_not_empty_is_replaced_only_where_that_is_asked_for(desk: Desk, own_postgres: str) -> None:
    await asyncio.to_thread(desk.saves)
    await writes(own_postgres, 8)

    status, said = await asyncio.to_thread(desk.restores)

    assert (status, "--replace" in said) == (1, True)
    assert (await reads(own_postgres), await aside(own_postgres)) == (Mark(8, NOW), [])


async def test_replaced_tables_lie_aside_and_are_in_no_later_backup(desk: Desk, own_postgres: str, empty: str) -> None:
    await asyncio.to_thread(desk.saves)
    await writes(own_postgres, 8)

    for _ in range(2):
        status, said = await asyncio.to_thread(desk.restores, "--replace")
        assert status == 0, said

    assert await reads(own_postgres) == Mark(-1, NOW)
    first, second = await aside(own_postgres)
    connection = await asyncpg.connect(own_postgres)
    try:
        kept = await connection.fetchval(f"SELECT value FROM {first}.instance WHERE name = 'run_mark'")
    finally:
        await connection.close()
    assert ('"beat": 8' in kept, first < second) == (True, True)
    await asyncio.to_thread(desk.saves)
    desk.uses(empty)
    assert (await asyncio.to_thread(desk.restores))[0] == 0
    assert await aside(empty) == []


async def test_a_dump_that_breaks_off_changes_nothing(desk: Desk, own_postgres: str, tmp_path: Path) -> None:
    await asyncio.to_thread(desk.saves)
    (dump,) = desk.backup.glob("database-*.dump")
    torn = tmp_path / "torn.dump"
    torn.write_bytes(dump.read_bytes()[:-2000])
    await writes(own_postgres, 8)

    with pytest.raises(dumps.ProgramFailed):
        await dumps.loaded(own_postgres, torn, name="now")

    assert (await reads(own_postgres), await aside(own_postgres)) == (Mark(8, NOW), [])


async def test_a_restore_that_dies_before_its_end_changes_nothing(
    desk: Desk, own_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(desk.saves)
    (dump,) = desk.backup.glob("database-*.dump")
    await writes(own_postgres, 8)
    # All of the dump is read, and the mark is not written yet.
    programs = tmp_path / "programs"
    programs.mkdir()
    real = shutil.which("pg_restore")
    (programs / "pg_restore").write_text(f'#!/bin/sh\n{real} "$@"\nexit 3\n')
    (programs / "pg_restore").chmod(0o700)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    with pytest.raises(dumps.ProgramFailed):
        await dumps.loaded(own_postgres, dump, name="now")

    assert (await reads(own_postgres), await aside(own_postgres)) == (Mark(8, NOW), [])


@pytest.mark.parametrize(
    "changed",
    [
        "\\! touch {evil}",
        "SELECT 1; \\! touch {evil}",
        "COPY alembic_version (version_num) FROM PROGRAM 'touch {evil}';",
    ],
)
async def test_a_dump_that_somebody_changed_gives_this_machine_no_orders(
    own_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    evil, programs = tmp_path / "evil", tmp_path / "programs"
    programs.mkdir()
    (programs / "pg_restore").write_text(f"#!/bin/sh\ncat <<'EOT'\n{changed.format(evil=evil)}\nEOT\n")
    (programs / "pg_restore").chmod(0o700)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    await writes(own_postgres, 8)

    with pytest.raises(dumps.ProgramFailed):
        await dumps.loaded(own_postgres, tmp_path / "dump", name="now")

    assert (evil.exists(), await reads(own_postgres), await aside(own_postgres)) == (False, Mark(8, NOW), [])


async def test_nothing_is_replaced_under_a_bot_that_runs_elsewhere(desk: Desk, own_postgres: str) -> None:
    await asyncio.to_thread(desk.saves)
    running = await Database.open(own_postgres)
    try:
        async with running.read() as tx:
            await runs.mark(tx)
        # Its connection is open.
        status, said = await asyncio.to_thread(desk.restores, "--replace")
    finally:
        await running.close()

    assert (status, "stop it first" in said) == (69, True)
    assert await aside(own_postgres) == []


async def test_long_words_come_back_and_files_that_are_nowhere_are_counted(
    desk: Desk, own_postgres: str, empty: str
) -> None:
    database = await Database.open(own_postgres)
    try:
        async with database.write() as tx:
            for row in range(1, 4):
                await mails.add(tx, mail(row, raw=f"{row % 2:064x}", text=WORDS))
    finally:
        await database.close()
    assert [one async for one in copies.files_named(own_postgres)] == [f"{n:064x}" for n in (1, 0, 1)]
    with pytest.raises(AssertionError, match="2 files that mails are made of"):
        await asyncio.to_thread(desk.saves)
    desk.uses(empty)

    status, said = await asyncio.to_thread(desk.restores)

    assert (status, "2 files that mails are made of" in said) == (0, True)
    database = await Database.open(empty)
    try:
        async with database.read() as tx:
            found = await mails.get(tx, MessageRow(3))
    finally:
        await database.close()
    assert found is not None and found.text == WORDS
