"""A homeserver that lies to a bot that was restarted, lost its folder, or is another process of the same instance."""

import dataclasses
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.outcomes import Accepted, Posted, TryLater
from bot.ports import Unavailable
from tests.adapters.matrix.conftest import Bot
from tests.e2ee.conftest import NewElement, enter, knows
from tests.e2ee.hostile import HostileServer, Status, timeline
from tests.e2ee.test_conversation import send
from tests.e2ee.test_trust import trusts


@pytest.fixture
def bot(deceived_bot: Bot) -> Bot:
    return deceived_bot


@pytest.fixture
async def stand_by(bot: Bot, tmp_path: Path) -> AsyncIterator[Bot]:
    """Another process of the same bot: a device and a folder of its own, and the memory of the first."""
    other = Bot(dataclasses.replace(bot.account, store_dir=tmp_path / "stand-by"), bot.memory)
    yield other
    await other.close()


async def test_an_old_message_under_a_new_name_is_known_by_its_place_in_every_process(
    bot: Bot, stand_by: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    """What is known by its place is dropped by the flows (`tests/flows/test_replayed.py`)."""
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await stand_by.connect()
    await stand_by.news()
    await knows(alice, stand_by)
    kept: list[Any] = []

    def replay(path: str, answer: Any) -> Any:
        if not path.endswith("/sync"):
            return answer
        events = timeline(answer, room)
        if kept and not events:
            joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
            joined["timeline"] = {"events": [{**kept[0], "event_id": f"$again{len(hostile.paths)}"}]}
        kept.extend(event for event in events if event["type"] == "m.room.encrypted")
        return answer

    hostile.change = replay
    await alice.do("say", room=room, text="!reply once")
    first = await bot.until(TeamMessage)
    assert first.body == "!reply once" and first.ratchet
    for one in (bot, bot, stand_by):
        again = await one.until(TeamMessage)
        while not again.event.startswith("$again"):
            again = await one.until(TeamMessage)
        assert (again.ratchet, again.session_trust) == (first.ratchet, "")
        await one.restart()
    await alice.do("say", room=room, text="!reply next")
    while (found := await bot.until(TeamMessage)).body != "!reply next":
        pass
    assert found.ratchet not in ("", first.ratchet)


def without_encryption(path: str, answer: Any) -> Any:
    """Says of every room that it is not encrypted."""
    if "m.room.encryption" in path:
        return Status(404, {"errcode": "M_NOT_FOUND"})
    if path.endswith("/sync"):
        for part in answer.get("rooms", {}).get("join", {}).values():
            for section in (part.get("state", {}), part.get("timeline", {})):
                section["events"] = [e for e in section.get("events", []) if e["type"] != "m.room.encryption"]
    return answer


@pytest.mark.parametrize("how", ["restart", "lost folder", "other process"])
async def test_a_room_is_never_taken_for_unencrypted_again(
    bot: Bot, stand_by: Bot, hostile: HostileServer, new_element: NewElement, how: str
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await send(bot, room, "one", "t1")
    hostile.change = without_encryption
    await bot.close()
    next_one = stand_by if how == "other process" else bot
    if how == "lost folder":
        shutil.rmtree(bot.account.store_dir)
    await next_one.connect()
    next_one.since = bot.since
    assert await next_one.chat.is_encrypted(room)
    seen = await alice.do("see", room=room, event=await send(next_one, room, "two", "t2"))
    assert seen["encrypted"]
    await knows(alice, next_one)
    await alice.do("say", room=room, text="!reply")
    found = await next_one.until(TeamMessage)
    assert (found.room_encrypted, found.was_encrypted) == (True, True)


async def test_a_room_that_was_never_seen_encrypted_is_taken_at_the_homeservers_word_alone(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    """A proxy that knows no such path says 404 too."""
    alice = await new_element("alice")
    await bot.news()
    hostile.change = lambda path, answer: (
        Status(404, {"errcode": "M_UNRECOGNIZED"}) if "m.room.encryption" in path else answer
    )
    room = RoomId((await alice.do("createRoom", invite=[bot.user_id]))["room"])
    assert isinstance(await bot.chat.join(room), Accepted)
    content = json.dumps({"msgtype": "m.text", "body": "in clear?"})
    assert isinstance(await bot.chat.send(room, "m.room.message", content, "t1"), TryLater)
    with pytest.raises(Unavailable):
        await bot.chat.is_encrypted(room)


async def test_an_identity_that_changed_is_still_another_in_the_next_process_until_an_admin_trusts_it(
    bot: Bot, stand_by: Bot, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("say", room=room, text="first")
    assert (await bot.until(TeamMessage)).session_trust == ""
    await bot.close()
    await alice.do("resetIdentity")
    await stand_by.connect()
    await stand_by.news()
    await knows(alice, stand_by)
    await alice.do("say", room=room, text="second")
    assert (await stand_by.until(TeamMessage)).session_trust == "identity_changed"
    await trusts(stand_by, alice)
    await stand_by.close()
    for folder in ("kept", "lost"):
        if folder == "lost":
            shutil.rmtree(bot.account.store_dir)
        await bot.connect()
        bot.since = None
        await bot.news()
        await knows(alice, bot)
        await alice.do("say", room=room, text=f"third, {folder}")
        assert (await bot.until(TeamMessage)).session_trust == ""
        await bot.close()


async def test_nothing_is_encrypted_or_believed_that_could_not_be_remembered(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    await bot.news()
    bot.memory.is_away = True
    room = RoomId((await alice.do("createRoom", invite=[bot.user_id]))["room"])
    assert isinstance(await bot.chat.join(room), Accepted)
    with pytest.raises(Unavailable):
        await bot.news(timeout=5)
    content = json.dumps({"msgtype": "m.text", "body": "x"})
    assert isinstance(await bot.chat.send(room, "m.room.message", content, "t1"), TryLater)
    bot.memory.is_away = False
    await bot.news(timeout=5)
    assert isinstance(await bot.chat.send(room, "m.room.message", content, "t1"), Posted)
    assert room in bot.memory.rooms and UserId(alice.user_id) in bot.memory.masters
