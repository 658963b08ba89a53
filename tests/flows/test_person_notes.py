"""A note on a person through the whole house: on later cards, never in a mail, changed and taken back for a moment."""

import pytest

from storage import shunted
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens
from tests.fakes.writing import edits, mail, redacts, says

PAUL = "paul@example.org"


async def comes(house: House, number: int, sender: str = "Marie <marie@example.org>") -> str:
    house.provider.deliver(mail(id=f"n{number}@example.org", subject=f"Matter {number}", sender=sender))
    await house.settle(NOW)
    return str(house.homeserver.current(card_of(house, number))["body"])


async def test_later_cards_and_who_show_it_after_a_restart_and_no_mail_does(house: House) -> None:
    await happens(house, says("!who note Call in the morning", thread=card_of(house)))
    await house.close()
    await house.open()
    assert "note: Call in the morning" in await comes(house, 2)
    assert "note" not in await comes(house, 3, f"Paul <{PAUL}>")
    await happens(house, says("!who #2"), says("!qui noter #2"))
    assert all("Call in the morning" in one for one in answers_in(house)[-2:])
    await happens(house, says(f"!who merge {PAUL}", thread=card_of(house)))
    assert "note: Call in the morning" in await comes(house, 4, f"Paul <{PAUL}>")
    await happens(house, says("!reply Bonjour", thread=card_of(house, 2)), seconds=(0.0, 25.0, 16.0))
    assert b"morning" not in house.provider.delivered[0][2]
    await happens(house, says("!who note remove 1", thread=card_of(house)))
    assert "note" not in str(house.homeserver.current(card_of(house, 2))["body"])
    assert "note" not in await comes(house, 5)


async def test_it_is_changed_and_taken_back_with_its_message(house: House) -> None:
    said = says("!who note Mornings", thread=card_of(house))
    await happens(house, said, edits(said.event, "!who note Evenings"), seconds=(0.0,))
    await happens(house, says("!who #1"), seconds=(0.0,))
    assert "Evenings" in answers_in(house)[-1] and "Mornings" not in answers_in(house)[-1]
    await happens(house, redacts(said.event), seconds=(0.0,))
    await happens(house, says("!who #1"), seconds=(0.0,))
    assert "Evenings" not in answers_in(house)[-1]


async def test_deleted_at_any_time_its_words_are_nowhere(house: House) -> None:
    said = says("!who note Call in the morning", thread=card_of(house))
    await happens(house, said, seconds=(0.0, 86_400.0))
    assert "Call in the morning" in await comes(house, 2)
    await happens(house, redacts(said.event))
    await happens(house, says("!who #1"))
    assert "morning" not in answers_in(house)[-1]
    assert "morning" not in str(house.homeserver.current(card_of(house, 2))["body"])


@pytest.mark.parametrize("words", ["!reply Bonjour Marie", "!note Mornings", "Bonjour"])
async def test_edited_into_words_for_somebody_else_it_is_no_note(house: House, words: str) -> None:
    said = says("!who note Mornings", thread=card_of(house))
    await happens(house, said, edits(said.event, words), seconds=(0.0, 25.0))
    assert house.provider.delivered == []
    await happens(house, says("!who note", thread=card_of(house)))
    assert "Mornings" not in answers_in(house)[-1] and "Bonjour" not in answers_in(house)[-1]


@pytest.mark.parametrize("number", ["²", "٣", "0", "999999999999"])
async def test_a_number_that_is_none_is_told(house: House, number: str) -> None:
    await happens(house, says("!who note Mornings", thread=card_of(house)))
    await happens(house, says(f"!qui noter supprimer {number}", thread=card_of(house)))
    async with house.step.database.read() as tx:
        assert await shunted.listing(tx) == ()
    assert "#1" in answers_in(house)[-1] if number != "²" else True
