"""A phone sends an answer by mail again under another id, or its writer forgot a file: nothing is done twice, or lost."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, card_says, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown, ticket
from tests.flows.test_answer_cards import names
from tests.flows.test_notices import words_of
from tests.flows.test_own_addresses import sent_to

__all__ = ["house"]

HERS = "alice@home.example"


@pytest.mark.parametrize("again", ["note: elle ment", "note : elle ment"])
async def test_a_note_that_comes_again_stands_once(house: House, again: str) -> None:
    told = ticket(house)
    await comes(house, answer(house, "note: elle ment", to=told))
    await comes(house, answer(house, again, to=told, id="a2@home.example"))
    assert len([one for one in shown(house) if "elle ment" in one]) == 1
    await comes(house, answer(house, "note: elle ment encore", to=told, id="a3@home.example"))
    assert "elle ment encore" in shown(house)[-1]


@pytest.mark.parametrize("line", ["close", "assign me", "snooze 3d"])
async def test_a_line_that_comes_again_does_not_undo_what_a_colleague_did_since(house: House, line: str) -> None:
    told = ticket(house)
    await comes(house, answer(house, line, to=told))
    done = "!assign me" if "assign" in line else "!reopen"
    await happens(house, says(done, thread=card_of(house), sender=BOB), seconds=NOW)
    before = card_says(house)
    await comes(house, answer(house, line, to=told, id="a2@home.example"))
    after = card_says(house)
    assert (before["status"], before["assignee"]) == (after["status"], after["assignee"])
    assert "was not done again" in shown(house)[-1]
    assert "was not done again" in words_of(sent_to(house, HERS)[-1])


async def test_another_line_in_answer_to_the_same_notification_is_done(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, "assign me", to=told))
    await comes(house, answer(house, "close", to=told, id="a2@home.example"))
    assert card_says(house)["status"] == "closed"


async def test_the_same_words_with_the_file_that_was_forgotten_leave(house: House) -> None:
    told = ticket(house)
    words = "Bonjour Marie, voici le document."
    await comes(house, answer(house, words, to=told))
    await comes(house, answer(house, words, to=told, id="a2@home.example", file=b"%PDF"))
    assert names(house) == [[], ["paper.pdf"]]
    for id in ("a2@home.example", "a3@home.example"):
        await comes(house, answer(house, words, to=told, id=id, file=b"%PDF"))
    await comes(house, answer(house, words, to=told, id="a4@home.example"))
    assert len(left(house)) == 2


@pytest.mark.parametrize("line", ["close", "!close", "fermer", "assign me", "snooze 3d"])
async def test_of_a_command_below_a_note_it_is_said_that_it_was_not_done(house: House, line: str) -> None:
    await comes(house, answer(house, f"note : Marie a rappelé, elle vient lundi\n\n{line}"))
    said = shown(house)[-1]
    assert "elle vient lundi" in said and f"“{line.removeprefix('!')}” below the note was not done" in said
    assert card_says(house)["status"] == "active"
    assert "below the note was not done" in words_of(sent_to(house, HERS)[-1])


async def test_a_note_without_a_command_below_is_told_of_by_nothing(house: House) -> None:
    before = len(sent_to(house, HERS))
    await comes(house, answer(house, "note : elle vient lundi\n\nJe la rappelle, on ferme à 18 h."))
    assert "was not done" not in shown(house)[-1] and len(sent_to(house, HERS)) == before
