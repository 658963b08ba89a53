"""Migrations make exactly the tables that the schema says, from nothing and again."""

import asyncio
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import TypeAdapter
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.ids import ConversationId, DialogueId, EventId, MessageRow
from bot.domain.question import HOLDS, Question, Stage
from storage import connecting, dialogues, seen, timers
from storage.connecting import driver_url, engine_of
from storage.database import Database
from storage.faults import UnknownDatabase
from storage.migrations import FOLDER, LOCK, Tell, newest, upgrade
from storage.schema import metadata
from storage.types import EPOCH, MICROSECOND
from tests.fakes.chat import ALICE
from tests.storage.made import NOW
from tests.storage.stored.databases import fill


async def shape(engine: AsyncEngine) -> list[tuple[str, ...]]:
    """Every table, column, key and index as the database itself describes them."""
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            found = await _sqlite_shape(connection)
        else:
            columns = text(
                "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default"
                " FROM information_schema.columns WHERE table_schema = current_schema()"
            )
            indexes = text("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
            rows = [*(await connection.execute(columns)).all(), *(await connection.execute(indexes)).all()]
            found = [tuple(str(value) for value in row) for row in rows]
        return sorted(row for row in found if "alembic_version" not in " ".join(row) and "sqlite_" not in row[1])


async def _sqlite_shape(connection: AsyncConnection) -> list[tuple[str, ...]]:
    """Without the words of CREATE TABLE: a column that was added later stands last in them."""
    rows = (await connection.execute(text("SELECT type, name, sql FROM sqlite_master"))).all()
    found = [tuple(" ".join(str(value).split()) for value in row) for row in rows if row.type == "index"]
    for name, sql in [(row.name, row.sql) for row in rows if row.type == "table"]:
        found.append((name, f"rowid: {'WITHOUT ROWID' not in sql}", f"autoincrement: {'AUTOINCREMENT' in sql}"))
        for pragma in ("table_info", "index_list"):
            described = (await connection.execute(text(f"PRAGMA {pragma}('{name}')"))).all()
            found += [(name, pragma, *(str(value) for value in one[1:])) for one in described]
    return found


def tables(connection: Connection) -> set[str]:
    # Those that FTS5 keeps for itself are left out.
    return {name for name in inspect(connection).get_table_names() if not name.startswith("sought_words_")}


async def test_migrations_make_what_the_schema_says(empty_url: str) -> None:
    engine = engine_of(driver_url(empty_url))
    try:
        await upgrade(engine)
        migrated = await shape(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(tables) == {*metadata.tables, "alembic_version"}
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
            await connection.commit()
        made = await shape(engine)
    finally:
        await engine.dispose()
    assert migrated == made
    assert len(made) > len(metadata.tables)


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    database = await Database.open(empty_url)
    async with database.write() as tx:
        await seen.mark_seen(tx, "event:$a", NOW)
    await database.close()
    database = await Database.open(empty_url)
    async with database.read() as tx:
        assert await seen.was_seen(tx, "event:$a")
    await database.close()


async def test_two_processes_that_start_at_once_both_start(empty_url: str) -> None:
    opened = await asyncio.gather(*(Database.open(empty_url) for _ in range(5)))
    tokens = set()
    for database in opened:
        async with database.read() as tx:
            tokens.add(tx.instance)
        await database.close()
    assert len(tokens) == 1


async def test_on_postgresql_a_migration_may_take_longer_than_any_command(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "_COMMAND_SECONDS", 0.5)
    other = engine_of(driver_url(empty_url))
    if other.dialect.name == "sqlite":
        pytest.skip("commands of SQLite have no such limit")
    async with other.connect() as holder:
        await holder.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        opening = asyncio.create_task(Database.open(empty_url))
        await asyncio.wait({opening}, timeout=1.5)
        assert not opening.done(), "it waits, as it would for an index"
        await holder.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
    await (await opening).close()
    await other.dispose()


async def test_a_failed_migration_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(connection: Connection, *, tell: Tell) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError

    monkeypatch.setattr("storage.migrations._upgrade", broken)
    engine = engine_of(driver_url(empty_url))
    try:
        with pytest.raises(RuntimeError):
            await upgrade(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(tables) == set()
    finally:
        await engine.dispose()


FROZEN = {"0001": "8166a10eb6741276bd980f48912ad75d92b222f094b8ed2b63bad33f55c625ca"}
"""SHA-256 of migrations that have made databases somewhere."""


@pytest.mark.parametrize("version", FROZEN)
def test_a_migration_that_made_databases_is_never_edited(version: str) -> None:
    (file,) = (FOLDER / "versions").glob(f"{version}_*.py")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == FROZEN[version], "write a new migration instead"


async def made(url: str, *statements: str, version: str = "0001") -> AsyncEngine:
    """A database of that version, then changed by the statements."""

    def only_so_far(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    engine = engine_of(driver_url(url))
    async with engine.connect() as connection:
        await connection.run_sync(only_so_far)
        for one in statements:
            await connection.execute(text(one))
        await connection.commit()
    return engine


async def test_a_database_of_each_older_version_is_led_on_from_with_what_it_holds(empty_url: str) -> None:
    engine = await made(empty_url, "INSERT INTO instance (name, value) VALUES ('token', 'abc')")
    try:
        await upgrade(engine)
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT value FROM instance"))).scalars().all() == ["abc"]
            assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == newest()
    finally:
        await engine.dispose()


async def test_who_follows_what_is_in_order_after_the_migration(empty_url: str) -> None:
    columns = "id, mailbox, room, subject, correspondent_name, correspondent_address, correspondent_key, status,"
    columns += (
        " status_before, followers, verdict, words, mails, earlier, created_at, waiting_since, changed_at, version"
    )
    rows = [f"({n}, 'm', '!r', '', '', '', '', '{s}', 'active', '[]', 'unknown', '', 1, '[]', 1, {n}0, {n}5, 1)"
            for n, s in ((1, "active"), (2, "closed"))]  # fmt: skip
    engine = await made(
        empty_url,
        f"INSERT INTO conversations ({columns}) VALUES {', '.join(rows)}",
        """INSERT INTO followers ("user", conversation) VALUES ('@bob:x', 1), ('@bob:x', 2)""",
    )
    try:
        await upgrade(engine)
        async with engine.connect() as connection:
            found = (await connection.execute(text("SELECT conversation, mailbox, status, at FROM followers"))).all()
        assert sorted(tuple(row) for row in found) == [(1, "m", "active", 10), (2, "m", "closed", 25)]
    finally:
        await engine.dispose()


@pytest.mark.parametrize(
    ("statement", "is_newer"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", True),
        ("ALTER TABLE outbox DROP COLUMN owner", False),
        ("DROP TABLE tallies", False),
        ("ALTER TABLE mails ADD COLUMN colour TEXT", False),
        ("DROP TABLE alembic_version", False),
    ],
)
async def test_tables_of_an_unknown_version_are_said_to_be_so_and_left_alone(
    empty_url: str, statement: str, is_newer: bool
) -> None:
    engine = await made(empty_url, statement)
    try:
        before = await shape(engine)
        with pytest.raises(UnknownDatabase) as unknown:
            await upgrade(engine)
        assert unknown.value.is_newer is is_newer
        assert await shape(engine) == before
    finally:
        await engine.dispose()


def test_the_newest_migration_is_the_one_whose_file_comes_last() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))

    assert ScriptDirectory.from_config(config).get_heads() == [newest()]


def test_a_database_that_is_up_to_date_is_opened_without_the_machinery_of_migrations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'postroom.db'}"
    lines = ["import asyncio, sys", "from storage.database import Database", "async def opened():"]
    lines += [f"    await (await Database.open({url!r})).close()", "asyncio.run(opened())"]
    for is_loaded in (True, False):
        check = "\n".join((*lines, f"assert ('alembic' in sys.modules) is {is_loaded}"))
        subprocess.run([sys.executable, "-c", check], check=True, timeout=60)


async def test_what_is_brought_up_to_date_is_told_before_and_nothing_else_is(empty_url: str) -> None:
    told: list[tuple[str, str]] = []
    await (await made(empty_url)).dispose()
    for _ in range(2):
        database = await Database.open(empty_url, tell=lambda before, after: told.append((before, after)))
        await database.close()
    assert told == [("0001", newest())]


async def test_questions_that_wait_become_dialogues(empty_url: str) -> None:
    asked = Question(MessageRow(7), ConversationId(1), ALICE, EventId("$reply"), "Bonjour", (), (), (), (), NOW)
    stored = json.loads(TypeAdapter(Question).dump_json(asked))
    del stored["stage"], stored["is_apart"]

    def older(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        fill("0009", connection)
        put = text(
            'INSERT INTO questions ("row", conversation, person, event, at, is_used, asked)'
            " VALUES (:row, 1, :person, :event, :at, :used, :asked)"
        )
        at = (NOW - EPOCH) // MICROSECOND
        for row, used in ((7, False), (8, True)):
            words = json.dumps({**stored, "row": row, "is_used": used})
            values = {"row": row, "person": ALICE, "event": f"$reply{row}", "at": at, "used": used, "asked": words}
            connection.execute(put, values)

    engine = engine_of(driver_url(empty_url))
    async with engine.connect() as connection:
        await connection.run_sync(older)
        await connection.commit()
    await engine.dispose()
    database = await Database.open(empty_url)
    try:
        async with database.read() as tx:
            waits, used = await dialogues.get(tx, DialogueId(7)), await dialogues.get(tx, DialogueId(8))
            assert waits is not None
            assert used is not None
            assert waits.state == replace(asked, is_apart=True)
            assert (waits.person, waits.thread, waits.version) == (ALICE, None, 1)
            assert isinstance(used.state, Question)
            assert used.state.stage is Stage.ANSWERED
            assert (waits.timer, NOW + HOLDS) in await timers.due(tx, NOW + HOLDS)
    finally:
        await database.close()
