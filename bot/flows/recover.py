"""After a start: calls that a dead process had under way are taken up again, or told as uncertain."""

from collections.abc import Sequence

import structlog

from bot.domain.inputs import Receipt
from bot.domain.outcomes import AnyOutcome, TryLater, Unknown
from bot.flows.step import Step
from storage import outbox

_log = structlog.get_logger("recover")


async def recover(step: Step, channels: Sequence[str]) -> None:
    """Chat and IMAP deduplicate, or we look first: those calls are made again. A mail past DATA may have left; one that
    was taken back before it stays here."""
    async with step.database.write() as tx:
        again = await outbox.reopen(tx, channels)
    async with step.database.read() as tx:
        uncertain = await outbox.interrupted(tx, channels)
    for claimed in uncertain:
        ended: AnyOutcome = Unknown("interrupted") if claimed.phase else TryLater("interrupted")
        await step.take(Receipt(claimed.effect, claimed.attempt, ended, step.clock.now()))
    _log.info("recovered", again=again, uncertain=len(uncertain))
