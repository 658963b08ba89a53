"""A member's own lines under their mails, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import read


def _left(raw: bytes) -> str:
    """The words that a correspondent reads, without what is quoted."""
    part = read(raw).get_body(("plain",))
    assert part is not None
    return "\n".join(line for line in str(part.get_content()).splitlines() if not line.startswith(">"))


async def test_they_stand_under_the_mails_of_their_member_alone(house: House, own_desk: Desk) -> None:
    desk = own_desk

    async def told(text: str) -> str:
        event = await house.alice.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    assert words("error.signature_none") in await told("!signature")
    event = await house.alice.say(desk.room, "!signature Alice Martin\nTrésorière")
    await house.wait(desk.room, lambda e: e.reacts_to == event and e.key == "✅", "that they are kept")
    assert "Trésorière" in await told("!signature")
    case = await house.case(desk)
    await case.say("!reply D'Alice.")
    assert "Alice Martin\nTrésorière" in _left((await case.sent("D'Alice.")).raw)
    his = await house.case(desk)
    await his.say("!reply De Bob.", who=house.bob)
    assert "Alice Martin" not in _left((await his.sent("De Bob.")).raw)
    removed = await house.alice.say(desk.room, "!signature remove")
    await house.wait(desk.room, lambda e: e.reacts_to == removed and e.key == "✅", "that they are gone")
    await case.say("!reply Sans rien.")
    assert "Alice Martin" not in _left((await case.sent("Sans rien.")).raw)


async def test_in_french_they_last_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        event = await own.alice.say(desk.room, "!signature Alice Martin, trésorière")
        await own.wait(desk.room, lambda e: e.reacts_to == event and e.key == "✅", "that they are kept")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        event = await own.alice.say(desk.room, "!signature")
        shown = (await answer(own, desk.room, event, "the lines")).body
        assert words("signature.title", "fr") in shown and "trésorière" in shown
        case = await own.case(desk)
        await case.say("!répondre Bien reçu.")
        assert "Alice Martin, trésorière" in _left((await case.sent("Bien re")).raw)
        event = await own.alice.say(desk.room, "!signature supprimer")
        await own.wait(desk.room, lambda e: e.reacts_to == event and e.key == "✅", "that they are gone")
        event = await own.alice.say(desk.room, "!signature")
        assert words("error.signature_none", "fr") in (await answer(own, desk.room, event, "that there are none")).body
