"""Buttons: the bot's own reactions on a card, where the mailbox wants them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.calls import Priority
from bot.domain.effects import Mark
from bot.domain.ids import EventId, RoomId
from bot.domain.settings import MailboxSettings, Meaning
from bot.flows.render.effects import render
from bot.flows.render.scene import Scene
from tests.fakes.chat import CONFIG, ROOM, at
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, card_of, card_says, happens
from tests.fakes.upgrading import NEW, cards, made, upgraded
from tests.fakes.writing import mail, reacts, says

FOUR = ["✋", "✅", "⏳", "🚫"]


async def opened(folder: Path, mailbox: MailboxSettings) -> House:
    house = House(folder, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    return house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await opened(tmp_path, replace(MAILBOX, buttons=True))
    yield house
    await house.close()


def buttons(house: House, number: int = 1, room: RoomId = ROOM) -> list[object]:
    card = cards(house, room)[number].event
    on_it = [p.relation for p in house.homeserver.posted if p.type == "m.reaction" and p.room == room]
    return [one["key"] for one in on_it if one["event_id"] == card]


def test_all_that_somebody_waits_for_goes_first() -> None:
    button = Mark(ROOM, EventId("$card"), "✋", is_button=True)
    (button_call,) = render(button, Scene(INSTANCE, at(1), {}, {}, frozenset())).calls
    (answer,) = render(replace(button, is_button=False), Scene(INSTANCE, at(1), {}, {}, frozenset())).calls
    assert (button_call.priority, answer.priority) == (Priority.TINT, Priority.ANSWER)


async def test_a_card_gets_them_once_in_order(house: House) -> None:
    assert buttons(house) == FOUR
    await happens(house, says("!close #1"), says("!active #1"))
    await house.close()
    await house.open()
    await house.settle(NOW)
    assert buttons(house) == FOUR


async def test_a_tap_on_one_does_what_the_reaction_does(house: House) -> None:
    await happens(house, reacts("✅", card_of(house)))
    assert card_says(house)["status"] == "closed"


async def test_spam_gets_none(house: House) -> None:
    await happens(house, says("!block spam@shop.example"))
    house.provider.deliver(mail(id="spam@shop.example", sender="spam@shop.example"))
    await house.settle(NOW)
    assert (card_says(house, 2)["status"], buttons(house, 2)) == ("spam", [])


async def test_after_an_upgrade_the_card_in_the_new_room_has_them(house: House) -> None:
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    await house.settle(NOW)
    assert buttons(house, room=NEW) == FOUR
    assert str(card_says(house)["status"]) == "active"


@pytest.mark.parametrize(
    ("mailbox", "shown"),
    [
        (MAILBOX, []),
        (replace(MAILBOX, buttons=True, reactions=(("🙋", Meaning.MINE), ("✋", Meaning.MINE))), ["🙋"]),
        (replace(MAILBOX, buttons=True, reactions=(("👀", Meaning.FOLLOW),)), []),
    ],
)
async def test_they_are_those_of_the_mailbox(tmp_path: Path, mailbox: MailboxSettings, shown: list[str]) -> None:
    house = await opened(tmp_path, mailbox)
    assert buttons(house) == shown
    await house.close()
