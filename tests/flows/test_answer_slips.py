"""An answer by mail in which fingers slipped: it waits for its writer, and what leaves by `!send` is the letter alone."""

import pytest

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown

__all__ = ["house"]


async def test_a_misspelt_note_leaves_to_nobody_and_the_thread_says_how_a_note_is_made(house: House) -> None:
    await comes(house, answer(house, "noet : elle ment"))
    assert left(house) == []
    (told,) = shown(house)
    assert "noet : elle ment" in told and "note: as the first word makes a note" in told


@pytest.mark.parametrize("line", ["clsoe", "assing me", "snooze3d"])
async def test_a_misspelt_command_is_not_done_and_leaves_to_nobody(house: House, line: str) -> None:
    await comes(house, answer(house, line))
    assert left(house) == [] and line in shown(house)[-1]
    assert card_says(house)["status"] != "closed" and "snoozed_until" not in card_says(house)


async def test_the_letter_under_a_misspelt_command_leaves_without_it(house: House) -> None:
    await comes(house, answer(house, "clsoe\n\nBonjour Marie, c'est oui."))
    assert left(house) == []
    event = house.homeserver.posted[-1].event
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    assert words.startswith("Bonjour Marie, c'est oui.") and "clsoe" not in words
