"""Saved replies, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import letter, new_id


async def test_one_is_kept_found_made_the_draft_and_sent(house: House, desk: Desk) -> None:
    case = await house.case(desk, letter(to=desk.address, id=new_id(), sender="Dupont, Marie <marie@client.example>"))
    assert words("error.canned_variable") in (await case.answer(await case.say("!canned save merci\n{nobody}"))).body
    await case.order("!canned save merci\nBonjour {first_name}, **merci** pour votre message.")
    event = await house.bob.say(desk.room, "!canned message")
    assert "merci" in (await answer(house, desk.room, event, "what was found")).body
    await case.answer(await case.say("!canned merci", who=house.bob))
    await case.say("!send")
    sent = await case.sent("pour votre message")
    assert b"Bonjour Marie," in sent.raw and b"<strong" in sent.raw


async def test_in_french_it_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk)
        await case.order("!modèle enregistrer reçu\nBien reçu, {prénom}.")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        assert words("canned.inserted", "fr") in (await case.answer(await case.say("!modèle recu"))).body
        await case.say("!envoyer")
        await case.sent("Marie.")
