"""The served mailboxes: the wanted ones are compared with the running, and each starts and stops by itself."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.domain.ids import MailboxId
from bot.flows.deliver.deliver import Deliver
from bot.flows.deliver.mail import MailCaller
from bot.flows.keep.outages import Outages, Service
from bot.ports import Folders

_log = structlog.get_logger("serving")
_LOOK_EVERY = 5.0
"""Seconds between looks for settings that another process changed."""


@dataclass(frozen=True, slots=True)
class Served:
    """The parts that serve one mailbox."""

    mailbox: MailboxId
    caller: MailCaller
    """Makes the calls to its servers."""
    run: Callable[[], Coroutine[object, object, None]]
    """Brings in the mailbox's mails, and watches its servers, until cancelled."""
    server: str
    """The server by which the mailbox sends; several mailboxes may use the same."""
    services: tuple[Service, ...]
    """The services that must come up before the mailbox is healthy."""

    async def close(self) -> None:
        """Close the connections to its servers, once nothing uses them."""
        await self.caller.folders.close()
        await self.caller.submission.close()


@dataclass(frozen=True, slots=True)
class _Running:
    served: Served
    way: object
    task: asyncio.Task[None]


@dataclass(slots=True)
class Mailboxes:
    """`probe` watches the servers by which these mailboxes send, one look for each server."""

    deliver: Deliver
    folders: dict[MailboxId, Folders]
    """The folders of the served mailboxes; the search for lost bytes uses them too."""
    outages: Outages
    tasks: asyncio.TaskGroup
    probe: Callable[[tuple[Served, ...]], Iterable[Coroutine[object, object, None]]]
    wanted: Callable[[], Mapping[MailboxId, object]]
    """The mailboxes to serve now, each with the way to its servers: where that changes it is served anew."""
    make: Callable[[Sequence[MailboxId]], Awaitable[tuple[Served, ...]]]
    """Builds the parts that serve these mailboxes; a mailbox that went meanwhile is left out."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when other mailboxes may be wanted."""
    _running: dict[MailboxId, _Running] = field(default_factory=dict)
    _stopping: dict[MailboxId, asyncio.Task[None]] = field(default_factory=dict)
    _probes: list[asyncio.Task[None]] = field(default_factory=list)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.deliver.step.settings.listeners.append(lambda before, after: self.changed.set())

    def is_served(self, mailbox: MailboxId) -> bool:
        """Whether a part of the mailbox runs here, or still ends."""
        return mailbox in self._running or mailbox in self._stopping

    async def run(self) -> None:
        """Serve the wanted mailboxes until cancelled; a slow call of one mailbox holds up no other."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self.changed.wait()
            self.changed.clear()
            await self.deliver.step.look_at_settings()
            await self.compare()

    async def settle(self) -> None:
        """Bring about what is wanted, and wait until the calls under way of what stops have ended."""
        while await self.compare():
            await asyncio.wait(list(self._stopping.values()), return_when=asyncio.FIRST_COMPLETED)

    async def compare(self) -> bool:
        """Stop mailboxes that are no longer wanted, start wanted ones. True: one is still stopping."""
        async with self._one:
            wanted = dict(self.wanted())
            gone = [mailbox for mailbox, one in self._running.items() if wanted.get(mailbox) != one.way]
            for mailbox in gone:
                self._stopping[mailbox] = self.tasks.create_task(self._stop(mailbox, self._running.pop(mailbox)))
            come = [mailbox for mailbox in wanted if mailbox not in self._running and mailbox not in self._stopping]
            if come:
                await self.deliver.hurry(come)
            for served in await self.make(come) if come else ():
                self._start(served, wanted[served.mailbox])
            if gone or come:
                self._probe_anew()
                self.deliver.step.woken.set()
            return bool(self._stopping)

    def _start(self, served: Served, way: object) -> None:
        for service in served.services:
            self.outages.expect(service)
        self.deliver.mail[served.mailbox] = served.caller
        self.folders[served.mailbox] = served.caller.folders
        self._running[served.mailbox] = _Running(served, way, self.tasks.create_task(served.run()))
        _log.info("mailbox_started", mailbox=self._place(served.mailbox))

    async def _stop(self, mailbox: MailboxId, running: _Running) -> None:
        """Calls under way end first; those that wait stay in the outbox, and its mails on the server."""
        place = self._place(mailbox)
        self.folders.pop(mailbox, None)
        running.task.cancel()
        await self.deliver.let_go(mailbox)
        await asyncio.wait({running.task})
        self.outages.forget_mailbox(mailbox)
        await running.served.close()
        del self._stopping[mailbox]
        _log.info("mailbox_stopped", mailbox=place)
        self.changed.set()

    def _place(self, mailbox: MailboxId) -> int | None:
        return self.deliver.step.settings.place(mailbox)

    def _probe_anew(self) -> None:
        for task in self._probes:
            task.cancel()
        every = tuple(one.served for one in self._running.values())
        self._probes = [self.tasks.create_task(look) for look in self.probe(every)]

    async def close(self) -> None:
        """At the end of the process, when nothing runs any more."""
        for one in self._running.values():
            await one.served.close()
