"""A database that an older version made is led on, and what stood in it is read as it was meant."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.domain.calls import SendEvent, Submit
from bot.domain.conversation import Direction, OutState, Status
from bot.domain.ids import ConversationId, EffectId
from storage import conversations, history, mails, outbox, people
from storage.connecting import driver_url, engine_of
from storage.database import Database
from storage.migrations import FOLDER
from tests.fakes.chat import ALICE
from tests.storage.stored.databases import VERSIONS, fill, restore

FIRST, SECOND = ConversationId(1), ConversationId(2)


async def older(version: str, url: str) -> None:
    """Make the database of that version, with what it held."""
    if url.startswith("sqlite"):
        restore(version, Path(url.removeprefix("sqlite:///")))
        return

    def made(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        fill(version, connection)

    engine = engine_of(driver_url(url))
    async with engine.connect() as connection:
        await connection.run_sync(made)
        await connection.commit()
    await engine.dispose()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_database_of_each_older_version_is_led_on_and_read(version: str, empty_url: str) -> None:
    await older(version, empty_url)
    database = await Database.open(empty_url)
    try:
        async with database.read() as tx:
            taken, followed = await conversations.get(tx, FIRST), await conversations.get(tx, SECOND)
            assert taken is not None
            assert followed is not None
            assert (taken.subject, taken.assignee, taken.status) == ("Adhésion", ALICE, Status.PENDING)
            assert followed.followers == (ALICE,)
            assert [one.direction for one in (await mails.of_conversations(tx, (FIRST,)))[FIRST]] == [
                Direction.IN,
                Direction.OUT,
            ]
            assert [one.state for one in await mails.open_out(tx, SECOND)] == [OutState.QUEUED]
            named = await people.named(tx, taken.mailbox, taken.correspondent.name)
            assert taken.correspondent.address in [one.address for one in named]
            assert any(entry.actor == ALICE for entry in await history.of(tx, FIRST))
            calls = [await outbox.get(tx, row.effect) for row in await outbox.listing(tx)]
            assert {type(one.planned.call) for one in calls if one} >= {Submit}
            assert await conversations.next_number(tx) == 3
            first = await outbox.get(tx, EffectId(1))
            assert first is not None
            assert isinstance(first.planned.call, SendEvent)
    finally:
        await database.close()
