"""Another process takes over in an encrypted room, under a homeserver that hopes it remembers nothing."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
import yaml

from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, Sides, housed
from tests.e2e.letters import letter, new_id
from tests.e2e.stand_by import standing_by
from tests.e2ee.conftest import NewElement
from tests.e2ee.hostile import HostileServer, timeline
from tests.e2ee.test_memory import without_encryption
from tests.e2ee.test_trust import localpart


@pytest.mark.slow
async def test_a_process_that_takes_over_knows_what_the_first_one_learned(
    synapse: Synapse, pymap_server: PymapServer, new_element: NewElement
) -> None:
    await _taken_over(synapse, pymap_server, new_element, database="")


@pytest.mark.slow
async def test_a_process_that_takes_over_on_postgresql_knows_it_too(
    synapse: Synapse, pymap_server: PymapServer, new_element: NewElement, own_postgres: str
) -> None:
    await _taken_over(synapse, pymap_server, new_element, database=own_postgres)


async def _taken_over(synapse: Synapse, pymap_server: PymapServer, new_element: NewElement, *, database: str) -> None:
    async with AsyncExitStack() as stack:
        hostile = await stack.enter_async_context(HostileServer.before(synapse.base_url))
        sides = Sides(homeserver=hostile.url)
        house = await stack.enter_async_context(
            housed(synapse, pymap_server, sides=sides, database=database, start=False)
        )
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        room = (await alice.do("createRoom", invite=[house.bot_id, house.bob.user_id]))["room"]
        bob = await new_element("bob", user=localpart(house.bob.user_id), password=TEAM_PASSWORD)
        await bob.do("join", room=room)
        settings = yaml.safe_load(house.config.read_text())
        settings["mailboxes"][0]["room"] = room
        house.config.write_text(yaml.safe_dump(settings))
        address = house.desks[0].address
        second = await stack.enter_async_context(standing_by(house))
        # Both have a device, so that both get the keys of what alice writes.
        for process in (house.bot, second):
            await process.start()
            await process.healthy()
            await process.stop()
        await house.bot.start()
        await house.bot.healthy()

        kept: list[Any] = []

        def keep(path: str, answer: Any) -> Any:
            kept.extend(
                e for e in timeline(answer, room) if e["type"] == "m.room.encrypted" and e["sender"] == alice_id
            )
            return answer

        alice_id = alice.user_id
        await house.deliver(house.desks[0], letter(to=address, id=new_id()))
        thread = (await alice.do("awaitKind", room=room, kind="mail", sender=house.bot_id))["thread"]
        hostile.change = keep
        await alice.do("say", room=room, text="!reply once and no more", thread=thread)
        await house.sink.wait_for(lambda one: b"once and no more" in one.raw, what="the reply", timeout=40)
        await alice.do("awaitKind", room=room, kind="mail", sender=house.bot_id, thread=thread, words="no more")
        await house.bot.stop()
        # As if the homeserver gave another person out as bob.
        await bob.do("resetIdentity")

        def lie(path: str, answer: Any) -> Any:
            answer = without_encryption(path, answer)
            if path.endswith("/sync"):
                old, number = kept[0], len(hostile.paths)
                said = {"msgtype": "m.text", "body": "!reply forged"}
                forged = {**said, "m.relates_to": old["content"]["m.relates_to"]}
                joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
                joined.setdefault("timeline", {}).setdefault("events", []).extend(
                    [
                        {**old, "event_id": f"$again{number}"},
                        {**old, "event_id": f"$plain{number}", "type": "m.room.message", "content": forged},
                    ]
                )
            return answer

        hostile.change = lie
        await second.start()
        await second.healthy()
        await house.deliver(house.desks[0], letter(to=address, id=new_id(), text="Une autre chose."))
        late = await alice.do("awaitKind", room=room, kind="mail", sender=house.bot_id, words="autre")
        assert late["encrypted"] and late["shield"] == {"colour": "NONE", "reason": None}
        hostile.change = without_encryption
        await bob.do("say", room=room, text="!reply as another bob", thread=late["thread"])
        await alice.do("say", room=room, text="!reply and the last one", thread=late["thread"])
        await house.sink.wait_for(lambda one: b"the last one" in one.raw, what="the reply", timeout=40)
        words = [b"once and no more", b"the last one", b"forged", b"another bob"]
        assert [sum(word in one.raw for one in house.sink.received) for word in words] == [1, 1, 0, 0]
        # In clear is only what bob, who is shut out, has to be able to read: nothing of a mail.
        for event in await house.alice.messages(room):
            if event.sender == house.bot_id and event.type == "m.room.message":
                assert event.kind in ("answer", "notice"), event
                assert not any(word in event.body for word in ("Une autre", "Question", "no more", "last one")), event
