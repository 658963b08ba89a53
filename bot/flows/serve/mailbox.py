"""The tasks of one mailbox: the pumps of its folders, and the watch over its servers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.domain.inputs.mail import FolderRole
from bot.domain.settings import MailboxSettings
from bot.flows.deliver.mail import MailCaller
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.probe import ImapProbe, phase_of
from bot.flows.pump.mail import MailPump, Start
from bot.flows.serve.mailboxes import Served
from bot.flows.step.step import Step
from bot.ports import CredentialsRefused, Folders, Inbox, Submission, Unavailable
from bot.reader.reading import Reader


@dataclass(frozen=True, slots=True)
class Doorway:
    """The ways to the servers of one mailbox."""

    folders: Folders
    submission: Submission
    inbox: Callable[[str, float], Inbox]
    """Makes the inbox of a folder, with the folder's place in time among others (0 to 1)."""
    is_crowded: Callable[[], bool]
    role: Callable[[str], FolderRole]
    """The role of a folder before its server has been asked."""
    start: Start
    starts: Mapping[str, Start]
    """The same of folders that have their own."""
    watch_junk: bool
    server: str
    """The server by which the mailbox sends."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox, ready to be served."""

    settings: MailboxSettings
    door: Doorway
    step: Step
    reader: Reader
    outages: Outages
    scratch: Path

    def served(self) -> Served:
        """The parts that serve the mailbox; they run nothing yet."""
        caller = MailCaller(self.settings, self.door.folders, self.door.submission, self.step)

        async def run() -> None:
            await self._run(caller)

        return Served(self.settings.id, caller, run, self.door.server, services_of(self.settings))

    async def _run(self, caller: MailCaller) -> None:
        # Each line of these tasks says whose it is.
        structlog.contextvars.bind_contextvars(mailbox=self.step.settings.place(self.settings.id))
        self.scratch.mkdir(exist_ok=True, mode=0o700)
        settings = self.settings
        service = Service("imap", settings.id, "server")
        probe = ImapProbe(service, caller.folders, self.outages, is_crowded=self.door.is_crowded)

        def pump(folder: str, role: FolderRole) -> MailPump:
            inbox = self.door.inbox(folder, phase_of(settings.id, folder))
            probe.inboxes.append(inbox)
            start = self.door.starts.get(folder, self.door.start) if role is FolderRole.INBOX else "new"
            return MailPump(settings, folder, role, inbox, start, self.step, self.reader, self.scratch, self.outages)

        async with asyncio.TaskGroup() as tasks:
            watched = {
                folder: tasks.create_task(pump(folder, self.door.role(folder)).run()) for folder in settings.folders
            }
            tasks.create_task(_watch_sent(pump, caller))
            tasks.create_task(_watch_junk(pump, caller, watched, is_wanted=self.door.watch_junk))
            tasks.create_task(probe.run())


Pump = Callable[[str, FolderRole], MailPump]


def services_of(mailbox: MailboxSettings) -> tuple[Service, ...]:
    """The services that must come up before the mailbox is healthy."""
    return Service("smtp", mailbox.id), *(Service("imap", mailbox.id, folder) for folder in mailbox.folders)


async def _watch_sent(pump: Pump, caller: MailCaller) -> None:
    """Replies written elsewhere are found in the Sent folder; a mailbox without one is served without."""
    while True:
        try:
            sent = await caller.folder("sent")
        except (Unavailable, CredentialsRefused):
            sent = ""
        if sent:
            await pump(sent, FolderRole.SENT).run()
        await asyncio.sleep(60.0)


async def _watch_junk(
    pump: Pump, caller: MailCaller, watched: Mapping[str, asyncio.Task[None]], *, is_wanted: bool
) -> None:
    """The server's Junk folder is listed quietly; one that is named in `folders` is no ordinary one."""
    while True:
        try:
            junk = await caller.folder("junk")
        except (Unavailable, CredentialsRefused):
            junk = ""
        ordinary = watched.get(junk)
        if ordinary is not None:
            ordinary.cancel()
        if junk and (is_wanted or ordinary is not None):
            await pump(junk, FolderRole.JUNK).run()
        await asyncio.sleep(60.0)
