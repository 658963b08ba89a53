"""An answer by mail in which fingers slipped, or whose command stands elsewhere: it waits for its writer, and what leaves by `!send` is the letter alone."""

import pytest

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown, ticket

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


async def sent_by_hand(house: House) -> str:
    """What leaves as Alice writes `!send` under the words that wait."""
    event = house.homeserver.posted[-1].event
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    return words


async def test_the_letter_under_a_misspelt_command_leaves_without_it(house: House) -> None:
    await comes(house, answer(house, "clsoe\n\nBonjour Marie, c'est oui."))
    assert left(house) == []
    words = await sent_by_hand(house)
    assert words.startswith("Bonjour Marie, c'est oui.") and "clsoe" not in words


async def test_a_note_as_in_the_room_below_other_words_leaves_to_nobody(house: House) -> None:
    await comes(house, answer(house, "Bonjour,\n\noui.\n\n!note elle nous doit encore 30 €"))
    assert left(house) == [] and "note: as the first word" in shown(house)[-1]


async def test_a_note_whose_mark_has_a_blank_behind_it_leaves_to_nobody(house: House) -> None:
    await comes(house, answer(house, "! note elle ment"))
    assert left(house) == [] and "! note elle ment" in shown(house)[-1]


async def test_a_command_alone_on_the_last_line_is_not_done_and_leaves_to_nobody(house: House) -> None:
    await comes(house, answer(house, "Bonjour Marie,\n\nc'est oui pour lundi.\n\nfermer"))
    assert left(house) == [] and card_says(house)["status"] != "closed"
    words = await sent_by_hand(house)
    assert words.startswith("Bonjour Marie,") and "fermer" not in words


async def test_who_wants_no_more_of_these_mails_is_told_how_and_the_correspondent_hears_nothing(house: House) -> None:
    await comes(house, answer(house, "STOP"))
    assert left(house) == []
    assert "!notify" in shown(house)[-1] and "!email remove 1" in shown(house)[-1]


async def test_who_takes_an_answer_back_by_mail_is_told_where_and_it_leaves_to_nobody(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, "Bonjour Marie, c’est oui.", to=told))
    await comes(house, answer(house, "Oups, annule ma réponse", to=told, id="a2@home.example"))
    ((_, words),) = left(house)
    assert words.startswith("Bonjour Marie, c’est oui.") and "!undo" in shown(house)[-1]


async def test_thanks_to_a_colleague_leave_to_nobody_and_thanks_to_the_correspondent_leave(house: House) -> None:
    await comes(house, answer(house, "Merci Bob !"))
    assert left(house) == []
    await comes(house, answer(house, "Merci Marie !", id="a2@home.example"))
    ((_, words),) = left(house)
    assert words.startswith("Merci Marie !")
