"""Forgets what is no longer needed: dedupe keys that cannot come back, calls that ended well long ago."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.flows.step import Step
from storage import outbox, questions, seen
from storage.database import Conflict, StorageAway

_log = structlog.get_logger("housekeeping")
_EVENTS_KEPT = timedelta(days=60)
"""A homeserver does not hand out an event again after its token has passed; this is for a token that was lost."""
_CALLS_KEPT = timedelta(days=7)
_QUESTIONS_KEPT = timedelta(days=1)


@dataclass(slots=True)
class Housekeeping:
    step: Step

    async def run_once(self) -> None:
        """Some hundreds of rows at a time, so that nobody waits for it."""
        now = self.step.clock.now()
        try:
            async with self.step.database.write() as tx:
                await seen.forget_before(tx, now - _EVENTS_KEPT)
                await questions.forget_before(tx, now - _QUESTIONS_KEPT)
                gone = await outbox.forget_done_before(tx, now - _CALLS_KEPT)
        except (Conflict, StorageAway) as away:
            _log.info("put_off", reason=type(away).__name__)
        else:
            _log.info("done", calls=gone)
