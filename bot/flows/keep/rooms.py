"""Keeps the bot in the rooms that mailboxes use, and learns their members."""

import asyncio
import contextlib
from dataclasses import dataclass, field

import structlog

from bot.domain.ids import RoomId
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.room import RoomLost
from bot.domain.outcomes import Accepted, Refused
from bot.domain.planned import CHAT
from bot.domain.settings import Instance
from bot.domain.stories.timer import greeting_timer
from bot.flows.keep import spaces
from bot.flows.keep.forgotten_directs import take_up_forgotten
from bot.flows.keep.members import learn_members
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.room_looks import RoomLooks
from bot.flows.step.step import Step
from bot.ports import NOT_IN_ROOM, NOT_TOLD, Chat, Unavailable
from storage import outbox, rooms, timers
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("rooms")
_PAUSE = 15.0
_LOOK_AGAIN = 600.0
_SHUT = frozenset({"M_FORBIDDEN", "M_NOT_FOUND"})
"""Refusals of a join by the room itself: banned, not invited, not there. What an account lacks, somebody mends."""


@dataclass(slots=True)
class RoomKeeper:
    """Enters the rooms that are wanted, and looks at them."""

    chat: Chat
    step: Step
    outages: Outages
    changed_rooms: asyncio.Queue[RoomId]
    """Rooms that the bot entered or was put out of just now, or that the settings name from now on."""
    looks: RoomLooks = field(init=False)

    def __post_init__(self) -> None:
        self.looks = RoomLooks(self.chat, self.step)
        self.step.settings.listeners.append(self.follow)

    @property
    def wanted(self) -> tuple[RoomId, ...]:
        """The rooms that the bot is to be in."""
        return _wanted(self.step.settings.known)

    @property
    def _left(self) -> tuple[RoomId, ...]:
        """Rooms of mailboxes that were removed, where something may still come."""
        rooms = dict.fromkeys(m.room for m in self.step.settings.known.removed)
        return tuple(room for room in rooms if room not in self.wanted)

    @property
    def _directs(self) -> tuple[RoomId, ...]:
        return tuple(one.room for one in self.step.settings.known.directs)

    def expect(self) -> None:
        """Expect each wanted room to come up before the bot is healthy."""
        for room in self.wanted:
            self.outages.expect(Service("room", part=room))

    async def run(self) -> None:
        """Enter each room once it lets us in, and look at it again from time to time."""
        missing = set(self.wanted)
        await spaces.look_at_all(self.step)
        for room in self._left:
            await self.looks.look_at_left(room)
        has_looked = has_taken_up = False
        while True:
            missing &= set(self.wanted)
            for room in sorted(missing):
                if await self.enter(room):
                    missing.discard(room)
            if not has_looked:
                await self.look_at_directs()
                has_looked = True
            if not missing and not has_taken_up:
                await take_up_forgotten(self.chat, self.step)
                has_taken_up = True
            try:
                async with asyncio.timeout(_PAUSE if missing else _LOOK_AGAIN):
                    room = await self.changed_rooms.get()
                if not await self.enter(room):
                    if room in self.wanted:
                        missing.add(room)
                    else:
                        await spaces.check_power(self.chat, self.step)
            except TimeoutError:
                for room in self.wanted:
                    if room not in missing:
                        await self.looks.look(room)
                for room in self._left:
                    await self.looks.look_at_left(room)
                await spaces.check_power(self.chat, self.step)

    def follow(self, before: Instance, after: Instance) -> None:
        """Follow a change of the settings: enter newly used rooms at once, and expect unused ones no more."""
        for room in _wanted(before):
            if room not in _wanted(after):
                self.outages.forget(Service("room", part=room))
                if not after.shows_mail_in(room):
                    self.step.rooms.refused.discard(room)
        for room in {one.room for one in before.directs} - {one.room for one in after.directs}:
            self.step.rooms.refused.discard(room)
        for room in {one.room for one in after.directs} - {one.room for one in before.directs}:
            self.looks.changed(room)
        for room in _wanted(after):
            if room not in _wanted(before):
                self.outages.expect(Service("room", part=room))
                self.changed_rooms.put_nowait(room)

    def look_again(self) -> None:
        """Look at all rooms again, after a change of the settings that the descriptions of commands depend on."""
        for room in self.wanted:
            self.looks.forget(room)

    async def enter(self, room: RoomId) -> bool:
        """Join where we are invited or in already, then learn its members. False: not let in, or no answer."""
        service = Service("room", part=room)
        # While we were out of it, its rules may have changed.
        self.step.rooms.looked.discard(room)
        outcome = await self.chat.join(room)
        if not isinstance(outcome, Accepted):
            reason = outcome.code if isinstance(outcome, Refused) else outcome.reason
            if reason in _SHUT and self.step.settings.known.run_in(room) is not None:
                # After a restore the settings may name a room that was given up: nobody waits for its notices there.
                await self.step.take(RoomLost(room, None, "leave", self.step.clock.now()))
            elif room in self.wanted:
                await self.outages.went_away(service, reason)
            elif not isinstance(outcome, Refused):
                self._again(room)
            return False
        return await self._learn(room)

    async def _learn(self, room: RoomId) -> bool:
        """Learn the members of a room that we are in, and whether it is encrypted. False: no answer."""
        service, now = Service("room", part=room), self.step.clock.now()
        try:
            if await self.chat.is_encrypted(room):
                self.step.rooms.encrypted.add(room)
            before = await spaces.room_before(self.chat, self.step, room)
            present = await learn_members(self.chat, self.step, room, with_invited=await self._is_to_be_of_two(room))
            async with self.step.database.write() as tx:
                await spaces.look_soon(tx, self.step, room, before)
                if self.step.settings.known.in_room(room) or room not in self.wanted:
                    await timers.set(tx, greeting_timer(room), now)
                # Calls that were refused while we were out of the room.
                await outbox.hurry(tx, CHAT, "M_FORBIDDEN", self.step.clock.now())
        except Unavailable as away:
            if room in self.wanted and away.reason in (NOT_IN_ROOM, NOT_TOLD):
                await self.outages.went_away(service, away.reason)
            elif room in self._directs and away.reason == NOT_IN_ROOM:
                await self.step.take(RoomLost(room, None, "leave", self.step.clock.now()))
            elif room not in self.wanted and away.reason != NOT_IN_ROOM:
                self._again(room)
            return False
        except (StorageAway, Conflict):
            if room not in self.wanted:
                self._again(room)
            return False
        if room in self._directs:
            # Before anything goes there: it may be no chat of two any more. A timer is known by its very time.
            await self.step.take(TimerDue(greeting_timer(room), now))
        self.step.woken.set()
        self.step.timer_woken.set()
        await self.outages.came_back(service)
        _log.info("room_entered", members=present)
        self.changed(room)
        await self.looks.look_due()
        return True

    async def _is_to_be_of_two(self, room: RoomId) -> bool:
        """Raises: StorageAway, Conflict."""
        if room in self._directs or room in self.wanted:
            return room in self._directs
        async with self.step.database.read() as tx:
            waiting = await rooms.waiting(tx, room)
        return waiting is not None and waiting.is_direct

    async def look_at_directs(self) -> None:
        """Look at the direct chats as they are now: somebody may have come while the bot was away, or a database was
        put back; and at those that are to become one. Until then nothing is said there.
        """
        becoming: tuple[RoomId, ...] = ()
        with contextlib.suppress(StorageAway, Conflict):
            async with self.step.database.read() as tx:
                becoming = await rooms.becoming_direct(tx)
        for room in self._directs:
            await self._learn(room)
        for room in becoming:
            await self.enter(room)

    def _again(self, room: RoomId) -> None:
        """Look again after a pause at a room that is in no list of those to look at."""
        asyncio.get_running_loop().call_later(_PAUSE, self.changed_rooms.put_nowait, room)

    def changed(self, room: RoomId) -> None:
        """Note that a room's rules changed: who may enter or read it, the bot's power, encryption."""
        if room in self.wanted or room in self._left or room in self._directs:
            self.looks.changed(room)


def _wanted(instance: Instance) -> tuple[RoomId, ...]:
    rooms = (*(m.room for m in instance.mailboxes), instance.config_room, *(m.config_room for m in instance.mailboxes))
    return tuple(dict.fromkeys(room for room in rooms if room))
