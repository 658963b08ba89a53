"""What is known of a person: their other addresses, and notes on them, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words
from tests.e2e.letters import letter, new_id


def by(desk: Desk, sender: str, subject: str = "Une question") -> bytes:
    return letter(to=desk.address, id=new_id(), sender=sender, subject=subject)


async def test_two_addresses_become_one_person_and_two_again(house: House, desk: Desk) -> None:
    case = await house.case(desk, by(desk, "Paul <paul@home.example>", "De chez moi"))
    other = await house.case(desk, by(desk, "Paul <paul@work.example>", "Du bureau"))
    wrong = await case.answer(await case.say("!who merge nonsense"))
    assert wrong.kind == "answer" and "paul@work.example" not in wrong.body
    command = await case.say("!who merge paul@work.example", who=house.bob)
    assert "paul@work.example" in (await case.answer(command)).body
    known = (await case.answer(await case.say("!who"))).body
    assert "paul@work.example" in known and f"#{other.number}" in known
    # By its number, from the main timeline.
    event = await house.alice.say(desk.room, f"!who #{other.number}")
    assert "paul@home.example" in (await answer(house, desk.room, event, "who it is")).body
    await case.answer(await case.say("!who split paul@work.example"))
    assert "paul@work.example" not in (await case.answer(await case.say("!who"))).body


async def test_a_note_stands_on_the_card_of_the_next_conversation_and_in_no_mail(house: House, desk: Desk) -> None:
    case = await house.case(desk, by(desk, "Nora <nora@home.example>"))
    await case.order("!who note Prefers to be called Mondays")
    known = (await case.answer(await case.say("!who", who=house.bob))).body
    assert "Prefers to be called Mondays" in known
    again = await house.case(desk, by(desk, "Nora <nora@home.example>", "Encore"))
    card = house.alice.current(desk.room, again.thread)
    assert card is not None and "Prefers to be called Mondays" in card.body
    reply = await again.reply("Bien entendu.")
    await again.state(reply, "sent")
    assert b"Mondays" not in (await again.sent("Bien entendu.")).raw
    await case.order("!who note remove 1")
    assert "Mondays" not in (await case.answer(await case.say("!who"))).body
    assert words("error.who_note_which") in (await case.answer(await case.say("!who note remove 1"))).body


async def test_in_french_both_last_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk, by(desk, "Paul <paul@home.example>"))
        await case.answer(await case.say("!qui fusionner paul@work.example"))
        await case.order("!qui noter Plutôt le matin")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        known = (await case.answer(await case.say("!qui"))).body
        assert "paul@work.example" in known and "Plutôt le matin" in known
        other = await own.case(desk, by(desk, "Paul <paul@work.example>"))
        card = own.alice.current(desk.room, other.thread)
        assert card is not None and "Plutôt le matin" in card.body
