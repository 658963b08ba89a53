"""Asks a mail server that nobody has heard lately for a sign of life, so that an absence is known before a need.

A dead server is known within 45 s (DESIGN 5). Looks are spread, so that they do not come in the same moment.
"""

import asyncio
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.flows.keep.outages import Outages, Service
from bot.ports import CredentialsRefused, Folders, Inbox, Submission, Unavailable

_SMTP_PAUSE = 30.0
"""Seconds without a word of the server, with the 12 s that a look may take."""
_IMAP_SILENCE = 27.0
_IMAP_ANSWER = 15.0
_GLANCE = 5.0
"""Seconds between looks at our own clocks, which ask no server."""
_REFUSED_PAUSE = 300.0
"""Each wrong try counts against us at the provider."""
_START_SPREAD = 0.02
"""Seconds a server: the first looks of a thousand take as long as one pause."""


def phase_of(*words: str) -> float:
    """A number from 0 to 1 that belongs to these words, the same for ever."""
    return zlib.crc32("\0".join(words).encode()) / 2**32


@dataclass(slots=True)
class SubmissionProbe:
    """One server, however many mailboxes send by it."""

    server: str
    """Names it among others: host, port and security."""
    users: tuple[tuple[Service, Submission], ...]
    outages: Outages
    servers: int = 1
    """How many there are."""

    async def run(self) -> None:
        """Ask until cancelled."""
        phase = phase_of(self.server)
        await asyncio.sleep(phase * min(_SMTP_PAUSE, self.servers * _START_SPREAD))
        await self.look()
        await asyncio.sleep(_SMTP_PAUSE * (1 + phase) / 2)
        while True:
            await asyncio.sleep(await self.look())

    async def look(self) -> float:
        """Ask a server that was silent or is away; the seconds until the next time."""
        silent = min(submission.silent_for() for _, submission in self.users)
        if silent < _SMTP_PAUSE and not any(service in self.outages.away for service, _ in self.users):
            return _SMTP_PAUSE - silent
        reason = ""
        try:
            await self.users[0][1].reach()
        except Unavailable as away:
            reason = away.reason
        except CredentialsRefused:
            reason = "credentials"
        for service, _ in self.users:
            await (self.outages.went_away(service, reason) if reason else self.outages.came_back(service))
        return _SMTP_PAUSE


@dataclass(slots=True)
class ImapProbe:
    """One mailbox. Its folders' own connections show every 25 s that the server is there, unless a long command runs on
    each of them."""

    service: Service
    folders: Folders
    outages: Outages
    inboxes: list[Inbox] = field(default_factory=list)
    is_crowded: Callable[[], bool] = lambda: False
    """Whether logins wait for their turn: then the server is silent because nobody asked yet."""

    async def run(self) -> None:
        """Ask until cancelled."""
        pause = _GLANCE * (1 + phase_of(str(self.service.mailbox)))
        while True:
            await asyncio.sleep(pause)
            pause = await self.look()

    async def look(self) -> float:
        """Ask the server if all folders were silent; the seconds until the next time."""
        silent = min((inbox.silent_for() for inbox in self.inboxes), default=math.inf)
        if silent < _IMAP_SILENCE:
            await self.outages.came_back(self.service)
            return min(_GLANCE, _IMAP_SILENCE - silent)
        if self.is_crowded():
            # The folders are in the line, and tell what they find.
            return _GLANCE
        try:
            async with asyncio.timeout(_IMAP_ANSWER):
                await self.folders.reach()
        except TimeoutError:
            await self.outages.went_away(self.service, "silent")
        except Unavailable as away:
            await self.outages.went_away(self.service, away.reason)
        except CredentialsRefused:
            await self.outages.went_away(self.service, "credentials")
            return _REFUSED_PAUSE
        else:
            await self.outages.came_back(self.service)
        return _IMAP_SILENCE
