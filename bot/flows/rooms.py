"""Keeps the rooms that mailboxes use entered, knows who is in them, and looks whether they are fit for mail."""

import asyncio
import hashlib
from dataclasses import dataclass

import structlog

from bot.domain.commands import offered
from bot.domain.ids import RoomId
from bot.domain.inputs import RoomDescribable, RoomTrouble, RoomUpgraded
from bot.domain.outcomes import Accepted, Refused
from bot.domain.sentences import sentence
from bot.domain.upgrades import is_room_id
from bot.flows import spaces
from bot.flows.outages import Outages, Service
from bot.flows.room_state import openings, state_word
from bot.flows.step import Step
from bot.ports import Chat, Unavailable
from bot.text.wording import say
from storage import members, outbox
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("rooms")
_PAUSE = 15.0
_LOOK_AGAIN = 600.0
_NEEDED_POWER = 50
"""To pin the board, and to describe the commands (the default of `state_default`)."""


@dataclass(slots=True)
class RoomKeeper:
    chat: Chat
    step: Step
    outages: Outages
    joined: asyncio.Queue[RoomId]
    """Rooms that we entered, or were put out of, just now."""

    @property
    def wanted(self) -> tuple[RoomId, ...]:
        instance = self.step.instance
        rooms = (*(m.room for m in instance.mailboxes), instance.config_room)
        return tuple(dict.fromkeys(room for room in rooms if room))

    def expect(self) -> None:
        for room in self.wanted:
            self.outages.expect(Service("room", part=room))

    async def run(self) -> None:
        """Enter each room once it lets us in, and look at it again from time to time."""
        missing = set(self.wanted)
        await spaces.look_at_all(self.step)
        while True:
            missing &= set(self.wanted)
            for room in sorted(missing):
                if await self.enter(room):
                    missing.discard(room)
            try:
                async with asyncio.timeout(_PAUSE if missing else _LOOK_AGAIN):
                    room = await self.joined.get()
                if not await self.enter(room):
                    if room in self.wanted:
                        missing.add(room)
                    else:
                        await spaces.check_power(self.chat, self.step)
            except TimeoutError:
                for room in self.wanted:
                    if room not in missing:
                        await self._look(room)
                await spaces.check_power(self.chat, self.step)

    def moved(self, old: RoomId, new: RoomId) -> None:
        """A room goes on as another: that one is entered at once, and nobody misses the old one."""
        self.outages.forget(Service("room", part=old))
        self.outages.expect(Service("room", part=new))
        self.joined.put_nowait(new)

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
            before = await spaces.room_before(self.chat, self.step, room)
            async with self.step.database.write() as tx:
                await members.replace_all(tx, room, [(m.user, m.display_name) for m in present])
                await spaces.look_soon(tx, self.step, room, before)
                # What was refused while we were out of it.
                await outbox.hurry(tx, "chat", "M_FORBIDDEN", self.step.clock.now())
        except (Unavailable, StorageAway, Conflict):
            return False
        self.step.rooms.names.pop(room, None)
        self.step.woken.set()
        self.step.timer_woken.set()
        await self.outages.came_back(service)
        _log.info("room_entered", members=len(present))
        if room in self.wanted:
            await self._look(room)
        return True

    async def _look(self, room: RoomId) -> None:
        """Who can read it, and what we may do there."""
        try:
            troubles = list(await openings(self.chat, room))
            replacement = await state_word(self.chat, room, "m.room.tombstone", "replacement_room")
            power = await self.chat.power_of_bot(room) or 0
        except Unavailable:
            return
        if room in self.step.rooms.open_allowed:
            troubles = []
        if troubles and room != self.step.instance.config_room:
            self.step.rooms.refused.add(room)
        else:
            self.step.rooms.refused.discard(room)
        if is_room_id(replacement):
            # Sync tells it as it happens; this finds what happened while we were not in the room.
            await self.step.take(RoomUpgraded(room, RoomId(replacement), None, self.step.clock.now()))
        if power < _NEEDED_POWER:
            troubles.append("no_power")
        else:
            await self.step.take(RoomDescribable(room, self._version(room)))
        for trouble in troubles:
            await self.step.take(RoomTrouble(room, trouble, self.step.clock.now()))

    def _version(self, room: RoomId) -> str:
        mailboxes = self.step.instance.in_room(room)
        language = mailboxes[0].language if mailboxes else self.step.instance.language
        rows = offered(has_mailbox=bool(mailboxes), is_config=room == self.step.instance.config_room)
        words = [f"{row.name} {row.arguments} {say(language, sentence(f'help.{row.name}'))}" for row in rows]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
