"""A prepared answer, on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House


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
