"""Answers that wait for their time, on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House


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
