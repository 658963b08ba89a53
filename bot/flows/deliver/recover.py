"""After a start: calls that a dead process had under way are taken up again, or told as uncertain."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.domain.ids import EffectId
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import AnyOutcome, TryLater, Unknown
from bot.flows.step.step import Step
from bot.flows.step.until_stored import until_stored
from storage import outbox

_log = structlog.get_logger("recover")


def interrupted(effect: EffectId, attempt: int, at: datetime, *, may_have_left: bool) -> Receipt:
    """How an attempt ended whose process or whose claim is gone: what had reached DATA may have left."""
    outcome: AnyOutcome = Unknown("interrupted") if may_have_left else TryLater("interrupted")
    return Receipt(effect, attempt, outcome, at)


async def recover(step: Step, channels: Sequence[str]) -> None:
    """Chat and IMAP deduplicate, or we look first: those calls are made again. A mail past DATA may have left; one that
    was taken back before it stays here. Waits while the database is away.
    """

    async def reopened() -> tuple[int, tuple[outbox.Claimed, ...]]:
        async with step.database.write() as tx:
            again = await outbox.reopen(tx, channels)
        async with step.database.read() as tx:
            return again, await outbox.interrupted(tx, channels)

    again, uncertain = await until_stored(reopened)
    for claimed in uncertain:
        ended = interrupted(claimed.effect, claimed.attempt, step.clock.now(), may_have_left=bool(claimed.phase))
        await step.take(ended)
    _log.info("recovered", again=again, uncertain=len(uncertain))
