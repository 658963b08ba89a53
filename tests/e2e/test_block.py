"""Mail of a blocked sender, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import letter, new_id


async def test_mail_from_a_blocked_domain_is_spam_until_it_is_blocked_no_longer(house: House, desk: Desk) -> None:
    async def told(text: str) -> str:
        event = await house.alice.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    assert words("error.block_what") in await told("!block nonsense")
    assert words("error.block_provider") in await told("!block @gmail.com")
    assert words("error.block_ours") in await told(f"!block {desk.address}")
    assert "@shop.example" in await told("!block @shop.example")
    offer = letter(to=desk.address, id=new_id(), sender="Offers <offers@news.shop.example>")
    case = await house.case(desk, offer)
    await case.card("status", "spam")
    assert "@shop.example" in await told("!block")
    assert "@shop.example" in (await case.answer(await case.say("!unblock @shop.example", who=house.bob))).body
    again = letter(to=desk.address, id=new_id(), sender="Offers <offers@news.shop.example>")
    await (await house.case(desk, again)).card("status", "active")


async def test_in_french_it_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        event = await own.alice.say(desk.room, "!bloquer offres@shop.example")
        assert "offres@shop.example" in (await answer(own, desk.room, event, "that it is blocked")).body
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        case = await own.case(desk, letter(to=desk.address, id=new_id(), sender="offres@shop.example"))
        await case.card("status", "spam")
