"""What a command changed of a mailbox goes back where its message is deleted soon, in the mailbox's own room alone."""

from dataclasses import replace

import pytest

from tests.fakes.chat import ROOM
from tests.fakes.house import House
from tests.fakes.looking import answers_in, happens
from tests.fakes.upgrading import OTHER
from tests.fakes.writing import redacts, says

CASES = {
    "!block @spam.example": ("!block", "spam.example"),
    "!canned save merci\nMerci !": ("!canned", "merci"),
    "!team add chefs @alice": ("!team", "chefs"),
    "!rule add if from:@spam.example then spam": ("!rule", "spam.example"),
}


@pytest.mark.parametrize("body", CASES)
async def test_a_deletion_in_another_room_takes_nothing_back_and_one_in_its_own_does(house: House, body: str) -> None:
    command, (shows, word) = says(body), CASES[body]
    await happens(house, command, replace(redacts(command.event), room=OTHER), seconds=(0.0,))
    await happens(house, says(shows), seconds=(0.0,))
    assert word in answers_in(house)[-1]
    await happens(house, replace(redacts(command.event), room=ROOM), seconds=(0.0,))
    await happens(house, says(shows), seconds=(0.0,))
    assert word not in answers_in(house)[-1]


@pytest.mark.parametrize("body", CASES)
async def test_a_late_deletion_takes_nothing_back(house: House, body: str) -> None:
    command, (shows, word) = says(body), CASES[body]
    await happens(house, command, seconds=(0.0, 60.0))
    await happens(house, redacts(command.event), says(shows), seconds=(0.0,))
    assert word in answers_in(house)[-1]
