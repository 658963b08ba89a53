"""A disk that takes nothing more under the device's keys: waited for, told by `/health`, and nothing is lost."""

import contextlib
import json
import sqlite3
from typing import Any

import peewee
import pytest

from bot.domain.inputs.said import TeamMessage
from bot.domain.outcomes import TryLater
from bot.ports import Unavailable
from tests.adapters.matrix.conftest import Bot
from tests.e2e.house import until
from tests.e2e.letters import letter, new_id
from tests.e2ee.conftest import NewElement, enter
from tests.e2ee.element import Element
from tests.e2ee.test_conversation import send
from tests.e2ee.test_whole_bot import Secret, secret

__all__ = ["secret"]


def keys(bot: Bot, pragma: str) -> Any:
    """Asks SQLite of the library's store."""
    return bot.chat._machine._store.database.execute_sql(f"PRAGMA {pragma}").fetchone()


def fill_up(bot: Bot, how: str) -> None:
    if how == "full":
        database = bot.chat._machine._store.database
        database.execute_sql("CREATE TABLE filling (bytes BLOB)")
        keys(bot, f"max_page_count = {keys(bot, 'page_count')[0]}")
        # Also what is free within the file.
        with contextlib.suppress(peewee.OperationalError):
            while True:
                database.execute_sql("INSERT INTO filling VALUES (zeroblob(500))")
    else:
        keys(bot, "query_only = 1")


def make_room(bot: Bot) -> None:
    keys(bot, "max_page_count = 1000000")
    keys(bot, "query_only = 0")


async def refused(bot: Bot) -> str:
    """The reason of the first sync that fails."""
    try:
        for _ in range(20):
            await bot.news(timeout=1)
    except Unavailable as away:
        return away.reason
    raise AssertionError("every sync was taken")


@pytest.mark.parametrize("how", ["full", "read-only"])
async def test_what_comes_while_the_keys_cannot_be_kept_comes_again(
    bot: Bot, new_element: NewElement, how: str
) -> None:
    alice = await new_element("alice")
    # Each message has a key of its own, so that together they need more than what is free within the file.
    room = await enter(bot, alice, encryption={"rotation_period_msgs": 1})
    # An Olm session is there already: it moves on with each key, in memory first.
    await alice.do("say", room=room, text="before")
    await bot.until(TeamMessage)
    bot.seen.clear()
    fill_up(bot, how)
    said = [(await alice.do("say", room=room, text=f"!reply {number}"))["event"] for number in range(10)]
    assert [await refused(bot) for _ in range(3)] == ["storage"] * 3
    assert not any(isinstance(one, TeamMessage) for one in bot.seen)

    make_room(bot)
    while len(found := [one for one in bot.seen if isinstance(one, TeamMessage)]) < len(said):
        await bot.until(TeamMessage)
    assert [(one.event, one.session_trust) for one in found] == [(event, "") for event in said]
    # The keys are on the disk, not in memory alone.
    await bot.restart()
    kept = bot.chat._machine._olm.inbound_group_store._entries[room]
    assert sum(len(sessions) for sessions in kept.values()) == len(said) + 1
    await alice.do("say", room=room, text="the last")
    assert (await bot.until(TeamMessage)).body == "the last"


async def test_what_cannot_be_encrypted_is_tried_later(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    fill_up(bot, "read-only")
    outcome = await bot.chat.send(room, "m.room.message", json.dumps({"msgtype": "m.text", "body": "x"}), "t1")
    assert outcome == TryLater("storage", is_outage=True)
    make_room(bot)
    event = await send(bot, room, "a card", "t1")
    assert (await alice.do("see", room=room, event=event))["body"] == "a card"


async def test_an_event_that_waits_for_its_key_is_not_forgotten_where_that_cannot_be_written_down(
    bot: Bot, new_element: NewElement, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    in_the_way = bot.account.store_dir / "waiting.json.new"
    in_the_way.mkdir()
    machine = bot.chat._machine
    with monkeypatch.context() as held:
        # The key is not taken from this sync.
        held.setattr(machine.inbound, "take_to_device", lambda event: None)
        said = await alice.do("say", room=room, text="late")
        assert await refused(bot) == "storage"
    in_the_way.rmdir()
    assert (await bot.until(TeamMessage)).event == said["event"]


@pytest.mark.slow
async def test_the_bot_lives_on_says_so_and_goes_on_where_it_stopped(secret: Secret) -> None:
    house, alice = secret.house, secret.alice
    mail = await secret.case(letter(to=secret.desk.address, id=new_id()))
    (path,) = (house.folder / "data" / "matrix").glob("keys-*.db")
    in_the_way = sqlite3.connect(path, isolation_level=None)
    in_the_way.execute("BEGIN EXCLUSIVE")
    try:
        await _says_reply(alice, secret.desk.room, str(mail["thread"]))

        async def known() -> bool:
            status, text = await house.bot.health()
            reasons = json.loads(text).get("reasons", []) if status == 503 else []
            return ("matrix", "storage") in [(reason["service"], reason["reason"]) for reason in reasons]

        await until(known, "503 that names the disk", timeout=60)
    finally:
        in_the_way.execute("ROLLBACK")
        in_the_way.close()
    await house.sink.wait_for(lambda one: b"Bonjour" in one.raw, what="the reply", timeout=60)
    await house.bot.healthy()
    assert sum(b"Bonjour" in one.raw for one in house.sink.received) == 1


async def _says_reply(alice: Element, room: str, thread: str) -> None:
    await alice.do("say", room=room, text="!reply Bonjour", thread=thread)
