"""Notes the time and the run in the database, and sets all due times right after a jump of the clock.

The notes also show whether the database and its disk take writes: a full disk or a locked database is an outage.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.inputs.inside import ClockJumped
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.run_marks import RunMarks
from bot.flows.step.step import Step
from bot.flows.step.until_stored import until_stored
from storage import clock_mark
from storage.clock_mark import ClockMark
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("clock")
DATABASE = Service("database")
_EVERY = 10.0
_NOTED_WITHIN = 20.0
"""Seconds that a write may take before `/health` calls the database away: known within 45 s (DESIGN 5)."""
_JUMP = timedelta(minutes=1)


@dataclass(slots=True)
class ClockWatch:
    """The watch of the process that serves."""

    step: Step
    outages: Outages
    marks: RunMarks | None = None
    """Noted with the time, once the run has begun."""

    async def begin(self) -> None:
        """At a start, set right the times that the last process wrote by another clock, before anything due is done."""
        before = await until_stored(self._noted)
        now = await until_stored(self._mark)
        jump = jump_between(before, now)
        if jump is not None:
            await self._set_right(jump, at=now.process, is_ours=True)

    async def run(self) -> None:
        """Look for jumps until cancelled."""
        while True:
            await asyncio.sleep(_EVERY)
            await self.look()

    async def look(self) -> None:
        """Look once for a jump of the clock, then note the time."""
        jump = self.step.clock.jump()
        if jump is not None:
            await self._set_right(jump, at=self.step.clock.now())
        try:
            async with asyncio.timeout(_NOTED_WITHIN), self.step.database.write() as tx:
                await clock_mark.note(tx, self.step.clock.now())
                mark = await self.marks.set(tx) if self.marks is not None else None
        except (Conflict, StorageAway, TimeoutError) as away:
            await self.outages.went_away(DATABASE, "locked" if isinstance(away, TimeoutError) else "storage")
        else:
            # On a full disk the database may take this note, in room that it has already, and no mail.
            refused = await self.marks.keep(mark) if self.marks is not None and mark is not None else ""
            await (self.outages.went_away(DATABASE, refused) if refused else self.outages.came_back(DATABASE))

    async def _set_right(self, jump: timedelta, *, at: datetime, is_ours: bool = False) -> None:
        """Shift all due times by a jump of the clock. With `is_ours`, our clock shows the new time already."""
        _log.warning("clock_jumped", seconds=round(jump.total_seconds()))
        await self.step.take(ClockJumped(at, jump))
        if not is_ours:
            self.step.clock.adopt(jump)
        await self.step.take(ClockJumped(at, jump, is_adopted=True))
        self.step.woken.set()
        self.step.timer_woken.set()

    async def _noted(self) -> ClockMark | None:
        async with self.step.database.read() as tx:
            return await clock_mark.noted(tx)

    async def _mark(self) -> ClockMark:
        async with self.step.database.read() as tx:
            return ClockMark(self.step.clock.now(), await clock_mark.database_time(tx))


def jump_between(before: ClockMark | None, now: ClockMark) -> timedelta | None:
    """Our clock's time minus that of the process before.

    A database server has its own clock, with which both are compared. On SQLite only a time before the last note
    shows a jump.
    """
    if before is None:
        return None
    if before.database is not None and now.database is not None:
        ahead = (now.process - now.database) - (before.process - before.database)
    else:
        ahead = min(now.process - before.process, timedelta())
    return ahead if abs(ahead) > _JUMP else None
