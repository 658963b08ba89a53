"""A command for a whole list: through the whole flow on a real database."""

from bot.domain.ids import EventId
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, card_says, happens
from tests.fakes.writing import reacts, redacts, says


def question_in(house: House) -> EventId:
    return [e.event for e in house.homeserver.of_kind("receipt") if "would change" in str(e.content["body"])][-1]


async def test_check_mark_by_who_asked_closes_what_was_counted_and_deleting_the_command_opens_it(house: House) -> None:
    command = says("!close all")
    await happens(house, command)
    question = question_in(house)
    assert card_says(house)["status"] == "active"
    await happens(house, reacts("✅", question, sender=BOB))
    assert card_says(house)["status"] == "active", "nobody else's ✅ counts"
    once = reacts("✅", question, sender=ALICE)
    await happens(house, once, once)
    assert card_says(house)["status"] == "closed"
    assert sum("1 conversation changed" in one for one in answers_in(house)) == 1
    await happens(house, redacts(command.event), seconds=(0.0, 1.0))
    assert card_says(house)["status"] == "active"


async def test_a_command_that_is_deleted_before_the_answer_does_nothing(house: House) -> None:
    command = says("!close all", thread=card_of(house))
    await happens(house, command, redacts(command.event), says("!yes", thread=card_of(house)))
    assert card_says(house)["status"] == "active"


async def test_yes_in_the_thread_where_it_was_asked(house: House) -> None:
    await happens(house, says("!close all", thread=card_of(house)), says("!oui", thread=card_of(house)))
    assert card_says(house)["status"] == "closed"
