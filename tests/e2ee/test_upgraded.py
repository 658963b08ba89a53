"""An encrypted room is upgraded: what an admin said encrypted is followed, and the new room is read and worked in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import yaml

from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, Desk, Sides, housed, words
from tests.e2e.letters import id_of, letter, new_id
from tests.e2ee.conftest import NewElement
from tests.e2ee.hostile import HostileServer
from tests.e2ee.test_trust import localpart
from tests.e2ee.test_whole_bot import Secret


@pytest.fixture
async def all_secret(
    synapse: Synapse, pymap_server: PymapServer, hostile: HostileServer, new_element: NewElement
) -> AsyncIterator[Secret]:
    """The mailbox's room and the config room are encrypted."""
    async with AsyncExitStack() as stack:
        sides = Sides(homeserver=hostile.url)
        house = await stack.enter_async_context(housed(synapse, pymap_server, sides=sides, start=False))
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        room = (await alice.do("createRoom", invite=[house.bot_id, house.bob.user_id], version="10"))["room"]
        house.config_room = (await alice.do("createRoom", invite=[house.bot_id]))["room"]
        settings = yaml.safe_load(house.config.read_text())
        settings["mailboxes"][0]["room"] = room
        settings["matrix"]["config_room"] = house.config_room
        house.config.write_text(yaml.safe_dump(settings))
        await house.bot.start()
        await house.bot.healthy()
        old = house.desks[0]
        yield Secret(house, Desk(old.address, old.alias, room), alice)


@pytest.mark.slow
async def test_an_encrypted_room_is_upgraded_and_its_members_read_and_work_in_the_new_one(
    all_secret: Secret, new_element: NewElement
) -> None:
    house, alice, old = all_secret.house, all_secret.alice, all_secret.desk.room
    bob = await new_element("bob", user=localpart(house.bob.user_id), password=TEAM_PASSWORD)
    await bob.do("join", room=old)
    before = await all_secret.case(letter(to=all_secret.desk.address, id=new_id()))
    upgrading = f"/_matrix/client/v3/rooms/{old}/upgrade"
    new = str((await house.alice.request("POST", upgrading, {"new_version": "11"}))["replacement_room"])
    asked = await alice.do(
        "awaitKind",
        room=house.config_room,
        kind="notice",
        sender=house.bot_id,
        words=words("upgrade.asked_mailbox"),
    )
    assert asked["encrypted"]
    await alice.do("invite", room=new, user=house.bot_id)
    await alice.do("invite", room=new, user=house.bob.user_id)
    await alice.do("say", room=house.config_room, text="!upgrade")
    await alice.do("awaitKind", room=house.config_room, kind="notice", sender=house.bot_id, words=words("upgrade.done"))

    card = await alice.do("awaitKind", room=new, kind="conversation", sender=house.bot_id, words="question")
    number = before["content"]["org.postroom"]["conversation"]
    assert card["encrypted"] and card["content"]["org.postroom"]["conversation"] == number
    await alice.do("awaitKind", room=new, kind="board", sender=house.bot_id)

    # Who comes later is told of, and gets what is open; nobody writes meanwhile.
    await bob.do("join", room=new)
    await alice.do("awaitKind", room=new, kind="notice", sender=house.bot_id, words="can read from now on")
    again = await bob.do("awaitKind", room=new, kind="conversation", sender=house.bot_id, words="question", seconds=110)
    assert again["event"] != card["event"] and again["content"]["org.postroom"]["conversation"] == number
    await bob.do("awaitKind", room=new, kind="board", sender=house.bot_id)

    # Both read what comes then, and work there.
    raw = letter(to=all_secret.desk.address, id=new_id(), text="Une autre question.")
    await house.deliver(all_secret.desk, raw)
    for member in (alice, bob):
        mail = await member.do("awaitKind", room=new, kind="mail", sender=house.bot_id, words="autre")
        assert mail["content"]["org.postroom"]["message_id"] == id_of(raw)
        await member.do("see", room=new, event=mail["event"], shield="NONE")
    await bob.do("say", room=new, text="!reply Depuis le nouveau salon.", thread=again["event"])
    await house.sink.wait_for(lambda one: b"nouveau salon" in one.raw, what="the reply of bob", timeout=60)
    await alice.do("say", room=new, text="!close", thread=card["event"])
    await house.bot.healthy()
