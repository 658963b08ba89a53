"""Which mailboxes are served: each is started, replaced and stopped while everything else goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field

import structlog

from bot.domain.ids import MailboxId
from bot.flows.deliver.deliver import Deliver
from bot.flows.deliver.mail import MailCaller
from bot.flows.keep.outages import Outages, Service
from bot.ports import Folders

_log = structlog.get_logger("serving")


@dataclass(frozen=True, slots=True)
class Served:
    """What serves one mailbox."""

    mailbox: MailboxId
    caller: MailCaller
    """Makes the calls to its servers."""
    run: Callable[[], Coroutine[object, object, None]]
    """Brings in its mails, and watches its servers, until it is cancelled."""
    server: str
    """Where its mails leave: several mailboxes may use the same."""
    services: tuple[Service, ...]
    """What must come up before it is healthy."""

    async def close(self) -> None:
        """Close the connections to its servers, once nothing uses them."""
        await self.caller.folders.close()
        await self.caller.submission.close()


@dataclass(slots=True)
class Mailboxes:
    """`probe` watches the servers by which these mailboxes send, one look for each server."""

    deliver: Deliver
    folders: dict[MailboxId, Folders]
    """Of those that are served: who looks for lost bytes uses them too."""
    outages: Outages
    tasks: asyncio.TaskGroup
    probe: Callable[[tuple[Served, ...]], Iterable[Coroutine[object, object, None]]]
    _running: dict[MailboxId, tuple[Served, asyncio.Task[None]]] = field(default_factory=dict)
    _probes: list[asyncio.Task[None]] = field(default_factory=list)

    async def change(self, stopped: Iterable[MailboxId], started: Callable[[], Awaitable[tuple[Served, ...]]]) -> None:
        """Stop some, then start what `started` makes; whatever else is served goes on."""
        await asyncio.gather(*(self._stop(mailbox) for mailbox in stopped if mailbox in self._running))
        for served in await started():
            for service in served.services:
                self.outages.expect(service)
            self.deliver.mail[served.mailbox] = served.caller
            self.folders[served.mailbox] = served.caller.folders
            self._running[served.mailbox] = served, self.tasks.create_task(served.run())
        for task in self._probes:
            task.cancel()
        every = tuple(served for served, _ in self._running.values())
        self._probes = [self.tasks.create_task(look) for look in self.probe(every)]
        self.deliver.step.woken.set()

    async def _stop(self, mailbox: MailboxId) -> None:
        """Calls under way end first; those that wait stay in the outbox, and its mails on the server."""
        served, task = self._running.pop(mailbox)
        await self.deliver.let_go(mailbox)
        self.folders.pop(mailbox, None)
        task.cancel()
        await asyncio.wait({task})
        self.outages.forget_mailbox(mailbox)
        await served.close()
        _log.info("mailbox_stopped")

    async def close(self) -> None:
        """At the end of the process, when nothing runs any more."""
        for served, _ in self._running.values():
            await served.close()
