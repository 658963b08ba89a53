"""A house with one mail in it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.ports import Member
from tests.fakes.chat import ALICE, BOT, CONFIG, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.house import MAILBOX as FIRST
from tests.fakes.looking import NOW, happens
from tests.fakes.two_mailboxes import OTHER, THERE, by
from tests.fakes.upgrading import NEW, last, made, upgraded
from tests.fakes.writing import mail, says


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()


@pytest_asyncio.fixture
async def moved(house: House) -> AsyncIterator[House]:
    """The house with its room followed to the new one; conversation 1 is active."""
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW
    yield house


@pytest_asyncio.fixture
async def two(tmp_path: Path) -> AsyncIterator[House]:
    """Alice is an admin and in both rooms, Bob runs the first mailbox and is in its room; the config room is encrypted."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, OTHER)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    house.homeserver.members[CONFIG] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    house.homeserver.encrypted.update({CONFIG, ROOM})
    await house.open()
    await happens(house, by(ALICE, f"!grant @bob edit permissions signature password {FIRST.address}"))
    assert "password" in last(house)
    yield house
    await house.close()
