"""Rights in one mailbox, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words


async def test_who_runs_one_mailbox_runs_no_other_and_leaving_ends_it(house: House, desk: Desk) -> None:
    async def told(text: str, *, who: str = "alice") -> str:
        by = house.bob if who == "bob" else house.alice
        event = await by.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    bob = house.bob.user_id
    other = next(one for one in house.desks if one != desk).address
    assert words("error.no_right") in await told("!mailbox set undo 7", who="bob")
    assert words("error.grant_right") in await told(f"!grant {bob} colour")
    assert f": {words('right.edit')}" in await told(f"!grant {bob} edit")
    assert desk.address in await told("!mailbox set undo 7", who="bob")
    assert words("error.no_right") in await told(f"!grant {bob} send", who="bob")
    assert await told(f"!mailbox pause {other}", who="bob") == await told("!mailbox pause none@x.example", who="bob")
    case = await house.case(desk)
    both = f"{words('right.edit')} · {words('grant.without')} {words('right.send')}"
    assert both in await told(f"!revoke {bob} send")
    assert words("right.send") in (await case.answer(await case.say("!reply Bonjour", who=house.bob))).body
    assert both in await told("!grant")
    await house.bob.leave(desk.room)
    await house.alice.invite(desk.room, bob)
    await house.bob.join(desk.room)
    assert words("error.no_right") in await told("!mailbox set undo 8", who="bob")
    assert words("grant.as_everybody") in await told(f"!grant {bob} send")


async def test_in_french_it_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        event = await own.alice.say(desk.room, f"!autoriser {own.bob.user_id} notes seulement")
        assert "notes seulement" in (await answer(own, desk.room, event, "what bob may")).body
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        case = await own.case(desk)
        refused = await case.answer(await case.say("!fermer", who=own.bob))
        assert words("error.notes_only", "fr") in refused.body
