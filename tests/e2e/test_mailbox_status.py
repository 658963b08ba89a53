"""The pinned message of a mailbox, on a real homeserver and a real mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.demo.matrix_user import MatrixRefused, RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import WAIT, House, housed, until
from tests.e2e.letters import letter, new_id


@pytest.fixture(scope="module")
async def own(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    async with housed(synapse, dovecot, desks=[{"start": "all"}], start=False) as one:
        for _ in range(2):
            await one.deliver(one.desks[0], letter(to=one.desks[0].address, id=new_id()))
        await one.bot.start()
        yield one


def _current(house: House, posted: RoomEvent) -> str:
    shown = house.alice.current(house.config_room, posted.event_id)
    return shown.body if shown is not None else ""


async def test_it_is_pinned_with_the_count_of_the_server_and_stays_the_one(own: House) -> None:
    (desk,) = own.desks
    posted = await own.wait(own.config_room, lambda e: e.kind == "mailbox" and e.replaces is None, "the message")
    assert posted.content["msgtype"] == "m.notice" and posted.content["m.mentions"] == {}
    assert desk.address in posted.body and "INBOX: 2 on the server · 2 here · complete" in posted.body

    async def is_pinned() -> bool:
        try:
            state = await own.alice.state(own.config_room, "m.room.pinned_events")
        except MatrixRefused:
            # Nothing was ever pinned there.
            return False
        return posted.event_id in state["pinned"]

    await until(is_pinned, "the message is pinned")
    await own.alice.say(own.config_room, f"!mailbox pause {desk.address}")
    await own.alice.wait_until(lambda: "paused" in _current(own, posted), what="the pause", timeout=WAIT)
    await own.bot.stop()
    await own.bot.start()
    await own.alice.say(own.config_room, f"!mailbox resume {desk.address}")
    await own.alice.wait_until(lambda: "🟢 works since" in _current(own, posted), what="its end", timeout=WAIT)
    assert len(own.posted(own.config_room, "mailbox")) == 1
