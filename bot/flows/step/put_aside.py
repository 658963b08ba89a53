"""The second try of an input that could not be decided, when a person asks for it."""

from __future__ import annotations

from bot.flows.step.inputs_json import from_json
from bot.flows.step.step import Step
from storage import shunted
from storage.database import Tx


class _Gone(Exception):
    """Somebody else decided it, or dropped it, since it was read: it is not decided twice."""


async def decide_again(step: Step, number: int) -> bool:
    """Decide an input that was put aside, now. False: no input has that number.

    The input stays put aside until the commit of its decision.

    Raises:
        NotAgain: the input cannot be read back.
        Exception: the reason why the input could not be decided this time either.
    """
    async with step.database.read() as tx:
        kept = await shunted.get(tx, number)
    if kept is None:
        return False
    input = from_json(kept.kind, kept.payload)

    async def drop(tx: Tx) -> None:
        if not await shunted.drop(tx, number):
            raise _Gone

    try:
        await step.decide_now(input, drop)
    except _Gone:
        return False
    return True
