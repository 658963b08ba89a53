"""Turns times that have come into inputs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.domain.inputs.inside import TimerDue
from bot.flows.step.step import Step
from storage import timers
from storage.database import Conflict, StorageAway

_LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Timers:
    """Brings in the timers that are due."""

    step: Step

    async def run(self) -> None:
        """Bring in due timers until cancelled."""
        while True:
            self.step.timer_woken.clear()
            wait = 1.0
            try:
                wait = await self.tick()
            except (StorageAway, Conflict):
                pass
            try:
                async with asyncio.timeout(wait):
                    await self.step.timer_woken.wait()
            except TimeoutError:
                pass

    async def tick(self) -> float:
        """Take all timers that are due. Returns the seconds until the next one."""
        soonest = await self._next()
        if soonest is not None and soonest <= (now := self.step.clock.now()):
            async with self.step.database.glance() as tx:
                due = await timers.due(tx, now, 100)
            for timer, at in due:
                await self.step.take(TimerDue(timer, at))
            soonest = await self._next()
        if soonest is None:
            return _LONGEST_WAIT
        return min(max((soonest - self.step.clock.now()).total_seconds(), 0.05), _LONGEST_WAIT)

    async def _next(self) -> datetime | None:
        async with self.step.database.glance() as tx:
            return await timers.next_due(tx)
