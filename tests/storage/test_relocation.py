"""A database moves to the other kind and back, whole or not at all, and never is served in two places."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text

from bot.demo.servers.postgres import own_database
from bot.domain.traces import Mark
from storage import leases, outbox, relocation, runs
from storage.connecting import driver_url, engine_of
from storage.database import Database, Fence
from storage.faults import LeaseLost, Moved, StorageAway, UnknownDatabase
from storage.relocation import InUse, NoDatabase, NotEmpty, OlderDatabase, relocate, take_back
from storage.rows import NotTheSame, copied
from storage.schema import metadata
from tests.fakes.migrated import migrated
from tests.storage import filled
from tests.storage.made import NOW, planned
from tests.storage.test_migrations import made

FEW = range(1, 4)
MANY = {name: range(4, 231) for name in ("mails", "followers", "tallies", "mail_references", "sought_words")}
"""So many that they fill more than a page."""


T = TypeVar("T")


def silent(_table: str, _done: int, _of: int) -> None:
    pass


async def within(url: str, act: Callable[[Connection], T]) -> T:
    engine = engine_of(driver_url(url))
    try:
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                await connection.execute(text("BEGIN"))
            done = await connection.run_sync(act)
            await connection.commit()
            return done
    finally:
        await engine.dispose()


async def rows(url: str) -> filled.Rows:
    return await within(url, filled.rows)


def without_marks(found: filled.Rows) -> filled.Rows:
    """A move marks the database that it leaves, and ends every term there."""
    instance = [row for row in found["instance"] if row["name"] != "moved_to"]
    counters = [row for row in found["counters"] if not row["name"].startswith("term:")]
    return {**found, "instance": instance, "counters": counters}


async def is_served(url: str) -> bool:
    try:
        database = await Database.open(url, migrate=False)
    except Moved:
        return False
    await database.close()
    return True


@asynccontextmanager
async def empty_postgres(server: str) -> AsyncIterator[str]:
    async with own_database(server, f"postroom_moved_{os.getpid()}") as one:
        yield one


@pytest.fixture
async def filled_url(tmp_path: Path) -> str:
    """A SQLite database with rows in every table, some of which fill more than a page."""
    url = await migrated(tmp_path / "old.db")
    await within(url, lambda connection: filled.fill(connection, FEW, MANY))
    return url


async def test_every_row_of_every_table_goes_to_the_other_kind_and_comes_back(
    filled_url: str, postgres_url: str, tmp_path: Path
) -> None:
    before = await rows(filled_url)
    assert {name for name, kept in before.items() if kept} == set(metadata.tables)
    back = f"sqlite:///{tmp_path / 'back.db'}"

    async with empty_postgres(postgres_url) as there:
        told: list[tuple[str, int, int]] = []
        count = await relocate(filled_url, there, lambda *one: told.append(one))
        assert await rows(there) == before
        await relocate(there, back, silent)

    assert await rows(back) == before
    assert count == sum(len(kept) for kept in before.values())
    assert {name for name, done, of in told if done == of} == set(metadata.tables)
    assert (tmp_path / "back.db").stat().st_mode & 0o077 == 0
    assert without_marks(await rows(filled_url)) == without_marks(before)


async def test_numbers_that_were_given_are_not_given_again_though_their_rows_are_gone(
    postgres_url: str, tmp_path: Path
) -> None:
    url, back = await migrated(tmp_path / "old.db"), f"sqlite:///{tmp_path / 'back.db'}"

    async def plans(url: str) -> int:
        database = await Database.open(url)
        async with database.write() as tx:
            (id,) = [await outbox.add(tx, planned(), NOW)]
        await database.close()
        return int(id)

    def forget(connection: Connection) -> None:
        connection.execute(text("DELETE FROM outbox"))

    assert [await plans(url) for _ in range(3)] == [1, 2, 3]
    await within(url, forget)
    async with empty_postgres(postgres_url) as there:
        await relocate(url, there, silent)
        assert await plans(there) == 4
        await within(there, forget)
        await relocate(there, back, silent)
    assert await plans(back) == 5


async def test_a_nul_that_a_homeserver_put_into_a_name_does_not_hold_up_the_move(
    postgres_url: str, tmp_path: Path
) -> None:
    url = await migrated(tmp_path / "old.db")

    def put(connection: Connection) -> None:
        connection.execute(text("INSERT INTO encrypted_rooms (room) VALUES (:room)"), {"room": "!a\x00b"})

    await within(url, put)
    async with empty_postgres(postgres_url) as there:
        await relocate(url, there, silent)
        assert (await rows(there))["encrypted_rooms"] == [{"room": "!a\ufffdb"}]


class Crash(Exception):
    pass


@pytest.mark.parametrize("after", [1, 20, len(metadata.tables) - 1, len(metadata.tables) + 5])
async def test_a_move_that_is_broken_off_leaves_the_source_good_and_is_begun_again(
    filled_url: str, postgres_url: str, after: int
) -> None:
    left = [after]

    def breaks(_table: str, _done: int, _of: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise Crash

    before = await rows(filled_url)
    async with empty_postgres(postgres_url) as there:
        with pytest.raises(Crash):
            await relocate(filled_url, there, breaks)
        assert not await is_served(there)
        assert await rows(filled_url) == before

        await relocate(filled_url, there, silent)

        assert await rows(there) == before
        assert await is_served(there)
        assert not await is_served(filled_url)


async def test_between_the_two_marks_neither_is_served_and_the_move_is_ended_by_the_same_command(
    filled_url: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(_connection: object) -> int:
        raise Crash

    before = await rows(filled_url)
    async with empty_postgres(postgres_url) as there:
        with monkeypatch.context() as patched:
            patched.setattr(relocation, "_serve", dies)
            with pytest.raises(Crash):
                await relocate(filled_url, there, silent)
        assert (await is_served(filled_url), await is_served(there)) == (False, False)

        await relocate(filled_url, there, silent)

        assert (await is_served(filled_url), await is_served(there)) == (False, True)
        assert {**await rows(there), "instance": before["instance"]} == before


@pytest.mark.parametrize("after", [5, len(metadata.tables) + 5])
async def test_a_process_that_is_killed_on_the_way_leaves_the_source_good(
    filled_url: str, tmp_path: Path, after: int
) -> None:
    target = f"sqlite:///{tmp_path / 'new.db'}"
    before = await rows(filled_url)
    lines = f"""
import asyncio, os, signal
from storage.relocation import relocate
told = []
def tell(*one):
    told.append(one)
    if len(told) == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(relocate({filled_url!r}, {target!r}, tell))
"""
    killed = subprocess.run([sys.executable, "-c", lines], timeout=60, check=False)  # noqa: ASYNC221
    assert killed.returncode == -signal.SIGKILL
    assert not await is_served(target)
    assert await rows(filled_url) == before

    await relocate(filled_url, target, silent)

    assert await rows(target) == before


async def test_a_row_that_is_changed_on_the_way_is_found(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"sqlite:///{tmp_path / 'new.db'}"
    write = copied

    async def spoils(old: object, new: object, tell: object) -> int:
        count = await write(old, new, tell)  # type: ignore[arg-type]
        await new.execute(text("UPDATE mails SET folder = 'Elsewhere' WHERE row = 230"))  # type: ignore[attr-defined]
        return count

    monkeypatch.setattr(relocation, "copied", spoils)
    with pytest.raises(NotTheSame) as found:
        await relocate(filled_url, target, silent)
    assert found.value.table == "mails"
    assert (await is_served(filled_url), await is_served(target)) == (True, False)


async def test_who_serves_on_though_it_was_left_commits_nothing_and_begins_no_term(url: str, tmp_path: Path) -> None:
    serving = await Database.open(url)
    async with serving.write() as tx:
        number = await leases.acquire(tx, "bot", "it", 60.0)
    assert number is not None
    serving.fence = Fence(leases.fence_name("bot"), number)
    # Cut off from its server, and back later.
    await serving._engine.dispose()

    await relocate(url, f"sqlite:///{tmp_path / 'new.db'}", silent)

    with pytest.raises(LeaseLost):
        async with serving.write() as tx:
            await outbox.add(tx, planned(), NOW)
    serving.fence = None
    with pytest.raises(Moved):
        async with serving.write() as tx:
            await leases.acquire(tx, "bot", "another", 60.0)
    await serving.close()


async def test_a_database_is_not_moved_from_under_another_process(own_postgres: str, tmp_path: Path) -> None:
    serving = await Database.open(own_postgres)
    with pytest.raises(InUse):
        await relocate(own_postgres, f"sqlite:///{tmp_path / 'new.db'}", silent)
    await serving.close()


async def test_nobody_writes_into_a_database_that_is_being_moved(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)
    other = await Database.open(filled_url)
    refused: list[str] = []

    async def writes() -> None:
        async with other.write():
            pass

    write = copied

    async def meanwhile(old: object, new: object, tell: object) -> int:
        with pytest.raises(StorageAway) as away:
            await writes()
        refused.append(str(away.value))
        return await write(old, new, tell)  # type: ignore[arg-type]

    monkeypatch.setattr(relocation, "copied", meanwhile)
    await relocate(filled_url, f"sqlite:///{tmp_path / 'new.db'}", silent)
    await other.close()
    assert len(refused) == 1


async def test_what_was_left_is_served_again_when_it_is_taken_back_and_looks_what_was_done_since(
    tmp_path: Path,
) -> None:
    url, target = await migrated(tmp_path / "old.db"), f"sqlite:///{tmp_path / 'new.db'}"
    database = await Database.open(url)
    async with database.write() as tx:
        await runs.set_mark(tx, Mark(7, NOW))
    await database.close()
    assert not await take_back(url)
    await relocate(url, target, silent)

    assert await take_back(url)

    database = await Database.open(url)
    async with database.read() as tx:
        assert await runs.mark(tx) == Mark(-1, NOW)
    await database.close()


@pytest.mark.parametrize("what", ["another bot's", "somebody else's", "no database", "the same", "what was left"])
async def test_a_target_that_is_not_empty_is_refused_and_left_alone(filled_url: str, tmp_path: Path, what: str) -> None:
    file = tmp_path / "new.db"
    target = f"sqlite:///{file}"
    match what:
        case "another bot's":
            await (await Database.open(target)).close()
            await within(target, lambda connection: filled.fill(connection, [2]))
        case "somebody else's":
            await within(target, lambda connection: connection.execute(text("CREATE TABLE instance (n INTEGER)")))
        case "no database":
            file.write_bytes(b"a letter")
        case "the same":
            target = filled_url.replace("/old.db", "/../" + tmp_path.name + "/old.db")
        case _:
            await relocate(filled_url, target, silent)
            filled_url, target = target, filled_url
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.suffix == ".db"}

    with pytest.raises(NotEmpty):
        await relocate(filled_url, target, silent)

    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.suffix == ".db"} == before
    assert await is_served(filled_url)


async def test_a_database_that_only_has_tables_is_filled(filled_url: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'new.db'}"
    await (await Database.open(target)).close()

    await relocate(filled_url, target, silent)

    assert without_marks(await rows(target)) == without_marks(await rows(filled_url))


async def test_a_database_of_another_version_is_not_moved(tmp_path: Path) -> None:
    older, newer = f"sqlite:///{tmp_path / 'older.db'}", await migrated(tmp_path / "newer.db")
    target = tmp_path / "new.db"
    await (await made(older, version="0020")).dispose()
    await within(newer, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    for url, refused in ((older, OlderDatabase), (newer, UnknownDatabase), (f"sqlite:///{tmp_path}/no.db", NoDatabase)):
        with pytest.raises(refused):
            await relocate(url, f"sqlite:///{target}", silent)
    assert not target.exists()
