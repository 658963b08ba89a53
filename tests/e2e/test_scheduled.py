"""Answers that wait for their time, or for a second member, and mails that members pass on; on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House, answer, made_of, words
from tests.e2e.letters import letter, new_id


async def test_an_answer_waits_is_listed_and_leaves_by_an_edit_of_its_time_or_not_at_all(
    house: House, desk: Desk
) -> None:
    case = await house.case(desk)
    first = await case.say('!reply --at "tomorrow 9:00" Bonjour le matin.')
    await case.state(first, "scheduled")
    listed = await case.answer(await case.say("!scheduled"))
    assert f"#{case.number}" in str(listed.content["body"]) and "le matin" in str(listed.content["body"])

    wrong = await case.answer(await case.say("!répondre --à lundi 9h Bonjour sans guillemets."))
    assert "lundi 9h Bonjour sans guillemets" in str(wrong.content["body"])
    await case.say("!undo")
    await case.state(first, "cancelled")

    # A mail that comes before holds the second one; a person lets it go.
    second = await case.say('!reply --at "tomorrow 9:00" Bonjour tout de suite.')
    await case.state(second, "scheduled")
    await case.more()
    await case.state(second, "held")
    await case.say("!send", who=house.bob)
    mail = await case.sent("tout de suite")
    assert mail.recipients
    await case.state(second, "sent")
    assert not [one for one in house.sink.received if b"le matin" in one.raw]


async def test_a_second_member_lets_an_answer_leave_and_a_member_s_forward_is_the_customer_s(
    house: House, four_eyes_desk: Desk
) -> None:
    case = await house.case(four_eyes_desk)
    written = await case.reply("Bonjour relu.", who=house.bob)
    await case.state(written, "unapproved")
    own = await case.answer(await case.say("!approuver", who=house.bob))
    assert "somebody else approves it" in str(own.content["body"])
    line = next(e for e in house.posted(case.room, "mail") if made_of(e) == written)
    await case.react("👍", to=line.event_id)
    await case.sent("Bonjour relu.")
    await case.state(written, "sent")

    raw = letter(
        to=four_eyes_desk.address,
        id=new_id(),
        sender="Member <member@monasso.org>",
        subject="Fwd: Une question",
        text="@fwd\n\n---------- Forwarded message ---------\nFrom: Zoe <zoe@customer.example>\n"
        "Date: Mon, 23 Nov 2026 09:00\nSubject: Mon contrat\nTo: Member <member@monasso.org>\n\nOu est mon contrat ?\n",
    )
    passed = await house.case(four_eyes_desk, raw)
    card = house.alice.current(passed.room, passed.thread)
    assert card is not None and "Zoe" in str(card.content["body"]) and "Mon contrat" in str(card.content["body"])
    answer = await passed.reply("Le voici.")
    await passed.state(answer, "unapproved")
    await passed.say("!approve", who=house.bob)
    mail = await passed.sent("Le voici.")
    assert list(mail.recipients) == ["zoe@customer.example"]


async def test_an_approval_is_taken_away_with_its_reaction_and_a_cross_takes_the_answer_back(
    house: House, four_eyes_desk: Desk
) -> None:
    case = await house.case(four_eyes_desk)
    written = await case.say('!reply --at "tomorrow 9:00" Bonjour jamais parti.', who=house.bob)
    await case.state(written, "unapproved")
    line = next(e for e in house.posted(case.room, "mail") if made_of(e) == written)
    given = await case.react("👍", to=line.event_id)
    await case.state(written, "scheduled")
    await house.alice.redact(case.room, given)
    await case.state(written, "unapproved")
    await case.react("❌", to=line.event_id)
    await case.state(written, "cancelled")
    assert not [one for one in house.sink.received if b"jamais parti" in one.raw]


async def test_a_first_mail_waits_for_its_time_and_a_note_tells_whom_it_names(house: House, desk: Desk) -> None:
    asked = await house.alice.say(desk.room, '!nouveau paul@example.org --à "demain 9h" "Bientôt"\nPas avant demain.')
    told = await answer(house, desk.room, asked, "how it fares, under the command")
    assert "paul@example.org" in told.body
    case = await house.case(desk)
    name = house.bob.user_id.partition(":")[0]
    await case.say(f"!note Vu avec {name} et @personne.")
    named = await house.wait(desk.room, lambda e: words("note.named") in e.body, "the line for Bob")
    assert named.content["m.mentions"] == {"user_ids": [house.bob.user_id]} and named.content["msgtype"] == "m.text"
    assert not [one for one in house.sink.received if b"Pas avant demain" in one.raw]
