"""Plain talk that leaves as an answer: whoever is mailed hears of it as the answer that it is."""

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.writing import edits, reacts, reads, redacts, says
from tests.flows.test_notices import SOON
from tests.flows.test_talk_told import CALLED, has_chosen, mailed, talks

LETTER = "Bonjour Marie, venez mardi."


async def sends(house: House, how: str = "📤", *, by: UserId = ALICE, words: str = LETTER) -> TeamMessage:
    await happens(house, reads(mails_in(house)[-1].event, sender=by))
    said = await talks(house, words, seconds=NOW)
    sent = reacts(how, said.event, sender=by)
    word = says(how, thread=card_of(house), reply_to=said.event, sender=by)
    await happens(house, sent if how == "📤" else word, seconds=SENT)
    return said


@pytest.mark.parametrize("how", ["📤", "!send"])
@pytest.mark.parametrize("is_restarted", [False, True])
async def test_it_stands_in_the_mail_once_as_the_answer(house: House, how: str, is_restarted: bool) -> None:
    await has_chosen(house, "noted-mine email")
    await sends(house, how)
    if is_restarted:
        await house.close()
        await house.open()
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mardi") == 1
    assert "Alice answered" in one and "noted" not in one and "wrote in the thread" not in one


async def test_what_else_was_said_stands_there_as_a_note(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    await talks(house, seconds=NOW)
    await sends(house)
    await talks(house, "C'est fait.", seconds=NOW)
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mardi") == 1 and one.count("noted for the team") == 2
    assert CALLED in one and "C'est fait." in one


async def test_the_same_words_of_another_line_are_a_note(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    await talks(house, LETTER, seconds=NOW)
    await sends(house)
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mardi") == 2 and one.count("noted for the team") == 1


async def test_an_answer_that_was_stopped_is_told_as_the_note_that_it_is(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    await happens(house, reads(mails_in(house)[-1].event))
    said = await talks(house, LETTER, seconds=NOW)
    sent = reacts("📤", said.event)
    await happens(house, sent, redacts(sent.event), seconds=NOW)
    await happens(house, says("!undo", thread=card_of(house)), seconds=SENT)
    await house.settle((*SOON, *SOON))
    assert [one.count("venez mardi") for one in mailed(house)] == [1]
    assert "noted for the team" in mailed(house)[0]


async def test_what_is_sent_after_it_was_mailed_as_a_note_is_told_as_an_answer(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    await happens(house, reads(mails_in(house)[-1].event))
    said = await talks(house, LETTER)
    await happens(house, reacts("📤", said.event), seconds=SENT)
    await house.settle((*SOON, *SOON))
    first, second = mailed(house)
    assert "noted for the team" in first and "answered" in second and "noted for the team" not in second


async def test_words_that_another_could_not_send_are_a_note(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    await sends(house, by=BOB)
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mardi") == 1 and "noted for the team" in one


async def test_who_is_named_in_it_is_told_all_the_same(house: House) -> None:
    await has_chosen(house, "noted-mine email", mine=False)
    await sends(house, words=f"{LETTER} @bob")
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mardi") == 1


async def test_what_was_edited_before_it_left_stands_there_once(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    await happens(house, reads(mails_in(house)[-1].event))
    said = await talks(house, LETTER, seconds=NOW)
    await happens(house, edits(said.event, LETTER.replace("mardi", "mercredi")))
    await happens(house, reacts("📤", said.event), seconds=SENT)
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mercredi") == 1 and "mardi" not in one


async def test_what_was_edited_after_it_left_is_shown_as_a_note_too(house: House) -> None:
    await has_chosen(house, "noted-mine email")
    said = await sends(house)
    await happens(house, edits(said.event, "Bonjour Marie, venez jeudi."))
    await house.settle((*SOON, *SOON))
    (one,) = mailed(house)
    assert one.count("venez mardi") == 1
    assert one.count("venez jeudi") == 1 and "noted for the team" in one
