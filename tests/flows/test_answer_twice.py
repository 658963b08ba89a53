"""Words that are asked about leave once, whether from the room or by another mail; a note has no own address."""

from bot.domain.ids import EventId
from tests.fakes.chat import ALICE
from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.writing import reacts, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown, ticket

__all__ = ["house"]

WORDS = "Remarque : venez lundi"


def held(house: House) -> EventId:
    return next(
        one.event for one in reversed(house.homeserver.posted) if one.ours.get("kind") == "notice" and not one.is_edit
    )


async def test_words_that_were_sent_from_the_room_are_asked_about_by_mail(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, WORDS, to=told))
    await happens(house, says("!send", thread=card_of(house), reply_to=held(house)), seconds=SENT)
    await comes(house, answer(house, f"!reply {WORDS}", to=told, id="a2@home.example"))
    assert len(left(house)) == 1 and "the same words" in shown(house)[-1]


async def test_words_that_left_by_mail_are_asked_about_in_the_room(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, WORDS, to=told))
    event = held(house)
    await comes(house, answer(house, f"!reply {WORDS}", to=told, id="a2@home.example"))
    assert len(left(house)) == 1
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert len(left(house)) == 1
    question = next(one for one in house.homeserver.posted if "have left here already" in str(one.content["body"]))
    await happens(house, reacts("✅", question.event, sender=ALICE), seconds=SENT)
    assert len(left(house)) == 2


async def test_words_that_were_taken_back_in_the_room_leave_by_mail(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, WORDS, to=told))
    await happens(house, says("!send", thread=card_of(house), reply_to=held(house)), seconds=(0.0, 1.0))
    await happens(house, says("!undo", thread=card_of(house)), seconds=SENT)
    assert left(house) == []
    await comes(house, answer(house, f"!reply {WORDS}", to=told, id="a2@home.example"))
    assert len(left(house)) == 1


async def test_a_note_shows_no_own_address_to_the_room(house: House) -> None:
    text = "note: elle ment\n\nAlice Martin\nTrésorière\nalice@home.example\n06 12 34 56 78"
    await comes(house, answer(house, text, sender="Alice Martin <alice@home.example>"))
    assert "elle ment" in shown(house)[-1] and "alice@home.example" not in "".join(shown(house))
