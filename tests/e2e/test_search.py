"""Conversations are found again, on real servers."""

from __future__ import annotations

from bot.demo.matrix_user import MatrixUser, RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Case, Desk, House, answer, housed, words
from tests.e2e.letters import letter, new_id


async def _searched(house: House, desk: Desk, asked: str, *, who: MatrixUser | None = None) -> RoomEvent:
    event = await (who or house.alice).say(desk.room, asked)
    return await answer(house, desk.room, event, f"what {asked} finds")


async def _about(house: House, desk: Desk, subject: str, text: str) -> Case:
    return await house.case(desk, letter(to=desk.address, id=new_id(), subject=subject, text=text))


async def test_mails_answers_and_notes_are_found_and_a_deleted_note_is_not(
    house: House, desk: Desk, own_desk: Desk
) -> None:
    one = await _about(house, desk, "Règlement", "Le remboursement de l’été, s’il vous plaît.")
    two = await _about(house, desk, "Autre chose", "Rien de tout cela.")
    elsewhere = await _about(house, own_desk, "Règlement", "Le remboursement d’une autre salle.")
    note = await two.order("!note Demander à la trésorière")
    await two.state(await two.reply("Nous **vérifions** votre cotisation."), "sent")

    found = await _searched(house, desk, "!search REGLEMENT ete")
    assert f"#{one.number} " in found.body and f"#{two.number} " not in found.body and found.thread is not None
    assert f"#{elsewhere.number} " not in found.body and "<b>été</b>" in str(found.content.get("formatted_body"))
    assert f"#{two.number} " in (await _searched(house, desk, "!search tresor*", who=house.bob)).body
    assert f"#{two.number} " in (await _searched(house, desk, "/find verifions")).body
    assert (
        f"#{one.number} " in (await two.answer(await two.say('!search "remboursement de l\'ete" status:active'))).body
    )
    assert words("search.nothing") in (await _searched(house, desk, "!search subject:remboursement")).body

    await house.alice.redact(desk.room, note)
    await house.quiet(desk)
    assert words("search.nothing") in (await _searched(house, desk, "!search tresor*")).body


async def test_what_is_missing_or_wrong_is_told(house: House, desk: Desk) -> None:
    for asked, why in (
        ("!search", "error.search_what"),
        ('!search "', "error.search_what"),
        ("!search a status:perhaps", "error.search_status"),
        ("!search " + "mot " * 60, "error.search_many"),
        ('!search words:x AND "', "error.search_filter"),
    ):
        assert words(why) in (await _searched(house, desk, asked)).body, asked
    for hostile in ("NEAR(facture 1)", "' OR 1=1 --", '"words:x" AND "', "!search & | ! <->"):
        assert words("search.nothing") in (await _searched(house, desk, f"!search {hostile}")).body, hostile


async def test_pages_are_turned_by_hand_and_by_word(house: House, own_desk: Desk) -> None:
    for number in range(12):
        raw = letter(to=own_desk.address, id=new_id(), sender=f"p{number}@client.example", text="Une facture.")
        await house.deliver(own_desk, raw)
    await house.mail_count(own_desk, 12)
    event = await house.alice.say(own_desk.room, "!search facture")
    first = await answer(house, own_desk.room, event, "the first page")
    assert "➡️" in first.body and first.thread == event

    await house.bob.react(own_desk.room, first.event_id, "➡️")
    second = await answer(house, own_desk.room, first.event_id, "the second page")
    assert second.thread == event and second.body.count(" · Une question · ") == 2, second.body
    asked = await house.alice.say(own_desk.room, "!more", thread=event)
    told = await answer(house, own_desk.room, asked, "that it was the last one")
    assert words("error.no_more") in told.body
    await house.alice.react(own_desk.room, second.event_id, "⬅️")
    back = await answer(house, own_desk.room, second.event_id, "the first page again")
    assert back.body == first.body and back.thread == event


async def test_all_words_of_a_long_conversation_are_shown_page_by_page(house: House, desk: Desk) -> None:
    case = await _about(house, desk, "Longue", "Premier mot. " + "encore " * 1500 + "dernier mot.")
    first = await case.answer(await case.say("!show all"))
    assert "Premier mot." in first.body and "dernier mot." not in first.body and first.thread == case.thread
    event = await house.bob.say(desk.room, f"!montrer tout #{case.number} page:3")
    last = await answer(house, desk.room, event, "the last page")
    assert "dernier mot." in last.body and last.thread == event
    await house.bob.react(desk.room, first.event_id, "➡️")
    second = await answer(house, desk.room, first.event_id, "the second page")
    assert "page 2 of 3" in second.body and second.thread == case.thread


async def test_what_became_of_a_mail_is_told_in_its_own_room_alone(house: House, desk: Desk, own_desk: Desk) -> None:
    raw = letter(to=desk.address, id=new_id(), sender="Zoe <zoe@mairie.example>", subject="Traceable")
    case = await house.case(desk, raw)
    await case.state(await case.reply("We answer."), "sent")

    asked = await house.bob.say(desk.room, "!trace zoe@mairie.example")
    said = (await answer(house, desk.room, asked, "what became of it")).body
    assert "UID " in said and words("trace.state.sent") in said and words("trace.server_words") in said
    assert f"#{case.number}" in said and said.count("Traceable") >= 2
    elsewhere = await house.alice.say(own_desk.room, "!retracer zoe@mairie.example")
    said = (await answer(house, own_desk.room, elsewhere, "that none came")).body
    assert words("trace.nothing") in said and "Traceable" not in said and own_desk.address in said
    assert words("error.trace_what") in (await case.answer(await case.say("!trace"))).body


async def test_in_french_and_after_a_restart(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, language="fr") as own:
        (desk,) = own.desks
        case = await _about(own, desk, "Adhésion", "Voici mon chèque.")
        await case.order("!noter Chèque reçu")
        await own.bot.kill()
        await own.bot.start()
        await own.bot.healthy()
        found = await _searched(own, desk, "!chercher cheque objet : adhesion statut:active")
        assert f"#{case.number} " in found.body
        assert f"#{case.number} " in (await _searched(own, desk, "!recherche recu")).body
        assert "!chercher facture" in (await _searched(own, desk, "!chercher")).body
