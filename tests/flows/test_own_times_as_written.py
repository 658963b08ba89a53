"""Quiet hours and digests as people write them, and said in their language, through the whole bot."""

import pytest

from tests.fakes.direct import asks, invites
from tests.fakes.house import House


@pytest.mark.parametrize(
    "words", ["22 h à 7 h", "de 22h à 7h", "22h00 à 7h00", "entre 22h et 7h", "22\u202fh à 7\u202fh", "10pm-7am"]
)
async def test_hours(house: House, words: str) -> None:
    await invites(house)
    (said, *_) = await asks(house, f"!notifier calme {words}")
    assert "22:00-07:00" in said


@pytest.mark.parametrize(
    "words",
    ["quotidien à 8h", "chaque jour à 8 h", "tous les jours 8h", "8h", "every day 8:00", "jour", "quotidien 8 h"],
)
async def test_a_digest_of_each_day(house: House, words: str) -> None:
    await invites(house)
    (said, *_) = await asks(house, f"!notifier résumé {words}")
    assert "each day at 08:00" in said


@pytest.mark.parametrize("words", ["le lundi à 8h", "lundi à 8 h", "hebdomadaire lundi 8h", "weekly on monday at 8:00"])
async def test_a_digest_of_a_day_of_the_week_is_said_in_the_language_of_its_person(house: House, words: str) -> None:
    await invites(house)
    await asks(house, "!language fr")
    (said, *_) = await asks(house, f"!notifier résumé {words}")
    assert "le lundi à 08:00" in said and "monday" not in said
    (page, *_) = await asks(house, "!notifier")
    assert "le lundi à 08:00" in page
