"""Commits that DATA begins before it does (DESIGN rule 5): from then on a mail may have left."""

from collections.abc import Awaitable, Callable

from bot.domain.outcomes import WITHDRAWN
from bot.flows.step.step import Step
from storage import outbox
from storage.database import Conflict, Tx
from storage.outbox import Claimed


class Withdrawn(Exception):
    """Nobody wants the mail any more: DATA is not said."""

    def __init__(self, why: str = WITHDRAWN) -> None:
        super().__init__(why)
        self.why = why


def data_begins(
    step: Step, claimed: Claimed, is_wanted: Callable[[Tx], Awaitable[bool]] | None = None
) -> Callable[[], Awaitable[None]]:
    """To be awaited before DATA; it raises Conflict, StorageAway or Withdrawn where DATA must not be said.

    `is_wanted` is asked in the same transaction.
    """

    async def before_data() -> None:
        # The fence of the database is asked as well: a process that stood still is no longer the holder.
        async with step.database.write() as tx:
            if is_wanted is not None and not await is_wanted(tx):
                raise Withdrawn
            if not await outbox.set_phase(tx, claimed.effect, claimed.attempt, "data"):
                raise Conflict("the attempt is no longer ours, or was taken back")

    return before_data
