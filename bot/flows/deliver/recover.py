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
    """The receipt of an attempt whose process or claim is gone; a mail that had reached DATA may have left."""
    outcome: AnyOutcome = Unknown("interrupted") if may_have_left else TryLater("interrupted")
    return Receipt(effect, attempt, outcome, at)


async def recover(step: Step, channels: Sequence[str]) -> None:
    """Take up the calls that a dead process had under way. Waits while the database is away.

    Calls to chat and IMAP are made again: these deduplicate, or we look first. A mail past DATA may have left; a mail
    that was taken back before DATA stays here.
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
