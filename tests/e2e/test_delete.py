"""A conversation that is deleted, and comes back, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed, words
from tests.e2e.letters import letter, new_id


async def test_it_is_out_of_sight_until_it_is_restored_or_somebody_writes(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    number = f"#{case.number}"
    refused = await case.answer(await case.say("!delete", who=house.bob))
    assert words("error.no_right") in refused.body
    await case.say("!delete")
    await case.card("status", "deleted")
    assert words("error.deleted") in (await case.answer(await case.say("!close", who=house.bob))).body
    assert number not in (await case.answer(await case.say("!list all"))).body
    assert number in (await case.answer(await case.say("!list deleted"))).body
    await case.say("!restore")
    await case.card("status", "active")
    await case.say("!delete")
    await case.card("status", "deleted")
    await house.deliver(desk, letter(to=desk.address, id=new_id(), answers=case.message_id))
    await case.card("status", "active")


async def test_in_french_by_number_it_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk)
        await own.alice.say(desk.room, f"!supprimer #{case.number}")
        await case.card("status", "deleted")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        await own.alice.say(desk.room, f"!restaurer #{case.number}")
        await case.card("status", "active")
