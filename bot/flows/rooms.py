"""Keeps the rooms that mailboxes use entered, and knows who is in them."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.domain.ids import RoomId
from bot.domain.outcomes import Accepted, Refused
from bot.flows.outages import Outages, Service
from bot.flows.step import Step
from bot.ports import Chat, Unavailable
from storage import members
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("rooms")
_PAUSE = 15.0


@dataclass(slots=True)
class RoomKeeper:
    chat: Chat
    step: Step
    outages: Outages
    joined: asyncio.Queue[RoomId]

    @property
    def wanted(self) -> tuple[RoomId, ...]:
        instance = self.step.instance
        rooms = (*(m.room for m in instance.mailboxes), instance.config_room)
        return tuple(dict.fromkeys(room for room in rooms if room))

    def expect(self) -> None:
        for room in self.wanted:
            self.outages.expect(Service("room", part=room))

    async def run(self) -> None:
        """Enter each room once it lets us in; afterwards only those that we are invited to anew."""
        missing = set(self.wanted)
        while True:
            for room in sorted(missing):
                if await self.enter(room):
                    missing.discard(room)
            try:
                async with asyncio.timeout(_PAUSE if missing else None):
                    room = await self.joined.get()
                missing.discard(room)
                if not await self.enter(room) and room in self.wanted:
                    missing.add(room)
            except TimeoutError:
                pass

    async def enter(self, room: RoomId) -> bool:
        """Join where we are invited or in already, then learn its members. False: not let in, or no answer."""
        service = Service("room", part=room)
        outcome = await self.chat.join(room)
        if not isinstance(outcome, Accepted):
            reason = outcome.code if isinstance(outcome, Refused) else outcome.reason
            if room in self.wanted:
                await self.outages.went_away(service, reason)
            return False
        try:
            if await self.chat.is_encrypted(room):
                self.step.rooms.encrypted.add(room)
            present = await self.chat.members(room)
            async with self.step.database.write() as tx:
                await members.replace_all(tx, room, [(m.user, m.display_name) for m in present])
        except (Unavailable, StorageAway, Conflict):
            return False
        self.step.rooms.names.pop(room, None)
        await self.outages.came_back(service)
        _log.info("room_entered", members=len(present))
        return True
