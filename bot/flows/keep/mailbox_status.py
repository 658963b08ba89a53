"""Looks from time to time whether the pinned messages of the mailboxes still say what is so."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Final

from bot.domain.decision import NOTHING
from bot.domain.inputs.inside import StatusDue
from bot.domain.stories.mailbox_status import MOST, decide_status
from bot.flows.load.status import load_status
from bot.flows.step.step import Step
from storage import condition
from storage.database import Conflict, StorageAway

_PAUSE: Final = 20.0


@dataclass(slots=True)
class MailboxStatus:
    """It runs in the process that serves the room, so that one alone writes the messages."""

    step: Step

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE)
            with contextlib.suppress(StorageAway, Conflict):
                await self.look()

    async def look(self) -> None:
        """Have each message that says something else written anew. Raises: StorageAway, Conflict."""
        now = self.step.clock.now()
        async with self.step.database.read() as tx:
            instance = await self.step.settings.read(tx)
            of_today = [one.id for one in sorted(instance.mailboxes, key=lambda one: one.id)]
            shown = await condition.shown(tx)
            every = list(dict.fromkeys((*(one.mailbox for one in shown), *of_today[:MOST])))
            found = await load_status(tx, every, shown, instance)
        for one in found:
            if decide_status(one, now) != NOTHING:
                await self.step.take(StatusDue(one.mailbox, now))
