"""Several processes share the mailboxes of a database: each holds some, and takes over those of a dead one."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.domain.ids import MailboxId
from bot.domain.shares import assigned
from bot.flows.keep.lease import Lease
from bot.flows.keep.restored import heed_restore
from bot.flows.step.step import Step
from storage import believed, clock_mark, shares
from storage.database import Conflict, StorageAway, Tx
from storage.shares import Shares

_log = structlog.get_logger("sharing")
_PAUSE = 2.5
_READY = "ready"
"""Held by the process of the room once it has looked whether the database was put back."""
_MAILBOX = "mailbox:"
_APART = "apart:"
"""Held by a process that shares nothing for now."""
_WRONG_BY = timedelta(seconds=5)
"""A clock that differs more from that of the room's process serves no mailbox: a mail would leave while its author may
still take it back."""


@dataclass(slots=True)
class Sharing:
    """The wanted mailboxes that this process holds. No process serves a mailbox before the room's process was ready
    once: until then nobody knows whether the database was put back, and which of its mails were sent already."""

    step: Step
    lease: Lease
    wanted: Callable[[], Collection[MailboxId]]
    """The mailboxes that some process has to serve."""
    changed: Callable[[], None]
    """A function that is called when other mailboxes are held than before."""
    is_served: Callable[[MailboxId], bool]
    """Whether a part of the mailbox still runs here: one wanted elsewhere is let go once none does."""
    held: frozenset[MailboxId] = frozenset()
    admitted: asyncio.Event = field(default_factory=asyncio.Event)
    _has_room: bool = False
    """Whether the room is served here, and what was due by the clock of the process before is set right."""

    async def run(self) -> None:
        """Look for what is ours, until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE)
            await self.try_look()

    async def try_look(self) -> None:
        """Look once; while the database is away, leave it to the next look."""
        try:
            await self.look()
        except (Conflict, StorageAway):
            # The next look tells; what is held is served on, and nothing is committed once it is somebody else's.
            _log.info("not_looked")

    async def ready(self) -> None:
        """The room is served here, and all is known that must be before the first mail leaves."""
        self._has_room = True
        while True:
            try:
                await self.look()
                async with self.step.database.write() as tx:
                    is_ours = await shares.hold(tx, _READY, self.lease.owner)
                await self.look()
            except (Conflict, StorageAway):
                is_ours = False
            if is_ours:
                return
            await asyncio.sleep(1.0)

    async def look(self) -> None:
        """Bury dead processes, and hold the mailboxes that are ours by now.

        Raises:
            Conflict, StorageAway
        """
        own = self.lease.owner
        async with self.step.database.read() as tx:
            found = await shares.look(tx)
            await shares.end_standing(tx)
            self.step.rooms.encrypted |= await believed.rooms(tx)
            is_apart = not self._has_room and await self._is_clock_wrong(tx)
        if not self._has_room:
            # Who comes, goes, or takes another name is known to the room's process.
            self.step.rooms.names.clear()
        for dead in found.dead - {own}:
            async with self.step.database.write() as tx:
                if await shares.bury(tx, dead):
                    _log.warning("process_buried")
        if found.dead:
            async with self.step.database.read() as tx:
                found = await shares.look(tx)
        if not self.admitted.is_set():
            if found.holders.get(_READY) not in found.alive:
                return
            await heed_restore(self.step)
        await self._hold(found, is_apart=is_apart)
        self.admitted.set()

    async def _is_clock_wrong(self, tx: Tx) -> bool:
        """Whether our clock differs too much from that of the room's process; both are compared with the database's."""
        noted = await clock_mark.noted(tx)
        if noted is None or noted.database is None or (now := await clock_mark.database_time(tx)) is None:
            return False
        return abs((self.step.clock.now() - now) - (noted.process - noted.database)) > _WRONG_BY

    async def _hold(self, found: Shares, *, is_apart: bool) -> None:
        own = self.lease.owner
        holders = {MailboxId(c.removeprefix(_MAILBOX)): o for c, o in found.holders.items() if c.startswith(_MAILBOX)}
        apart = {owner for channel, owner in found.holders.items() if channel.startswith(_APART)}
        if is_apart != (own in apart):
            await self._set_apart(is_apart)
        sharers = (found.alive | {own}) - (apart - {own}) - ({own} if is_apart else set())
        shared = assigned(self.wanted(), sharers, holders)
        ours = {mailbox for mailbox, owner in shared.items() if owner == own}
        has = {mailbox for mailbox, owner in holders.items() if owner == own}
        left = {mailbox for mailbox in has - ours if not self.is_served(mailbox)}
        come = {mailbox for mailbox in ours - has if mailbox not in holders}
        if left or come:
            async with self.step.database.write() as tx:
                for mailbox in sorted(left):
                    await shares.free(tx, _MAILBOX + mailbox, own)
                come = {mailbox for mailbox in sorted(come) if await shares.hold(tx, _MAILBOX + mailbox, own)}
        held = frozenset((has & ours) | come)
        if held != self.held:
            _log.info("mailboxes_held", count=len(held), processes=len(found.alive))
            self.held = held
            self.changed()

    async def _set_apart(self, is_apart: bool) -> None:
        own = self.lease.owner
        _log.warning("clock_is_wrong" if is_apart else "clock_is_right")
        async with self.step.database.write() as tx:
            if is_apart:
                await shares.hold(tx, _APART + own, own)
            else:
                await shares.free(tx, _APART + own, own)
