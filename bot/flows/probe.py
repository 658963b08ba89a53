"""Asks each mail server whether it is there, so that its absence is known before somebody needs it."""

import asyncio
from dataclasses import dataclass

from bot.domain.ids import MailboxId
from bot.flows.outages import Outages, Service
from bot.ports import CredentialsRefused, Folders, Submission, Unavailable

_PAUSE = 30.0
"""With the time that an attempt may take, a dead server is known within 45 s (DESIGN 5)."""
_IMAP_PAUSE = 22.0
_IMAP_ANSWER = 15.0


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


@dataclass(slots=True)
class ImapProbe:
    """The folders' own connections lie in IDLE for minutes: one that was broken is known there, a silent one here."""

    mailbox: MailboxId
    folders: Folders
    outages: Outages

    @property
    def service(self) -> Service:
        return Service("imap", self.mailbox, "server")

    async def run(self) -> None:
        """Until cancelled."""
        pause = _IMAP_PAUSE
        while True:
            await asyncio.sleep(pause)
            pause = _IMAP_PAUSE
            try:
                async with asyncio.timeout(_IMAP_ANSWER):
                    await self.folders.reach()
            except TimeoutError:
                await self.outages.went_away(self.service, "silent")
            except Unavailable as away:
                await self.outages.went_away(self.service, away.reason)
            except CredentialsRefused:
                await self.outages.went_away(self.service, "credentials")
                # Each wrong try counts against us at the provider.
                pause = 300.0
            else:
                await self.outages.came_back(self.service)
