"""One process serves the room at a time: the others stand by, and take over from a dead one (DESIGN rule 7).

The lease runs by the database's clock, and each write of its holder names its number (`Database.fence`).
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.flows.step.until_stored import until_stored
from storage import leases, shares
from storage.database import Conflict, Database, Fence, LeaseLost, StorageAway

__all__ = ["Lease", "LeaseLost"]

_log = structlog.get_logger("lease")
_CHANNEL = "instance"
_SECONDS = 14.0
_MARGIN = 4.0
"""Seconds by which the holder trusts its lease less long, so that a slow clock or commit never makes two holders."""
_PAUSE = 2.5


@dataclass(slots=True)
class Lease:
    """On PostgreSQL several processes may share one database.

    On SQLite the lock of the data folder keeps a second process away; the newest start fences an older one that uses
    the same file from another folder.
    """

    database: Database
    owner: str
    leads: bool = False
    """Whether the room is served here."""
    _sure_until: float = math.inf
    """On the loop's clock, which goes on while the process stands still."""

    def is_sure(self) -> bool:
        """Whether nobody else can have begun a term."""
        return asyncio.get_running_loop().time() < self._sure_until

    async def begin(self) -> None:
        """Hold the lease from now on, whoever held it before: for a database that one process uses at a time."""

        async def seized() -> int:
            async with self.database.write() as tx:
                return await leases.seize(tx, _CHANNEL, self.owner, _SECONDS)

        number = await until_stored(seized)
        self.database.fence = Fence(leases.fence_name(_CHANNEL), number)
        _log.info("serving", term=number)

    async def join(self) -> None:
        """Begin a term of this process, under which it writes from now on."""
        channel = shares.process_channel(self.owner)

        async def acquired() -> int | None:
            async with self.database.write() as tx:
                return await leases.acquire(tx, channel, self.owner, _SECONDS)

        number = await until_stored(acquired)
        assert number is not None
        self.database.fence = Fence(leases.fence_name(channel), number)

    async def wait(self) -> None:
        """Wait until this process holds the room."""
        told = False
        while True:
            try:
                async with self.database.write() as tx:
                    number = await leases.acquire(tx, _CHANNEL, self.owner, _SECONDS)
            except (Conflict, StorageAway):
                # A dead holder's transaction may still lock the rows: its session ends within seconds.
                number = None
            if number is not None:
                self.leads = True
                _log.info("serving", term=number)
                return
            if not told:
                _log.info("standing_by")
                told = True
            await asyncio.sleep(_PAUSE)

    async def keep(self, break_off: Callable[[], None]) -> None:
        """Renew the lease for ever. After failing for too long, call `break_off`, because another process may serve at
        any moment; nothing new begins without a transaction under the lease.

        Raises:
            LeaseLost: somebody else has begun a term.
        """
        loop = asyncio.get_running_loop()
        self._sure_until = loop.time() + _SECONDS - _MARGIN
        while True:
            await asyncio.sleep(_PAUSE)
            tried = loop.time()
            left = self._sure_until - tried
            try:
                if left <= 0:
                    break_off()
                async with asyncio.timeout(left if left > 0 else _SECONDS), self.database.write() as tx:
                    if not await leases.renew(tx, shares.process_channel(self.owner), self.owner, _SECONDS):
                        raise LeaseLost
                    if self.leads and not await leases.renew(tx, _CHANNEL, self.owner, _SECONDS):
                        raise LeaseLost
            except (Conflict, StorageAway, TimeoutError):
                if left > 0 and not self.is_sure():
                    _log.warning("cannot_renew")
                    break_off()
            else:
                self._sure_until = tried + _SECONDS - _MARGIN

    async def give_back(self) -> None:
        """End the lease early, so that another process need not wait for its term."""
        # The lease's number goes with it.
        self.database.fence = None
        try:
            async with self.database.write() as tx:
                await shares.leave(tx, self.owner)
        except (Conflict, StorageAway, LeaseLost):
            _log.info("not_given_back")
