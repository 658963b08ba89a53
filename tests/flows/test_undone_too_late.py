"""A command is deleted within its undo time, and something came in between: nothing that is to do goes out of sight."""

import pytest

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import mail, redacts, says
from tests.flows.test_merge import two

AT_ONCE = (0.0,)


async def comes(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(AT_ONCE)


@pytest.mark.parametrize(("before", "word"), [("!delete", "!restore"), ("!pending", "!active"), ("!spam", "!notspam")])
async def test_a_mail_that_came_since_stays_to_do(house: House, before: str, word: str) -> None:
    command = says(word, thread=card_of(house))
    await happens(house, says(before, thread=card_of(house)), command, seconds=AT_ONCE)
    await comes(house)
    await happens(house, redacts(command.event))
    assert card_says(house)["status"] == "active"


async def test_what_else_the_command_did_is_taken_back(house: House) -> None:
    await two(house)
    await happens(house, says("!pending #2"), says("!tag urgent #1"), says("!active #1"))
    command = says("!merge #2", thread=card_of(house))
    await happens(house, command, seconds=AT_ONCE)
    await comes(house)
    await happens(house, redacts(command.event))
    assert (card_says(house, 1)["status"], card_says(house, 2)["status"]) == ("active", "active")
    assert "goes_on_as" not in card_says(house, 1) and "tags" not in card_says(house, 2)


async def test_without_one_it_is_as_before(house: House) -> None:
    command = says("!restore", thread=card_of(house))
    await happens(house, says("!delete", thread=card_of(house)), command, redacts(command.event), seconds=AT_ONCE)
    assert card_says(house)["status"] == "deleted"


async def test_an_answer_leaves_from_no_conversation_that_is_deleted_again(house: House) -> None:
    command = says("!restore", thread=card_of(house))
    await happens(house, says("!assign me", thread=card_of(house)), says("!delete", thread=card_of(house)))
    await happens(house, command, says("!reply Bonjour", thread=card_of(house)), seconds=AT_ONCE)
    await happens(house, redacts(command.event), seconds=SENT)
    assert (len(house.provider.delivered), card_says(house)["status"]) == (1, "pending")
