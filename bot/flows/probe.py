"""Asks each submission server whether it is there, so that its absence is known before somebody needs it."""

import asyncio
from dataclasses import dataclass

from bot.domain.ids import MailboxId
from bot.flows.outages import Outages, Service
from bot.ports import CredentialsRefused, Submission, Unavailable

_PAUSE = 30.0
"""With the time that an attempt may take, a dead server is known within 45 s (DESIGN 5)."""


@dataclass(slots=True)
class SubmissionProbe:
    mailbox: MailboxId
    submission: Submission
    outages: Outages

    @property
    def service(self) -> Service:
        return Service("smtp", self.mailbox)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.submission.reach()
            except Unavailable as away:
                await self.outages.went_away(self.service, away.reason)
            except CredentialsRefused:
                await self.outages.went_away(self.service, "credentials")
            else:
                await self.outages.came_back(self.service)
            await asyncio.sleep(_PAUSE)
