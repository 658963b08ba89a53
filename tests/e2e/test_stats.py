"""Figures on real servers: in words, and as a picture that people can load."""

from __future__ import annotations

from tests.e2e.house import Desk, House, answer, words


async def test_a_week_in_words_and_as_a_picture(house: House, own_desk: Desk) -> None:
    case = await house.case(own_desk)
    await case.order("!tag facture")
    event = await house.alice.say(own_desk.room, "!chiffres mois")
    told = await answer(house, own_desk.room, event, "the figures")
    assert "1 mail came" in told.body and "facture · 1" in told.body
    posted = await house.wait(own_desk.room, lambda e: e.body.startswith("stats-"), "the picture")
    raw = await house.alice.download(str(posted.content["url"]))
    assert raw.startswith(b"\x89PNG")

    wrong = await case.say("!stats year")
    assert words("error.stats_span") in (await case.answer(wrong)).body
