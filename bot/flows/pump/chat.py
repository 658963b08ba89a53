"""Takes the news of the rooms: one sync, its inputs in order, then our own token."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.ids import RoomId
from bot.domain.inputs import ChatInput
from bot.domain.inputs.room import RoomLost
from bot.domain.inputs.said import ReadUpTo
from bot.flows.keep.outages import Outages, Service
from bot.flows.load.sight import was_read
from bot.flows.pump.pace import Pace
from bot.flows.step.step import Step
from bot.ports import Chat, CredentialsRefused, SyncBatch, TokenRefused, Unavailable
from storage import cursors, seen
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("chat_in")
_SYNC_SECONDS = 30.0
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_SILENT_SECONDS = 10.0
"""A sync that is so late says that the homeserver hangs: with the time it may wait, known within 45 s (DESIGN 5)."""
_LATE = timedelta(days=7)
"""Age up to which acts from a homeserver that was away are taken up; their keys are remembered for far longer."""
MATRIX = Service("matrix")


async def _nothing() -> None:
    return


async def _looked_at(first: SyncBatch) -> None:
    return


@dataclass(slots=True)
class ChatPump:
    """Brings in what happens in the rooms, by sync."""

    chat: Chat
    step: Step
    outages: Outages
    device: str
    """Our Matrix device: a token belongs to it."""
    lost: Callable[[RoomId], None]
    """A function that is told each room that we were put out of."""
    changed: Callable[[RoomId], None]
    """A function that is told each room whose rules changed."""
    synced: Callable[[], None]
    """A function that is called for each sync that was answered."""
    looked: Callable[[SyncBatch], Awaitable[None]] = _looked_at
    """A function that is given the first sync, before anything of it is worked on."""
    returned: Callable[[], Awaitable[None]] = _nothing
    """A function that is called at the first sync of all and at the first after each outage: the homeserver may have
    been put back."""
    _first: tuple[str | None, SyncBatch] | None = None
    """The first sync, with its beginning."""
    _begins_anew: bool = False
    """The homeserver does not know our position: without one until the next is saved."""
    _is_back: bool = True
    """Nobody was `returned` since the start, or since the last outage."""
    _early: list[ReadUpTo] = field(default_factory=list)
    """Receipts of the last sync for events that were not known then."""

    async def begin(self) -> None:
        """The first sync; comes back by itself from every outage. Nothing of it is worked on before `run`."""
        await self._lasting(self._look_first)

    async def run(self) -> None:
        """Until cancelled; comes back by itself from every outage."""
        await self._lasting(self._batches)

    async def _lasting(self, steps: Callable[[], AsyncIterator[None]]) -> None:
        failures = 0
        while True:
            try:
                async for _ in steps():
                    if self._is_back:
                        await self.returned()
                    failures, self._is_back = 0, False
                return
            except TokenRefused as refused:
                # A homeserver that was put back, or another one: what is decided by now is known by its events' ids.
                _log.warning("sync_token_refused", code=str(refused))
                self._begins_anew, self._is_back = True, True
                continue
            except Unavailable as away:
                reason = away.reason
            except CredentialsRefused:
                reason = "credentials"
            except (StorageAway, Conflict):
                reason = "storage"
            failures, self._is_back = failures + 1, True
            await self.outages.went_away(MATRIX, reason)
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES)) - 1] * random.uniform(0.8, 1.2))

    async def _look_first(self) -> AsyncIterator[None]:
        since, oldest = await self._position()
        memory = self._memory(since, oldest)
        batch = await self.chat.sync(since, timeout=_at_once(), memory=memory, with_own=True)
        await self.looked(batch)
        self._first = (since, batch)
        yield

    async def _position(self) -> tuple[str | None, datetime]:
        """Our token, and the time since which decided inputs are remembered."""
        async with self.step.database.read() as tx:
            if self._begins_anew:
                return None, await seen.oldest(tx) or self.step.clock.now()
            # After a takeover: where the other process, with its own device, had come to.
            since = await cursors.token(tx, self.device) or await cursors.token(tx)
            return since, await seen.oldest(tx) or self.step.clock.now()

    def _memory(self, since: str | None, oldest: datetime) -> datetime | None:
        """The time from which events may come again; None at the very first start, which takes up nothing."""
        if since is None and not self._begins_anew:
            return None
        return max(oldest, self.step.clock.now() - _LATE)

    async def _batches(self) -> AsyncIterator[None]:
        since, oldest = await self._position()
        pace, clock = Pace(), asyncio.get_running_loop().time
        # The homeserver may be as it was before: whoever is `returned` looks at once, not when something happens.
        waits = False
        while True:
            asked = clock()
            batch = self.first(since) or await self._sync(since, self._memory(since, oldest), waits=waits)
            waits = True
            took = clock() - asked
            await self.outages.came_back(MATRIX)
            self.synced()
            self.heed(batch)
            await self._take(batch.inputs)
            moved = batch.next_batch != since
            if moved:
                async with self.step.database.write() as tx:
                    await cursors.set_token(tx, self.device, batch.next_batch)
                since, self._begins_anew = batch.next_batch, False
            yield
            await asyncio.sleep(pace.pause(at=clock(), took=took, moved=moved, had_inputs=bool(batch.inputs)))

    def first(self, since: str | None) -> SyncBatch | None:
        """The batch of the first sync, handed out once, where that sync began at `since`."""
        first, self._first = self._first, None
        return first[1] if first is not None and first[0] == since else None

    async def _take(self, inputs: Sequence[ChatInput]) -> None:
        """Take the inputs in order; a receipt for an unknown event waits for the next sync.

        A client that shows a thread reads at once what we post there: its receipt may be here before we have taken
        the answer to our own call, which names the event.
        """
        early, self._early = self._early, []
        for read in early:
            await self.step.take(read)
        for one in inputs:
            if isinstance(one, ReadUpTo) and not await self._is_known(one):
                self._early.append(one)
                continue
            await self.step.take(one)
            if isinstance(one, RoomLost):
                self.lost(one.room)

    async def _is_known(self, read: ReadUpTo) -> bool:
        async with self.step.database.read() as tx:
            return await was_read(tx, read.room, read.event) is not None

    def heed(self, batch: SyncBatch) -> None:
        """Learn the batch's news of rooms before anything is decided or sent there."""
        self.step.rooms.encrypted |= self.chat.encrypted_rooms()
        for room in batch.changed_rooms:
            self.changed(room)

    async def _sync(self, since: str | None, memory: datetime | None, *, waits: bool) -> SyncBatch:
        """One sync. After a long absence an answer may take its time: it is waited for, but `/health` says so."""
        seconds = _SYNC_SECONDS if since and waits else _at_once()
        syncing = asyncio.ensure_future(self.chat.sync(since, timeout=seconds, memory=memory))
        try:
            await asyncio.wait({syncing}, timeout=seconds + _SILENT_SECONDS)
            if not syncing.done():
                await self.outages.went_away(MATRIX, "silent")
            return await syncing
        finally:
            syncing.cancel()


def _at_once() -> float:
    """Seconds. Synapse keeps an answer for two minutes, and gives it again to the same question."""
    return random.uniform(0.001, 0.5)
