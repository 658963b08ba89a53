"""Teams, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words


async def test_conversations_go_to_the_people_of_a_team_in_turn(house: House, desk: Desk) -> None:
    async def told(text: str) -> str:
        event = await house.alice.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    case = await house.case(desk)
    assert words("error.team_whom") in await told("!team add support")
    assert words("error.no_team") in await told("!team remove support")
    assert "support" in await told(f"!team add support {house.bob.user_id} me")
    refused = await house.bob.say(desk.room, "!team remove support")
    assert words("error.no_right") in (await answer(house, desk.room, refused, "who may")).body
    await case.say("!assign @support", who=house.bob)
    await case.card("assignee", house.bob.user_id)
    other = await house.case(desk)
    await house.alice.say(desk.room, f"!assign @support #{other.number}")
    await other.card("assignee", house.alice.user_id)
    assert "support" in await told("!team")


async def test_in_french_the_turn_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        event = await own.alice.say(desk.room, f"!équipe ajouter compta {own.alice.user_id} {own.bob.user_id}")
        assert "compta" in (await answer(own, desk.room, event, "the team")).body
        first = await own.case(desk)
        await first.say("!attribuer @compta")
        await first.card("assignee", own.alice.user_id)
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        second = await own.case(desk)
        await second.say("!attribuer @compta")
        await second.card("assignee", own.bob.user_id)
