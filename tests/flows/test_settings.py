"""Every process decides with the settings of its transaction, whoever changed them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from bot.domain.ids import ConversationId
from bot.domain.signing import Signer
from bot.flows.step.settings import Settings
from bot.flows.step.step import Step
from storage import conversations
from storage.blobs import Blobs
from storage.database import Database
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM
from tests.fakes.house import VAULT, House
from tests.fakes.looking import NOW, card_of
from tests.fakes.upgrading import NEW, cards, made, upgraded
from tests.fakes.writing import mail, says

ONE = ConversationId(1)


@dataclass(slots=True)
class Two:
    """A house, and the step of another process at the same database."""

    house: House
    other: Step

    async def until_the_move(self) -> None:
        """The receipt that moves the room waits to be settled."""
        made(self.house)
        await self.house.step.take(upgraded())
        await self.house.step.take(says("!upgrade", room=CONFIG))
        for claimed in await self.house.deliver.claim():
            await self.house.deliver.make(claimed)


@pytest_asyncio.fixture
async def two(tmp_path: Path, own_postgres: str) -> AsyncIterator[Two]:
    house = House(tmp_path, url=own_postgres)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    database = await Database.open(own_postgres)
    blobs = Blobs(tmp_path / "blobs")
    yield Two(
        house, Step(database, blobs, Settings(house.instance), Signer(b"a secret of the tests"), house.clock, VAULT)
    )
    await database.close()
    await house.close()


async def test_what_one_process_moved_the_other_one_knows_in_its_next_transaction(two: Two) -> None:
    await two.until_the_move()
    await two.house.deliver.settle()
    assert two.house.step.settings.known.mailboxes[0].room == NEW
    assert two.other.settings.known.mailboxes[0].room == ROOM

    await two.house.settle(NOW)
    await two.other.take(says("!assign me", thread=cards(two.house, NEW)[1].event, room=NEW))

    assert two.other.settings.known.mailboxes[0].room == NEW
    async with two.other.database.read() as tx:
        found = await conversations.get(tx, ONE)
    assert found is not None
    assert (found.assignee, found.room) == (ALICE, NEW)


async def test_what_is_decided_while_a_room_moves_is_decided_before_it_or_after_it(two: Two) -> None:
    card = card_of(two.house)
    await two.until_the_move()
    people = [ALICE, BOB] * 5

    async def work() -> None:
        for person in people:
            await two.other.take(says("!assign me", thread=card, sender=person))

    await asyncio.gather(two.house.deliver.settle(), work())
    await two.house.settle(NOW)

    async with two.other.database.read() as tx:
        found = await conversations.get(tx, ONE)
    assert found is not None
    assert found.room == NEW
    shown = two.house.homeserver.current(cards(two.house, NEW)[1].event)["org.postroom"]
    assert isinstance(shown, dict)
    assert shown["assignee"] == found.assignee
    assert await two.house.open_calls() == 0
