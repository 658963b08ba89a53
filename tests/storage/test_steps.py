"""Each migration, on a database of the one before with rows in every table, loses nothing that stood there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from bot.demo.servers.postgres import own_database
from storage.connecting import driver_url, engine_of
from storage.migrations import FOLDER
from tests.storage import filled

VERSIONS = sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
GONE = {"0011": {"questions"}}
"""By version: tables that became something else (`test_questions_that_wait_become_dialogues`)."""


def walk(connection: Connection) -> list[str]:
    """Go through all versions, a row more in each table at each; what was lost on the way."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    before: filled.Rows = {}
    lost: list[str] = []
    for number, version in enumerate(VERSIONS, 1):
        command.upgrade(config, version)
        tables = filled.tables(connection)
        now = filled.read(connection, tables)
        for table, kept in before.items():
            if table in GONE.get(version, ()):
                assert table not in now
                continue
            for row in kept:
                if not any(row.items() <= found.items() for found in now[table]):
                    lost.append(f"{version}: {table}: {row}")
        filled.put(connection, tables, [number])
        before = filled.read(connection, tables)
        assert all(before.values())
    return lost


def test_on_sqlite_every_row_outlives_every_migration(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'walked.db'}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA synchronous = OFF"))
        assert walk(connection) == []
    engine.dispose()


async def test_on_postgresql_every_row_outlives_every_migration(postgres_in_turn: tuple[str, str]) -> None:
    server, name = postgres_in_turn
    async with own_database(server, f"{name}_walked") as url:
        engine = engine_of(driver_url(url))
        async with engine.connect() as connection:
            # Making the rows takes its time, and so may the machine.
            await connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            assert await connection.run_sync(walk) == []
        await engine.dispose()
