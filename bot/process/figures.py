"""What is told of a running bot from outside: its health, and its metrics."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.calls import SendEvent
from bot.domain.ids import MailboxId
from bot.domain.inputs import Input
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.kinds import kind_of
from bot.domain.outcomes import AnyOutcome, Posted, name_of
from bot.domain.planned import CHAT, imap_channel, smtp_channel
from bot.domain.settings import Instance
from bot.flows.deliver.chat import rings
from bot.flows.deliver.deliver import Deliver
from bot.flows.keep.outages import Outages, Service
from bot.flows.pump.chat import MATRIX
from bot.process.health import SILENT, WAITS_TOO_LONG, HealthStatus, Names, Problem
from bot.process.metrics import Metrics
from storage import outbox, watching
from storage.database import StorageAway
from storage.outbox import Claimed
from storage.watching import Waits

_DATABASE_ANSWERS = 5.0
"""Seconds that `/health` waits for the database."""
_WAITS_FOR = timedelta(minutes=1)
"""What waits for less is on its way: it is no figure yet."""
TO_LEAVE, TO_BE_POSTED, FOR_FOLDER = "to_leave", "to_be_posted", "for_folder"


@dataclass(slots=True)
class Figures:
    metrics: Metrics
    deliver: Deliver
    outages: Outages
    version: str
    shows_addresses: bool = False
    """Whether mailboxes may be named by their address."""

    def __post_init__(self) -> None:
        """What is counted is counted from now on."""
        self.deliver.measure, self.deliver.step.measure = self._ended, self._taken
        self.metrics.build_info.set(1, self.version)

    async def health(self) -> HealthStatus:
        """What is wrong, as far as the outside is told."""
        instance, database = self._instance, self.deliver.step.database
        problems = [one for found in self.outages.problems() for one in _problems(instance, *found)]
        waiting, started = None, time.monotonic()
        try:
            async with asyncio.timeout(_DATABASE_ANSWERS):
                waiting = await self._waiting()
                answered = time.monotonic()
                await self.deliver.strays()
                problems += await self._held_back(instance)
        except StorageAway:
            problems.insert(0, Problem("database", "away"))
        except TimeoutError:
            problems.insert(0, Problem("database", SILENT))
        return HealthStatus(
            tuple(problems),
            len(instance.mailboxes),
            waiting or 0.0,
            self.deliver.strayed_for,
            tuple(Names(one.address, _state(one.is_paused, one.is_archived), place) for place, one in instance.placed),
            "sqlite" if database.is_sqlite else "postgresql",
            0.0 if waiting is None else (answered - started) * 1000,
        )

    async def refresh(self) -> None:
        """Bring the metrics up to date that are looked up, not counted."""
        instance, metrics = self._instance, self.metrics
        away = {service for service, _ in self.outages.problems()}
        metrics.connected.clear()
        metrics.mailbox_info.clear()
        metrics.connected.set(0 if MATRIX in away else 1, "matrix", "")
        metrics.rings.add("", by=0)
        for place, mailbox in instance.placed:
            # Prometheus sees no increase from nothing to one.
            for counter in (metrics.mails_in, metrics.bounces, metrics.rings):
                counter.add(str(place), by=0)
            shown = mailbox.address if self.shows_addresses else ""
            metrics.mailbox_info.set(1, str(place), shown, _state(mailbox.is_paused, mailbox.is_archived) or "served")
            if mailbox.rests:
                continue
            for name in ("imap", "smtp"):
                is_away = any(s.name == name and s.mailbox == mailbox.id for s in away)
                metrics.connected.set(0 if is_away else 1, name, str(place))
        metrics.connected.set(1 if await self._looked_up(instance) else 0, "database", "")

    async def _looked_up(self, instance: Instance) -> bool:
        """Look up what the database knows; whether it answers."""
        metrics, step = self.metrics, self.deliver.step
        with contextlib.suppress(StorageAway, TimeoutError):
            async with asyncio.timeout(_DATABASE_ANSWERS):
                async with step.database.read() as tx:
                    depth = await outbox.depth(tx)
                    folders = await watching.folders(tx)
                    waits = await watching.waiting(tx, step.clock.now() - _WAITS_FOR)
                metrics.oldest_waiting.set(await self._waiting())
                metrics.stray_calls.set(len(await self.deliver.strays()))
            metrics.queue_depth.replace({(state.value, kind): count for (state, kind), count in depth.items()})
            metrics.folder_mails.replace(
                {
                    (self._place(mailbox), role.value, state): count
                    for (mailbox, role), counts in folders.items()
                    if self._place(mailbox)
                    for state, count in counts.items()
                }
            )
            now, ages = step.clock.now(), dict[tuple[str, ...], float]()
            for one in waits:
                for place, what in _held(instance, one):
                    age = (now - one.since).total_seconds()
                    ages[str(place), what] = max(age, ages.get((str(place), what), 0.0))
            metrics.mail_waiting.replace(ages)
            return True
        return False

    @property
    def _instance(self) -> Instance:
        return self.deliver.step.settings.known

    async def _held_back(self, instance: Instance) -> list[Problem]:
        """The mailboxes whose mail has waited for too long, and those of which a mail is missing here."""
        step = self.deliver.step
        async with step.database.glance() as tx:
            waits = await watching.waiting(tx, step.clock.now() - timedelta(seconds=WAITS_TOO_LONG))
            folders = await watching.folders(tx)
        found = [Problem("mail", f"waits_{what}", place) for one in waits for place, what in _held(instance, one)]
        places = {one.id: place for place, one in instance.placed if not one.rests}
        missing = {mailbox for (mailbox, _), counts in folders.items() if counts["missing"]}
        return found + [Problem("mail", "missing", places[one]) for one in sorted(missing & places.keys())]

    async def _waiting(self) -> float:
        """Seconds for which the oldest call has been due."""
        step = self.deliver.step
        now = step.clock.now()
        async with step.database.glance() as tx:
            due = await outbox.oldest_due(tx, now)
        return 0.0 if due is None else (now - due).total_seconds()

    def _place(self, mailbox: MailboxId) -> str:
        place = self.deliver.step.settings.place(mailbox)
        return "" if place is None else str(place)

    def _ended(self, claimed: Claimed, outcome: AnyOutcome, seconds: float) -> None:
        call = claimed.planned.call
        kind = kind_of(call)
        self.metrics.effects.add(kind, name_of(outcome))
        self.metrics.effect_seconds.observe(seconds, kind)
        if isinstance(call, SendEvent) and isinstance(outcome, Posted) and rings(claimed, call):
            its = [str(place) for place, one in self._instance.placed if one.room == call.room]
            self.metrics.rings.add(its[0] if its else "")

    def _taken(self, input: Input, result: str) -> None:
        self.metrics.inputs.add(kind_of(input), result)
        if isinstance(input, MailArrived | MailUnreadable) and result == "decided":
            self.metrics.mails_in.add(self._place(input.place.mailbox))
            if isinstance(input, MailArrived) and input.mail.is_bounce:
                self.metrics.bounces.add(self._place(input.place.mailbox))
        if result == "put_aside":
            self.metrics.shunted.add()


def _state(is_paused: bool, is_archived: bool) -> str:
    return "archived" if is_archived else "paused" if is_paused else ""


def _held(instance: Instance, one: Waits) -> Iterator[tuple[int, str]]:
    """The places of the mailboxes whose mail waits there, and what for. One that rests waits by somebody's wish."""
    for place, mailbox in instance.placed:
        if mailbox.rests:
            continue
        if one.channel == smtp_channel(mailbox.id):
            yield place, TO_LEAVE
        elif one.channel == imap_channel(mailbox.id):
            yield place, FOR_FOLDER
        elif one.channel == CHAT and one.whose in (mailbox.id, mailbox.room):
            yield place, TO_BE_POSTED


def _problems(instance: Instance, service: Service, reason: str) -> tuple[Problem, ...]:
    """One for each mailbox that it concerns: several may share a room."""
    if service.name == "room":
        places = [number for number, mailbox in instance.placed if mailbox.room == service.part]
        other = "config" if service.part == instance.config_room else "other"
    else:
        places = [number for number, mailbox in instance.placed if mailbox.id == service.mailbox]
        other = None
    found = tuple(Problem(service.name, reason, place) for place in places)
    return found or (Problem(service.name, reason, room=other),)
