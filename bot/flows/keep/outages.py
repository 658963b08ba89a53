"""Knows which servers are away; log and config room are told once when an outage starts and once when it ends."""

import contextlib
import errno
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.credentials import needs_somebody
from bot.domain.ids import MailboxId, RoomId
from bot.domain.inputs.inside import ServiceChanged
from bot.flows.step.step import Step
from storage import condition
from storage.database import StorageAway

_log = structlog.get_logger("service")
_TOLD_AFTER = timedelta(seconds=60)
"""Shorter outages are nobody's business but the log's."""


@dataclass(frozen=True, slots=True)
class Service:
    """`matrix`, `imap`, `smtp` or `room`, of one mailbox or of the whole instance."""

    name: str
    mailbox: MailboxId | None = None
    part: str = ""
    """A folder, or a room: each has its own connection."""


def disk_reason(fault: OSError) -> str:
    """The short technical reason of a disk that refuses: `disk: ENOSPC`."""
    return f"disk: {errno.errorcode.get(fault.errno or 0, 'unknown')}"


@dataclass(slots=True)
class _Away:
    since: datetime
    reason: str
    is_told: bool = False


@dataclass(slots=True)
class Outages:
    """The state of every connection. A service that was never up is away with the reason `starting`."""

    step: Step
    away: dict[Service, _Away] = field(default_factory=dict)
    been_up: set[Service] = field(default_factory=set)
    """Those that have worked since the start: an outage from before it is not over for them yet."""

    def expect(self, service: Service) -> None:
        """Expect a service to come up before the bot is healthy."""
        self.away[service] = _Away(self.step.clock.now(), "starting")

    async def went_away(self, service: Service, reason: str) -> None:
        """Note that a service is away, with a short technical reason."""
        now = self.step.clock.now()
        state = self.away.get(service)
        if state is None or (state.reason == "starting" and reason != "starting"):
            _log.warning(
                "service_away", service=service.name, mailbox=self.step.settings.place(service.mailbox), reason=reason
            )
            state = self.away[service] = _Away(state.since if state else now, reason)
        is_urgent = needs_somebody(reason)
        if not state.is_told and (is_urgent or now - state.since >= _TOLD_AFTER):
            is_news = not self._is_told(service)
            state.is_told = True
            if is_news:
                await self.step.take(self._change(service, False, reason, now, state.since))

    async def came_back(self, service: Service) -> None:
        """Note that a service works."""
        state = self.away.pop(service, None)
        if state is None:
            return
        now = self.step.clock.now()
        _log.info(
            "service_up",
            service=service.name,
            mailbox=self.step.settings.place(service.mailbox),
            seconds=round((now - state.since).total_seconds(), 1),
        )
        change = self._change(service, True, "", now)
        is_news = state.is_told and not self._is_told(service)
        if is_news or await self._ends_earlier(service, change):
            await self.step.take(change)

    async def _ends_earlier(self, service: Service, change: ServiceChanged) -> bool:
        """Whether an outage ends that people were told of before the start, or by another process."""
        of_same = (one for one in self.away if (one.name, one.mailbox) == (service.name, service.mailbox))
        if service in self.been_up or (service.mailbox is not None and any(of_same)):
            return False
        with contextlib.suppress(StorageAway):
            async with self.step.database.glance() as tx:
                known = await condition.outage(tx, change.service, change.of)
            self.been_up.add(service)
            return known is not None
        return False

    def _change(
        self, service: Service, is_up: bool, reason: str, now: datetime, since: datetime | None = None
    ) -> ServiceChanged:
        room = RoomId(service.part) if service.name == "room" else None
        return ServiceChanged(service.name, service.mailbox, is_up, reason, now, room, since)

    def forget(self, service: Service) -> None:
        """Forget a service that nobody uses any more: neither up nor away."""
        self.away.pop(service, None)
        # Where it is used again, it ends by its coming up what people were told of before.
        self.been_up.discard(service)

    def forget_mailbox(self, mailbox: MailboxId) -> None:
        """Forget a mailbox that is served no more."""
        for service in [one for one in {*self.away, *self.been_up} if one.mailbox == mailbox]:
            self.forget(service)

    def _is_told(self, service: Service) -> bool:
        """Whether people know of the outage by another part: to them a server is one thing."""
        return service.mailbox is not None and any(
            state.is_told
            for other, state in self.away.items()
            if other != service and (other.name, other.mailbox) == (service.name, service.mailbox)
        )

    def reason(self, service: Service) -> str:
        """Why the service is away; empty if it is there."""
        state = self.away.get(service)
        return state.reason if state is not None else ""

    def problems(self) -> tuple[tuple[Service, str], ...]:
        """The services that are away now, each with a short technical reason."""
        return tuple((service, state.reason) for service, state in self.away.items())
