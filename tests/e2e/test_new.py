"""A conversation that a member begins, on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House, answer, words
from tests.e2e.letters import id_of, letter, new_id, read

PAUL = "paul@example.org"


async def test_somebody_is_written_to_first_and_answers_into_the_thread(house: House, desk: Desk) -> None:
    asked = await house.alice.say(desk.room, f'!new {PAUL} "Votre inscription"\nBonjour **Paul**, premier mot.')

    mail = await house.sink.wait_for(lambda one: b"premier mot" in one.raw, what="the first mail at the SMTP server")
    sent = read(mail.raw)
    assert (sent["Subject"], sent["To"], sent["In-Reply-To"]) == ("Votre inscription", PAUL, None)
    assert mail.recipients == (PAUL,)
    shown = await house.mail_event(desk, id_of(mail.raw))
    card = await house.wait(desk.room, lambda e: e.event_id == shown.thread, "its card")
    assert "Votre inscription" in card.body
    told = await answer(house, desk.room, asked, "how it fares, under the command")
    assert PAUL in told.body

    raw = letter(to=desk.address, id=new_id(), sender=f"Paul <{PAUL}>", subject="Re: x", answers=id_of(mail.raw))
    await house.deliver(desk, raw)
    came = await house.mail_event(desk, id_of(raw))
    assert came.thread == card.event_id


async def test_a_first_mail_is_taken_back_by_deleting_the_message(house: House, patient_desk: Desk) -> None:
    asked = await house.alice.say(patient_desk.room, f'!new {PAUL} "Trop tôt"\nPas encore parti.')
    told = await answer(house, patient_desk.room, asked, "how it fares, under the command")
    await house.alice.redact(patient_desk.room, asked)

    await house.alice.wait_until(
        lambda: "cancelled" in str(getattr(house.alice.current(patient_desk.room, told.event_id), "postroom", "")),
        what="the mail cancelled",
        timeout=60,
    )
    assert not [one for one in house.sink.received if b"Pas encore parti" in one.raw]


async def test_what_is_missing_is_told_in_french_too(house: House, desk: Desk) -> None:
    asked = await house.alice.say(desk.room, f"!nouveau {PAUL}\nBonjour")
    told = await answer(house, desk.room, asked, "what is missing")
    assert words("error.new_subject") in told.body
