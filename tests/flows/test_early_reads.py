"""A client that shows a thread reads at once what we post there: sooner than we know the event ourselves."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.ids import ConversationId, EventId
from bot.domain.read_places import InThread
from bot.flows.pump.chat import ChatPump
from bot.ports import SyncBatch
from storage import events, members
from storage.members import ReadMark
from tests.fakes.chat import ALICE, ROOM, FakeChat, at
from tests.fakes.house import House
from tests.fakes.writing import reads

MAIL = EventId("$mail")


@dataclass
class Chat(FakeChat):
    """Tells of a receipt, then of nothing; our call for the event is answered between the two."""

    house: House | None = None
    asked: int = 0
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def sync(
        self, since: str | None, *, timeout: float, memory: datetime | None = None, with_own: bool = False
    ) -> SyncBatch:
        self.asked += 1
        if self.asked == 1:
            return SyncBatch("1", (reads(MAIL),))
        if self.asked == 2:
            assert self.house is not None
            async with self.house.step.database.write() as tx:
                await events.add(tx, KnownEvent(MAIL, ROOM, EventKind.MAIL, ConversationId(1), None, None, at(5)))
            return SyncBatch("2", ())
        self.is_over.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_receipt_that_comes_before_our_own_event_is_known_counts(house: House) -> None:
    chat = Chat(house.homeserver, house=house)
    pump = ChatPump(
        chat, house.step, house.deliver.outages, "DEVICE", lambda room: None, lambda room: None, lambda: None
    )
    running = asyncio.create_task(pump.run())
    async with asyncio.timeout(20):
        await chat.is_over.wait()
    running.cancel()
    await asyncio.wait({running})

    async with house.step.database.read() as tx:
        assert await members.read_up_to(tx, ROOM, ALICE, InThread(ConversationId(1))) == ReadMark(MAIL, at(5))
