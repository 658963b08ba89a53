"""One process serves an instance at a time: the others stand by, and take over from a dead one (DESIGN rule 7)."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.ports import Clock
from storage import leases
from storage.database import Conflict, Database, StorageAway

_log = structlog.get_logger("lease")
_CHANNEL = "instance"
_SECONDS = 20.0
_MARGIN = 5.0
"""The holder trusts itself for so much less, so that a slow clock or commit never makes two."""
_PAUSE = 4.0


class LeaseLost(Exception):
    """Another process may serve by now: end at once."""


@dataclass(slots=True)
class Lease:
    """On SQLite the folder's lock does this; on PostgreSQL several processes may share one database."""

    database: Database
    clock: Clock
    owner: str

    async def wait(self) -> None:
        """Until it is ours."""
        told = False
        while True:
            try:
                async with self.database.write() as tx:
                    if await leases.acquire(tx, _CHANNEL, self.owner, self.clock.now(), _SECONDS):
                        return
            except (Conflict, StorageAway):
                pass
            if not told:
                _log.info("standing_by")
                told = True
            await asyncio.sleep(_PAUSE)

    async def keep(self) -> None:
        """Renew it for ever. Raises: LeaseLost."""
        loop = asyncio.get_running_loop()
        trusted_until = loop.time() + _SECONDS - _MARGIN
        while True:
            await asyncio.sleep(_PAUSE)
            tried = loop.time()
            if tried > trusted_until:
                raise LeaseLost
            try:
                async with asyncio.timeout(max(trusted_until - tried, 0.1)), self.database.write() as tx:
                    if not await leases.renew(tx, _CHANNEL, self.owner, self.clock.now(), _SECONDS):
                        raise LeaseLost
            except (Conflict, StorageAway, TimeoutError):
                continue
            trusted_until = tried + _SECONDS - _MARGIN

    async def give_back(self) -> None:
        """So that another need not wait for its end."""
        try:
            async with self.database.write() as tx:
                await leases.release(tx, self.owner)
        except (Conflict, StorageAway):
            _log.info("not_given_back")
