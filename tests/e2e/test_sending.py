"""How a member's words and files leave the room, are taken back, and are asked about first."""

from __future__ import annotations

from tests.e2e.house import Desk, House, words
from tests.e2e.letters import files_of


async def test_a_tray_sends_one_s_own_message(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    talk = await case.say("Words that were **meant** for Marie.")

    await case.react("📤", to=talk)

    mail = await case.sent("Words that were")
    assert b"<strong>meant</strong>" in mail.raw
    await case.state(talk, "sent")


async def test_a_tray_on_a_file_sends_it_as_an_attachment(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    picture = bytes(range(256)) * 20
    posted = await house.alice.send_file(
        desk.room, picture, filename="plan.png", content_type="image/png", thread=case.thread, caption="Voici le plan."
    )

    await case.react("📤", to=posted)

    mail = await case.sent("Voici le plan.")
    await case.state(posted, "sent")
    (file,) = files_of(mail.raw)
    assert file == ("plan.png", "image/png", picture)


async def test_attached_files_leave_with_the_next_reply(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    for name in ("one.txt", "two.txt"):
        await house.alice.send_file(
            desk.room, name.encode(), filename=name, content_type="text/plain", thread=case.thread
        )
    told = await case.answer(await case.say("!attach"))
    assert "one.txt, two.txt" in told.body

    reply = await case.reply("Both of them.")

    mail = await case.sent("Both of them.")
    await case.state(reply, "sent")
    assert [(name, data) for name, _, data in files_of(mail.raw)] == [("one.txt", b"one.txt"), ("two.txt", b"two.txt")]
    out = await house.wait(
        desk.room, lambda e: e.postroom.get("direction") == "out" and e.kind == "mail" and e.thread == case.thread, "it"
    )
    assert "two.txt" in out.body


async def test_a_tray_on_a_colleague_s_message_is_refused(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    talk = await case.say("Not yours to send.", who=house.bob)

    await case.react("📤", to=talk)

    told = await house.wait(
        desk.room, lambda e: e.thread == case.thread and words("error.send_own_only") in e.body, "the refusal of 📤"
    )
    assert told.content["m.mentions"] == {"user_ids": [house.alice.user_id]}
    await case.nothing_left("Not yours to send")


async def test_a_tray_on_the_card_sends_nothing(house: House, desk: Desk) -> None:
    case = await house.case(desk)

    await case.react("📤")

    await house.wait(
        desk.room, lambda e: e.thread == case.thread and words("error.send_what") in e.body, "what 📤 is for"
    )


# --- the undo window


async def test_a_reply_that_is_deleted_in_its_window_is_not_sent(house: House, patient_desk: Desk) -> None:
    case = await house.case(patient_desk)
    reply = await case.reply("Too early, deleted.")
    await case.state(reply, "queued")

    await house.alice.redact(patient_desk.room, reply)

    await case.state(reply, "cancelled")
    await case.nothing_left("Too early, deleted")


async def test_undo_takes_a_reply_back(house: House, patient_desk: Desk) -> None:
    case = await house.case(patient_desk)
    reply = await case.reply("Too early, undone.")
    await case.say("!undo")

    await case.state(reply, "cancelled")
    await case.nothing_left("Too early, undone")


async def test_taking_the_tray_away_takes_the_mail_back(house: House, patient_desk: Desk) -> None:
    case = await house.case(patient_desk)
    talk = await case.say("Too early, tray.")
    tray = await case.react("📤", to=talk)
    await case.state(talk, "queued")

    await house.alice.redact(patient_desk.room, tray)

    await case.state(talk, "cancelled")
    await case.nothing_left("Too early, tray")


async def test_editing_the_message_in_its_window_edits_the_mail(house: House, patient_desk: Desk) -> None:
    case = await house.case(patient_desk)
    reply = await case.reply("With a tpyo.")
    await case.state(reply, "queued")

    await house.alice.edit(patient_desk.room, reply, "!reply Without a typo.")

    await case.sent("Without a typo.")
    await case.state(reply, "sent")
    assert not [mail for mail in house.sink.received if b"tpyo" in mail.raw]
    told = await case.say("!undo")
    assert "nothing" in (await case.answer(told)).body.lower()


async def test_an_answer_that_is_edited_into_a_note_in_its_window_stays_inside(
    house: House, patient_desk: Desk
) -> None:
    case = await house.case(patient_desk)
    reply = await case.reply("Not for her.")
    await case.state(reply, "queued")

    await house.alice.edit(patient_desk.room, reply, "!note Not for her, between us.")

    await case.state(reply, "cancelled")
    await case.nothing_left("Not for her")


async def test_deleting_a_command_soon_takes_it_back(house: House, patient_desk: Desk) -> None:
    case = await house.case(patient_desk)
    close = await case.say("!close")
    await case.card("status", "closed")

    await house.alice.redact(patient_desk.room, close)

    await case.card("status", "active")


async def test_an_edit_after_the_mail_left_is_told(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    reply = await case.reply("It has left.")
    await case.state(reply, "sent")

    await house.alice.edit(desk.room, reply, "!reply It was different.")

    await house.wait(
        desk.room, lambda e: e.thread == case.thread and words("error.edit_too_late") in e.body, "that it was too late"
    )
    await house.quiet(desk)
    assert not [mail for mail in house.sink.received if b"It was different" in mail.raw]


# --- asked back


async def test_a_newer_mail_that_was_not_seen_is_asked_about_and_repeating_confirms(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    await case.read(house.alice)
    await case.more("Wait, something else!")

    asked = await case.reply("Before I saw it.")
    question = await case.answer(asked, "the question")
    assert words("question.newer_mail") in question.body
    assert not [mail for mail in house.sink.received if b"Before I saw it" in mail.raw]

    again = await case.reply("Before I saw it.")

    await case.state(again, "sent")
    assert len([mail for mail in house.sink.received if b"Before I saw it" in mail.raw]) == 1


async def test_who_has_read_the_newest_mail_is_not_asked(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    await case.read(house.alice)
    await case.more("Wait, something else!")
    await case.read(house.alice)

    await case.state(await case.reply("I have seen both."), "sent")


async def test_a_colleague_s_answer_is_asked_about_and_a_check_on_the_question_confirms(
    house: House, desk: Desk
) -> None:
    case = await house.case(desk)
    await case.state(await case.reply("Bob was first.", who=house.bob), "sent")

    asked = await case.reply("Alice as well.")
    question = await case.answer(asked, "the question")
    assert words("question.colleague_replied") in question.body
    await case.react("✅", to=question.event_id, who=house.bob)
    await house.wait(
        desk.room, lambda e: words("error.question_over") in e.body and e.thread == case.thread, "the refusal"
    )
    await case.react("✅", to=question.event_id)

    await case.state(asked, "sent")
    assert len([mail for mail in house.sink.received if b"Alice as well" in mail.raw]) == 1
    await case.card("status", "pending")
    # The question is used up: neither the mark once more nor the command sends again.
    await case.react("✅\ufe0f", to=question.event_id)
    await case.reply("Alice as well.")
    await house.quiet(desk)
    assert len([mail for mail in house.sink.received if b"Alice as well" in mail.raw]) == 1
