"""How a team keeps its conversations in order, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed, words


async def test_tags_are_put_on_taken_off_shown_and_listed(house: House, desk: Desk) -> None:
    one, two = await house.case(desk), await house.case(desk)

    await one.order("!tag Urgent été")
    await one.card("tags", ["urgent", "été"])
    await one.order("!tag urgent")
    await one.done(await house.alice.say(desk.room, f"!tag -ETE facture #{one.number} #{two.number}"))
    await one.card("tags", ["urgent", "facture"])
    await two.card("tags", ["facture"])

    assert words("error.no_such_tag") in (await one.answer(await one.say("!tag -paid"))).body
    assert words("error.no_tag") in (await one.answer(await one.say("!tag a@b"))).body
    event = await house.bob.say(desk.room, "!list tag:FACTURE")
    listed = (await answer(house, desk.room, event, "the list")).body
    assert f"#{one.number} " in listed and f"#{two.number} " in listed
    history = (await one.answer(await one.say("!history"))).body
    assert history.count("urgent") == 1 and "facture" in history and "été" in history


async def test_in_french_tags_have_french_words(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk)
        await case.order("!étiquette urgent")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        listed = await answer(own, desk.room, await own.alice.say(desk.room, "!liste étiquette:urgent"), "the list")
        assert f"#{case.number} " in listed.body and "🏷\u00a0urgent" in listed.body
        told = await case.answer(await case.say("!étiquette"))
        assert words("told.tags", "fr") in told.body and "!étiquette" in told.body


async def test_another_subject_is_that_of_the_card_and_of_the_answer_that_leaves(house: House, desk: Desk) -> None:
    case = await house.case(desk, subject="Une question")

    await case.order('!subject "Devis de mai"')
    await case.card("subject", "Devis de mai")
    await case.state(await case.reply("Voici le devis."), "sent")
    sent = await case.sent("Voici le devis.")
    assert b"Subject: Re: Devis de mai" in sent.raw and f"<{case.message_id}>".encode() in sent.raw

    # A program of before goes on with the old one.
    await case.more("Merci !")
    assert words("error.subject_which") in (await case.answer(await case.say("!subject"))).body
    await case.done(await house.bob.say(desk.room, f"!subject #{case.number} Une question"))
    await case.card("subject", None)


async def test_a_snoozed_one_waits_for_its_time_or_the_next_mail(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    told = await case.answer(await case.say("!snooze lundi 9h"))
    assert words("snooze.done") in told.body and "Monday" in told.body and "09:00" in told.body
    await case.card("status", "pending")
    listed = await answer(house, desk.room, await house.bob.say(desk.room, "!list snoozed"), "the list")
    assert f"#{case.number} " in listed.body
    assert words("error.snooze_when") in (await case.answer(await case.say("!snooze soon"))).body
    await case.more()
    await case.card("status", "active")
    await case.card("snoozed_until", None)


async def test_a_snoozed_one_comes_back_at_its_time_after_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk)
        told = await case.answer(await case.say("!reporter dans 1 min"))
        assert words("snooze.done", "fr") in told.body
        await case.card("status", "pending")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        back = await own.wait(
            desk.room, lambda e: words("snooze.back", "fr") in e.body, "the line that it is back", timeout=120
        )
        assert back.thread == case.thread and back.content["m.mentions"] == {"user_ids": [own.alice.user_id]}
        await case.card("status", "active")


async def test_who_a_correspondent_is_and_what_else_they_wrote(house: House, desk: Desk) -> None:
    one, two = await house.case(desk), await house.case(desk)
    await one.order("!close")
    shown = (await two.answer(await two.say("!who"))).body
    assert f"#{one.number} " in shown and f"#{two.number} " in shown
    event = await house.bob.say(desk.room, f"!qui #{two.number}")
    assert f"#{one.number} " in (await answer(house, desk.room, event, "who it is")).body
    assert words("error.list_from") in (await one.answer(await one.say("!list from:marie"))).body


async def test_a_star_is_seen_by_who_gave_it(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    await case.order("!star")
    mine = await answer(house, desk.room, await house.alice.say(desk.room, "!list starred"), "the list")
    others = await answer(house, desk.room, await house.bob.say(desk.room, "!liste étoilées"), "the list")
    assert f"#{case.number} " in mine.body and f"#{case.number} " not in others.body
    await case.done(await house.alice.say(desk.room, f"!unstar #{case.number}"))
