"""What is told of a running bot from outside: its health, and its metrics."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.ids import MailboxId
from bot.domain.inputs import Input
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.kinds import kind_of
from bot.domain.settings import Instance
from bot.flows.deliver.deliver import Deliver
from bot.flows.keep.outages import Outages, Service
from bot.flows.pump.chat import MATRIX
from bot.process.health import HealthStatus, Problem
from bot.process.metrics import Metrics
from storage import outbox
from storage.database import StorageAway

_DATABASE_ANSWERS = 5.0
"""Seconds that `/health` waits for the database."""


@dataclass(slots=True)
class Figures:
    metrics: Metrics
    deliver: Deliver
    outages: Outages
    file: Callable[[], Instance]
    """What config.yaml says by now: metrics name a mailbox by its place there."""

    def __post_init__(self) -> None:
        """What is counted is counted from now on."""
        self.deliver.measure, self.deliver.step.measure = self._ended, self._taken

    async def health(self) -> HealthStatus:
        """What is wrong, as far as the outside is told."""
        instance = self.deliver.step.settings.known
        problems = [one for found in self.outages.problems() for one in _problems(instance, *found)]
        waiting: float | None = None
        with contextlib.suppress(StorageAway, TimeoutError):
            async with asyncio.timeout(_DATABASE_ANSWERS):
                waiting = await self._waiting()
                await self.deliver.strays()
        if waiting is None:
            problems.append(Problem("database", "away"))
        return HealthStatus(tuple(problems), len(instance.mailboxes), waiting or 0.0, self.deliver.strayed_for)

    async def refresh(self) -> None:
        """Bring the metrics up to date that are looked up, not counted."""
        away = {service for service, _ in self.outages.problems()}
        self.metrics.connected.clear()
        self.metrics.connected.set(0 if MATRIX in away else 1, "matrix", "")
        for place, mailbox in enumerate(self.file().mailboxes):
            for name in ("imap", "smtp"):
                is_away = any(s.name == name and s.mailbox == mailbox.id for s in away)
                self.metrics.connected.set(0 if is_away else 1, name, str(place))
        with contextlib.suppress(StorageAway):
            async with self.deliver.step.database.read() as tx:
                depth = await outbox.depth(tx)
            self.metrics.oldest_waiting.set(await self._waiting())
            self.metrics.stray_calls.set(len(await self.deliver.strays()))
            self.metrics.queue_depth.clear()
            for (state, kind), count in depth.items():
                self.metrics.queue_depth.set(count, state.value, kind)

    async def _waiting(self) -> float:
        """Seconds for which the oldest call has been due."""
        step = self.deliver.step
        now = step.clock.now()
        async with step.database.glance() as tx:
            due = await outbox.oldest_due(tx, now)
        return 0.0 if due is None else (now - due).total_seconds()

    def _place(self, mailbox: MailboxId) -> str:
        ids = [one.id for one in self.file().mailboxes]
        return str(ids.index(mailbox)) if mailbox in ids else ""

    def _ended(self, kind: str, outcome: str, seconds: float) -> None:
        self.metrics.effects.add(kind, outcome)
        self.metrics.effect_seconds.observe(seconds, kind)

    def _taken(self, input: Input, result: str) -> None:
        self.metrics.inputs.add(kind_of(input), result)
        if isinstance(input, MailArrived | MailUnreadable) and result == "decided":
            self.metrics.mails_in.add(self._place(input.place.mailbox))
        if result == "put_aside":
            self.metrics.shunted.add()


def _problems(instance: Instance, service: Service, reason: str) -> tuple[Problem, ...]:
    """One for each mailbox that it concerns: several may share a room."""
    if service.name == "room":
        places = [number for number, mailbox in enumerate(instance.mailboxes) if mailbox.room == service.part]
    else:
        places = [number for number, mailbox in enumerate(instance.mailboxes) if mailbox.id == service.mailbox]
    return tuple(Problem(service.name, reason, place) for place in places) or (Problem(service.name, reason),)
