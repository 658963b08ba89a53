"""Looks whether a room is fit for mail: who can read it, and what we may do there. Unseen rooms get no mail."""

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.domain.ids import RoomId
from bot.domain.inputs.room import RoomDescribable, RoomTrouble, RoomUpgraded
from bot.domain.planned import CHAT
from bot.domain.upgrades import is_room_id, uses
from bot.flows.keep.room_state import openings, state_word
from bot.flows.render.descriptions import wanted_descriptions
from bot.flows.step.step import Step
from bot.ports import Chat, Unavailable
from storage import outbox
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("rooms")
_PAUSE = 15.0
NEEDED_POWER = 50
"""To pin the board, and to describe the commands (the default of `state_default`)."""
UNSEEN = "room_unseen"
"""Why a call waits: its room was not looked at since the start, or since somebody changed its rules."""
REFUSED = "room_refused"
"""Why a call waits: anybody can read its room."""


@dataclass(slots=True)
class RoomLooks:
    """Looks at rooms, and knows which were looked at."""

    chat: Chat
    step: Step
    _turns: dict[RoomId, int] = field(default_factory=dict)
    """By room: how often its rules changed. A look during which they changed says nothing."""
    _due: set[RoomId] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _powerful: set[RoomId] = field(default_factory=set)
    """Rooms in which we had the power at the last look."""

    def changed(self, room: RoomId) -> None:
        """Note that the rules of a room changed, or that the bot came in: no mail goes there before the next look."""
        self._turns[room] = self._turns.get(room, 0) + 1
        self.step.rooms.looked.discard(room)
        self._due.add(room)
        self._woken.set()

    def forget(self, room: RoomId) -> None:
        """Forget all looks at a room: its commands are described again."""
        self._powerful.discard(room)
        self.changed(room)

    async def run(self) -> None:
        """Look at each room that changed, at once, and again if nobody answered."""
        while True:
            try:
                async with asyncio.timeout(_PAUSE if self._due else None):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            await self.look_due()

    async def look_due(self) -> None:
        """Look once at each room that is due."""
        for room in sorted(self._due):
            async with self._one:
                # Whoever was before us may have looked at it.
                if room in self._due:
                    await self._look_at_due(room)

    async def _look_at_due(self, room: RoomId) -> None:
        # Taken out before: what changes during the look makes it due again.
        self._due.discard(room)
        is_done = False
        try:
            if uses(self.step.settings.known, room):
                is_done = await self._look(room)
            else:
                await self._look_at_left(room)
                is_done = True
        finally:
            if not is_done:
                self._due.add(room)

    async def look(self, room: RoomId) -> bool:
        """Look at a room, also where no change is known. False: as `_look`."""
        async with self._one:
            return await self._look(room)

    async def look_at_left(self, room: RoomId) -> None:
        """Look at the room of a mailbox that was removed."""
        async with self._one:
            await self._look_at_left(room)

    async def _look_at_left(self, room: RoomId) -> None:
        """Look only who can read what may still come; nothing comes where nobody answers or we are not in the room."""
        turn = self._turns.get(room, 0)
        if not self.step.settings.known.shows_mail_in(room):
            return
        try:
            is_open = bool(await openings(self.chat, room))
        except Unavailable:
            return
        if turn == self._turns.get(room, 0):
            await self._seen(room, is_open=is_open)

    async def _look(self, room: RoomId) -> bool:
        """Look who can read the room, and what we may do there. False: no answer, or we are outside, or it changed."""
        turn = self._turns.get(room, 0)
        try:
            troubles = list(await openings(self.chat, room))
            replacement = await state_word(self.chat, room, "m.room.tombstone", "replacement_room")
            if await self.chat.is_encrypted(room):
                self.step.rooms.encrypted.add(room)
            power = await self.chat.power_of_bot(room)
        except Unavailable:
            return False
        if power is None or turn != self._turns.get(room, 0):
            return False
        if self.step.settings.known.may_be_open(room):
            troubles = []
        await self._seen(room, is_open=bool(troubles))
        if is_room_id(replacement):
            # Sync tells it as it happens; this finds what happened while we were not in the room.
            await self.step.take(RoomUpgraded(room, RoomId(replacement), None, self.step.clock.now()))
        if power < NEEDED_POWER:
            self._powerful.discard(room)
            troubles.append("no_power")
        elif room not in self._powerful and await self._describe(room):
            self._powerful.add(room)
        for trouble in troubles:
            await self.step.take(RoomTrouble(room, trouble, self.step.clock.now()))
        return True

    async def _seen(self, room: RoomId, *, is_open: bool) -> None:
        """Let mail into the room from now on, or hold it until somebody closes the room."""
        known = self.step.rooms
        was_held = room in known.refused or room not in known.looked
        if is_open and room != self.step.settings.known.config_room:
            known.refused.add(room)
        else:
            known.refused.discard(room)
        known.looked.add(room)
        if not was_held or room in known.refused:
            return
        try:
            async with self.step.database.write() as tx:
                for reason in (UNSEEN, REFUSED):
                    await outbox.hurry(tx, CHAT, reason, self.step.clock.now())
        except (Conflict, StorageAway):
            # The calls come by themselves, some seconds later.
            return
        self.step.woken.set()

    async def _describe(self, room: RoomId) -> bool:
        """Correct the descriptions of our commands in a room where the power for it has come. False: no answer."""
        try:
            missing, gone = await self.chat.description_faults(
                room, wanted_descriptions(self.step.settings.known, room)
            )
        except Unavailable:
            return False
        await self.step.take(RoomDescribable(room, missing, gone, self.step.clock.now()))
        return True
