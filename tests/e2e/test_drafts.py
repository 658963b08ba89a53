"""A prepared answer, on real servers."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, answer, housed


async def test_a_draft_is_taken_up_by_a_colleague_and_sent_once(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    written = await case.say("!draft Bonjour, à samedi prochain.")
    await case.done(written)
    await case.done(await case.say("!brouillon Bonjour, à dimanche prochain.", who=house.bob))

    sent = await case.say("!send")

    mail = await case.sent("dimanche prochain")
    assert b"samedi prochain" not in mail.raw
    await case.state(sent, "sent")
    await case.answer(await case.say("!send"))
    assert len([one for one in house.sink.received if b"dimanche prochain" in one.raw]) == 1


async def test_the_list_names_what_has_a_draft_and_nothing_else(house: House, own_desk: Desk) -> None:
    desk = own_desk

    async def listed(text: str = "!list drafts") -> str:
        event = await house.bob.say(desk.room, text)
        return (await answer(house, desk.room, event, text)).body

    prepared, left = await house.case(desk, subject="Prepared"), await house.case(desk, subject="Left alone")
    assert "Prepared" not in await listed()
    await prepared.done(await prepared.say("!draft Bonjour."))
    told = await listed()
    assert f"#{prepared.number}" in told and "Prepared" in told and "Left alone" not in told
    await prepared.say("!discard", who=house.bob)
    await left.done(await left.say("!draft Bonsoir."))
    told = await listed()
    assert "Prepared" not in told and "Left alone" in told
    await left.say("!send")
    await left.sent("Bonsoir.")
    assert "Left alone" not in await listed()


async def test_in_french_the_list_of_drafts_lasts_over_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await own.case(desk, subject="À préparer")
        await case.order("!brouillon Bonjour.")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        event = await own.bob.say(desk.room, "!liste brouillons")
        told = (await answer(own, desk.room, event, "the list")).body
        assert "1 conversation avec un brouillon" in told and "À préparer" in told
