"""Has the config room told, once after a start, which version serves and how many mailboxes are connected."""

import asyncio
from dataclasses import dataclass
from typing import Final

from bot.domain.inputs.inside import Away, BotStarted
from bot.flows.keep.outages import Outages
from bot.flows.step.step import Step

_LOOK_EVERY: Final = 1.0
_LONGEST: Final = 90.0
"""Seconds for which servers that were not tried yet are waited for."""


@dataclass(slots=True)
class Started:
    """It runs in the process that serves the room, once."""

    step: Step
    outages: Outages
    version: str

    async def run(self) -> None:
        """Wait until each server was tried. A process that dies before tells nothing."""
        until = self.step.clock.steady() + _LONGEST
        while self._is_trying() and self.step.clock.steady() < until:
            await asyncio.sleep(_LOOK_EVERY)
        await self.tell()

    async def tell(self) -> None:
        """Have it told as it is now."""
        away = {
            one.mailbox: Away(one.mailbox, reason)
            for one, reason in self.outages.problems()
            if one.mailbox is not None and one.name in ("imap", "smtp")
        }
        await self.step.take(BotStarted(self.version, self.step.clock.now(), tuple(away.values())))

    def _is_trying(self) -> bool:
        return any(reason == "starting" for _, reason in self.outages.problems())
