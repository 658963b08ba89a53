"""A member of an encrypted room whose account, and whose keys, are on another homeserver."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import yaml

from bot.demo.servers.federation import Neighbours
from bot.demo.servers.pymap_server import PymapServer
from tests.e2e.house import TEAM_PASSWORD, WAIT, Desk, House, housed, words
from tests.e2e.letters import letter, new_id
from tests.e2ee.conftest import need_sdk
from tests.e2ee.element import Element
from tests.e2ee.test_trust import localpart

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class FarTeam:
    """alice near and carl far away, both on Element's SDK, in the encrypted room of the only desk."""

    house: House
    neighbours: Neighbours
    desk: Desk
    alice: Element
    carl: Element

    async def sees(
        self, kind: str, text: str, *, thread: object = None, who: Element | None = None, shield: str | None = None
    ) -> dict[str, object]:
        """`shield`: once it shows that; a client learns the bot's device some time after the words."""
        return await (who or self.carl).do(
            "awaitKind",
            room=self.desk.room,
            kind=kind,
            sender=self.house.bot_id,
            words=text,
            thread=thread,
            shield=shield,
        )

    async def says(self, text: str, thread: object) -> str:
        return str((await self.carl.do("say", room=self.desk.room, text=text, thread=thread))["event"])


@pytest.fixture
async def far(neighbours: Neighbours, pymap_server: PymapServer) -> AsyncIterator[FarTeam]:
    need_sdk()
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(housed(neighbours.near, pymap_server, start=False))
        name = f"carl-js-{next(_numbers)}"
        await neighbours.far.register(name, TEAM_PASSWORD)
        alice, carl = [
            await stack.enter_async_context(Element.logged_in(server.base_url, user, TEAM_PASSWORD))
            for server, user in (
                (neighbours.near, localpart(house.alice.user_id)),
                (neighbours.far, name),
            )
        ]
        room = (await alice.do("createRoom", invite=[house.bot_id, carl.user_id]))["room"]
        await carl.do("join", room=room)
        settings = yaml.safe_load(house.config.read_text())
        settings["mailboxes"][0]["room"] = room
        settings["matrix"]["allowed_servers"] = [neighbours.near.server_name, neighbours.far.server_name]
        house.config.write_text(yaml.safe_dump(settings))
        await house.bot.start()
        await house.bot.healthy()
        old = house.desks[0]
        yield FarTeam(house, neighbours, Desk(old.address, old.alias, room), alice, carl)


@pytest.mark.slow
async def test_a_member_far_away_reads_and_answers_also_what_was_written_while_their_homeserver_was_away(
    far: FarTeam,
) -> None:
    house, carl = far.house, far.carl
    # The first key that the bot makes: nothing of carl's homeserver can be asked for.
    await far.neighbours.part()
    try:
        await house.deliver(far.desk, letter(to=far.desk.address, id=new_id(), text="Une question de loin"))
        await house.alice.wait_for(
            far.desk.room,
            lambda e: e.sender == house.bot_id and e.type == "m.room.encrypted",
            what="the mail in the encrypted room",
            timeout=WAIT,
        )
    finally:
        await far.neighbours.join()

    mail = await far.sees("mail", "Une question de loin", shield="NONE")
    assert mail["encrypted"] and mail["shield"] == {"colour": "NONE", "reason": None}
    await carl.do("read", room=far.desk.room, event=mail["event"])
    await far.says("!reply Bonjour de loin.", mail["thread"])
    await house.sink.wait_for(lambda one: b"Bonjour de loin." in one.raw, what="the reply from far away", timeout=40)
    await far.sees("mail", "Bonjour de loin", thread=mail["thread"])

    # Written while the two were apart: done once they are together.
    await far.neighbours.part()
    try:
        await far.says("!reply Encore une fois.", mail["thread"])
    finally:
        await far.neighbours.join()
    await far.says("Me voici.", mail["thread"])
    await house.sink.wait_for(lambda one: b"Encore une fois." in one.raw, what="the late reply", timeout=40)

    # An identity that changed over there sends nothing more from here.
    await carl.do("resetIdentity")
    await far.says("!reply Qui suis-je.", mail["thread"])
    await far.sees("answer", words("error.trust.identity_changed"), thread=mail["thread"], who=far.alice)
    for text, times in ((b"Bonjour de loin.", 1), (b"Encore une fois.", 1), (b"Qui suis-je.", 0)):
        assert len([one for one in house.sink.received if text in one.raw]) == times
