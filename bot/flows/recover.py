"""After a start: calls that a dead process had under way are taken up again, or told as uncertain."""

from collections.abc import Sequence

import structlog

from bot.domain.inputs import Receipt
from bot.domain.outcomes import Unknown
from bot.flows.step import Step
from storage import outbox

_log = structlog.get_logger("recover")


async def recover(step: Step, channels: Sequence[str]) -> None:
    """Chat and IMAP deduplicate, or we look first: those calls are made again. A mail past DATA may have left."""
    async with step.database.write() as tx:
        again = await outbox.reopen(tx, channels)
    async with step.database.read() as tx:
        uncertain = await outbox.interrupted(tx, channels)
    for claimed in uncertain:
        await step.take(Receipt(claimed.effect, claimed.attempt, Unknown("interrupted"), step.clock.now()))
    _log.info("recovered", again=again, uncertain=len(uncertain))
