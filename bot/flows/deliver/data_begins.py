"""Commits that DATA begins before it does (DESIGN rule 5): from then on a mail may have left."""

from collections.abc import Awaitable, Callable

from bot.flows.step.step import Step
from storage import outbox
from storage.database import Conflict
from storage.outbox import Claimed


def data_begins(step: Step, claimed: Claimed) -> Callable[[], Awaitable[None]]:
    """To be awaited before DATA; it raises Conflict or StorageAway where DATA must not be said."""

    async def before_data() -> None:
        # The fence of the database is asked as well: a process that stood still is no longer the holder.
        async with step.database.write() as tx:
            if not await outbox.set_phase(tx, claimed.effect, claimed.attempt, "data"):
                raise Conflict("the attempt is no longer ours, or was taken back")

    return before_data
