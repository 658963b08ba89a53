# ruff: noqa: PT012 - it is the block of a transaction that raises
"""Transactions: what is committed, who waits for whom, and what is said when the database is away."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from sqlalchemy import text

import storage.database
from bot.demo.servers.proxy import TcpProxy
from storage import conversations, seen
from storage.database import Conflict, Database, StorageAway
from tests.storage.made import NOW, conversation, later


async def test_a_block_that_ends_is_committed(database: Database) -> None:
    async with database.write() as tx:
        await seen.mark_seen(tx, "event:$a", NOW)

    async with database.read() as tx:
        assert await seen.was_seen(tx, "event:$a")


async def test_an_exception_takes_everything_back(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
            raise RuntimeError

    async with database.write() as tx:
        assert not await seen.was_seen(tx, "event:$a")


async def test_a_taken_key_is_a_conflict_and_takes_everything_back(database: Database) -> None:
    async with database.write() as tx:
        await seen.mark_seen(tx, "event:$a", NOW)

    with pytest.raises(Conflict):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$b", NOW)
            await seen.mark_seen(tx, "event:$a", NOW)

    async with database.read() as tx:
        assert not await seen.was_seen(tx, "event:$b")


async def test_a_reader_sees_the_last_commit_and_does_not_wait_for_the_writer(database: Database) -> None:
    async with database.write() as writer:
        await seen.mark_seen(writer, "event:$a", NOW)
        async with asyncio.timeout(20), database.read() as reader:
            assert not await seen.was_seen(reader, "event:$a")


async def test_a_snapshot_does_not_change_while_it_is_read(database: Database) -> None:
    async with database.read() as reader:
        assert not await seen.was_seen(reader, "event:$a")
        async with database.write() as writer:
            await seen.mark_seen(writer, "event:$a", NOW)
        assert not await seen.was_seen(reader, "event:$a")


async def test_a_snapshot_cannot_be_written(database: Database) -> None:
    with pytest.raises(AssertionError, match="snapshot"):
        async with database.read() as reader:
            await seen.mark_seen(reader, "event:$a", NOW)


async def test_more_readers_than_connections_take_turns(database: Database) -> None:
    async def read(number: int) -> bool:
        async with database.read() as tx:
            await asyncio.sleep(0)
            return await seen.was_seen(tx, f"event:${number}")

    assert await asyncio.gather(*(read(number) for number in range(40))) == [False] * 40


async def test_writers_of_one_process_all_get_their_turn(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))

    async def count_up() -> None:
        while True:
            try:
                async with database.write() as tx:
                    one = await conversations.get(tx, conversation(1).id)
                    assert one is not None
                    await asyncio.sleep(0)
                    await conversations.save(tx, replace(one, mails=one.mails + 1))
            except Conflict:
                continue
            return

    await asyncio.gather(*(count_up() for _ in range(20)))

    async with database.read() as tx:
        after = await conversations.get(tx, conversation(1).id)
    assert after is not None
    assert (after.mails, after.version) == (21, 21)


async def test_a_cancelled_writer_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(20), database.write() as tx:
        assert not await seen.was_seen(tx, "event:$a")


async def test_a_writer_cancelled_at_its_commit_is_whole_or_not_there(database: Database) -> None:
    for number in range(30):

        async def write(number: int = number) -> None:
            async with database.write() as tx:
                await seen.mark_seen(tx, f"event:$a{number}", NOW)
                await seen.mark_seen(tx, f"event:$b{number}", NOW)

        task = asyncio.create_task(write())
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

        async with asyncio.timeout(20), database.write() as tx:
            assert await seen.was_seen(tx, f"event:$a{number}") == await seen.was_seen(tx, f"event:$b{number}")


async def test_a_slow_change_that_is_cancelled_is_taken_back_too(database: Database) -> None:
    async with database.write() as tx:
        for number in range(2000):
            await seen.mark_seen(tx, f"event:{number}", NOW)

    for steps in range(6):

        async def forget() -> None:
            async with database.write() as tx:
                await seen.forget_before(tx, later(1))
                await asyncio.Event().wait()

        task = asyncio.create_task(forget())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        async with database.write() as tx:
            assert await seen.was_seen(tx, "event:7")


async def test_a_transaction_within_a_transaction_is_refused_where_it_would_wait_for_ever(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has many writers")
    async with database.write():
        with pytest.raises(AssertionError, match="within"):
            async with database.write():
                pass
    async with database.write() as tx:
        await seen.mark_seen(tx, "event:$a", NOW)


async def test_the_token_of_a_database_is_made_once(url: str) -> None:
    first = await Database.open(url, migrate=False)
    async with first.read() as tx:
        token = tx.instance
    await first.close()
    second = await Database.open(url, migrate=False)
    async with second.read() as tx:
        assert tx.instance == token
    await second.close()
    assert token


async def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown database"):
        await Database.open("mysql://localhost/postroom")


# --- SQLite only ----------------------------------------------------------------------------------------------------


async def test_the_file_is_for_its_owner_only_and_its_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "postroom.db"
    database = await Database.open(f"sqlite:///{path}")
    async with database.write() as tx:
        await seen.mark_seen(tx, "event:$a", NOW)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    await database.close()
    assert modes == {0o600}


async def test_every_commit_is_on_the_disk(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/a.db")
    async with database.write() as tx:
        values = [(await tx.all(text(f"PRAGMA {name}")))[0][0] for name in ("journal_mode", "synchronous")]
    await database.close()
    assert values == ["wal", 2]


async def test_a_file_that_another_process_keeps_locked_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/a.db")
    monkeypatch.setattr(storage.database, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageAway):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
    with pytest.raises(StorageAway):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
    other.execute("ROLLBACK")
    other.close()

    async with database.write() as tx:
        await seen.mark_seen(tx, "event:$a", NOW)
    await database.close()


async def test_a_lock_that_ends_in_time_is_waited_for(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/a.db")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)

    task = asyncio.create_task(write())
    for _ in range(3):
        await asyncio.sleep(0)
    assert not task.done()
    other.execute("ROLLBACK")
    other.close()
    await asyncio.wait_for(task, 5)
    await database.close()


async def test_a_full_disk_is_away_and_nothing_is_half_written(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/a.db")
    async with database.write() as tx:
        await tx.run(text("CREATE TABLE ballast (content TEXT)"))
        pages = (await tx.all(text("PRAGMA page_count")))[0][0]
        await tx.all(text(f"PRAGMA max_page_count = {pages + 20}"))

    with pytest.raises(StorageAway):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
            await tx.run(text("INSERT INTO ballast VALUES (:content)"), {"content": "x" * 1_000_000})

    async with database.write() as tx:
        assert not await seen.was_seen(tx, "event:$a")
        await seen.mark_seen(tx, "event:$a", NOW)
    await database.close()


# --- PostgreSQL only ------------------------------------------------------------------------------------------------


async def test_a_lost_connection_is_away_and_the_next_one_works(url: str, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("a file has no connection to lose")
    with pytest.raises(StorageAway):
        async with database.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
            await _end_other_connections(url)
            await seen.mark_seen(tx, "event:$b", NOW)

    async with database.write() as tx:
        assert not await seen.was_seen(tx, "event:$a")
        await seen.mark_seen(tx, "event:$a", NOW)


@pytest.mark.parametrize("is_cut", [False, True])
async def test_what_is_given_up_while_the_server_is_silent_ends(url: str, database: Database, *, is_cut: bool) -> None:
    """The time of a lease is over, and the statement that would have renewed it is never answered."""
    if database.is_sqlite:
        pytest.skip("a file has no connection to lose")
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    async with TcpProxy.started(parts.hostname, parts.port) as proxy:
        far = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{proxy.host}:{proxy.port}")
        remote = await Database.open(urlunsplit(far), migrate=False)
        async with remote.write() as tx:
            await seen.mark_seen(tx, "event:$a", NOW)
        async with asyncio.timeout(15):
            with pytest.raises((TimeoutError, StorageAway)):
                async with asyncio.timeout(0.5), remote.write() as tx:
                    proxy.blackhole()
                    if is_cut:
                        await proxy.cut()
                    await seen.was_seen(tx, "event:$a")
        await proxy.restore()
        await proxy.cut()
        async with remote.write() as tx:
            assert await seen.was_seen(tx, "event:$a")
        await remote.close()


async def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(StorageAway):
        await Database.open("postgresql://nobody@127.0.0.1:1/nothing")


async def test_a_server_that_is_still_starting_is_away() -> None:
    """`cannot_connect_now`"""
    async with _refusing("57P03") as url:
        with pytest.raises(StorageAway):
            await Database.open(url)


async def test_a_server_that_takes_no_such_password_is_not_waited_for() -> None:
    async with _refusing("28P01") as url:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await Database.open(url)


@asynccontextmanager
async def _refusing(state: str) -> AsyncIterator[str]:
    """PostgreSQL, "Message Formats": no to TLS, then an error to the start-up message."""
    fields = f"SFATAL\0VFATAL\0C{state}\0Mno\0\0".encode()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while size := await reader.read(4):
            message = await reader.readexactly(int.from_bytes(size, "big") - 4)
            if message == (80877103).to_bytes(4, "big"):
                writer.write(b"N")
                continue
            writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
            break
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield f"postgresql://nobody@127.0.0.1:{server.sockets[0].getsockname()[1]}/nothing"


async def _end_other_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
