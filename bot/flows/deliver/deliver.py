"""Takes calls from the outbox, makes them, and hands in their receipts. The attempt is committed before the call."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import assert_never

import structlog

from bot.domain.calls import (
    ChatCall,
    EnterRoom,
    ImapCall,
    Priority,
    SendEvent,
    SmtpCall,
    Submit,
    SubmitToMember,
    TrialCall,
)
from bot.domain.ids import EffectId, MailboxId, RoomId
from bot.domain.inputs.inside import Receipt
from bot.domain.kinds import kind_of
from bot.domain.outcomes import Accepted, AnyOutcome, Posted, TryLater, Unknown, name_of
from bot.domain.planned import CHAT, TRIAL, imap_channel, smtp_channel
from bot.flows.deliver.chat import ChatCaller
from bot.flows.deliver.given_up import give_up_mails
from bot.flows.deliver.holds import Holds
from bot.flows.deliver.mail import MailCaller
from bot.flows.deliver.recover import interrupted
from bot.flows.deliver.trial import TrialCaller
from bot.flows.keep.outages import Outages, Service
from bot.flows.step.step import Step
from bot.ports import NOBODY_READS, NOT_TOLD
from storage import outbox
from storage.database import Conflict, LeaseLost, StorageAway
from storage.outbox import Claimed, UnderWay

_log = structlog.get_logger("deliver")
CHAT_AT_A_TIME = 12
"""Calls to the room under way at once: enough to keep a homeserver busy, few enough to keep its answers quick."""
SERVER_AT_A_TIME = 4
"""Calls under way at once to each mail server of each mailbox."""
SLOW_AT_A_TIME = 12
"""Calls besides, for each server, that wait for its answer: after DATA a server may be silent for ten minutes."""
_SLOW_AFTER = 8.0
_LOOK_EVERY = 10.0
"""Seconds between looks for attempts that were committed and that nobody here knows of."""
_RECEIPTS_AT_ONCE = 32
_CROWDED = 8
"""With this many calls under way, several ends share a transaction, and the claims after them: servers have work."""
_TOGETHER = 0.02
"""Seconds that is waited for more of them."""


NOT_SERVED = TryLater("not_served", is_outage=True)
"""The outcome where nothing was done: the mailbox went out of service between the claim and the call."""


def channels_of(mailbox: MailboxId) -> tuple[str, str]:
    """The two channels in which calls to a mailbox's servers wait: IMAP and SMTP."""
    return imap_channel(mailbox), smtp_channel(mailbox)


@dataclass(slots=True)
class Deliver:
    """Claims the calls of the channels that are ours, makes them, and hands in their receipts."""

    step: Step
    room: ChatCaller | None
    """Makes the calls to the homeserver; None while another process does."""
    mail: dict[MailboxId, MailCaller]
    outages: Outages
    owner: str
    trial: TrialCaller | None = field(default=None, kw_only=True)
    """Makes the logins that are tried for somebody; None while another process does."""
    is_alone: bool = field(default=True, kw_only=True)
    """Whether no other process makes calls of this database: then nobody makes a call that this process does not."""
    is_sure: Callable[[], bool] = field(default=lambda: True, kw_only=True)
    """Whether no other process can be making our calls by now."""
    changed_rooms: asyncio.Queue[RoomId] = field(default_factory=asyncio.Queue)
    """Rooms that the bot has just entered or that were found changed: `keep/rooms.py` looks at them."""
    measure: Callable[[Claimed, AnyOutcome, float], None] = lambda claimed, outcome, seconds: None
    """A function that is told each call, how it ended, and the seconds it took."""
    _is_ending: bool = False
    _holds: Holds = field(init=False)
    _running: dict[asyncio.Task[None], tuple[str, float]] = field(default_factory=dict)
    """Each call under way: its channel, and its start on the monotonic clock."""
    _known: dict[tuple[EffectId, int], str] = field(default_factory=dict)
    """The channel of each attempt of this process, from its claim until its receipt is taken."""
    _taken: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever receipts were taken."""
    _look_at: float = 0.0
    _stray_since: float | None = None
    _receipts: asyncio.Queue[Receipt] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self._holds = Holds(self._steady)

    def _steady(self) -> float:
        return self.step.clock.steady()

    @property
    def chat(self) -> ChatCaller:
        assert self.room is not None
        return self.room

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels whose calls this process makes."""
        names = [CHAT] if self.room is not None else []
        names += [TRIAL] if self.trial is not None else []
        for mailbox in self.mail:
            names += channels_of(mailbox)
        return tuple(names)

    async def run(self) -> None:
        """Claim and make calls until cancelled. `app` gives the calls under way time to end (`drain`)."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._settle())
            await self._claim_for_ever(tasks)

    async def _claim_for_ever(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            self.step.woken.clear()
            now = self.step.clock.now()
            claimed: tuple[Claimed, ...] = ()
            wait = 1.0
            try:
                if not self._is_ending:
                    if self.step.clock.steady() >= self._look_at:
                        await self.look_for_strays()
                    claimed = await self.claim()
                if not claimed:
                    wait = await self._until_due(now)
            except (Conflict, StorageAway):
                # The commit of a claim may have been made all the same.
                self._look_at = 0.0
                wait = 1.0
            for one in claimed:
                task = tasks.create_task(self.make(one))
                self._running[task] = (one.planned.channel, time.monotonic())
                task.add_done_callback(partial(self._ended, one))
            if not claimed:
                try:
                    async with asyncio.timeout(wait):
                        await self.step.woken.wait()
                except TimeoutError:
                    pass
                await self._for_company()

    async def drain(self, seconds: float) -> None:
        """Claim nothing more, and wait at most `seconds` for the calls under way and their receipts."""
        self._is_ending = True
        if self._running:
            await asyncio.wait(list(self._running), timeout=seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self._receipts.join()

    async def let_go(self, mailbox: MailboxId) -> None:
        """Claim nothing more of a mailbox, and wait until the calls under way have ended, with their receipts."""
        self.mail.pop(mailbox, None)
        channels = channels_of(mailbox)
        while any(channel in channels for channel in self._known.values()):
            self._taken.clear()
            await self._taken.wait()
        self._holds.forget(channels)

    async def hurry(self, mailboxes: Iterable[MailboxId]) -> None:
        """The calls that wait since a server refused the password are due now: another one may hold."""
        now = self.step.clock.now()
        # Where nothing can be written they are due at their time.
        with contextlib.suppress(Conflict, StorageAway):
            async with self.step.database.write() as tx:
                for channel in (channel for mailbox in mailboxes for channel in channels_of(mailbox)):
                    await outbox.hurry(tx, channel, "credentials", now)

    async def look_for_strays(self) -> int:
        """Take up again the calls whose claim was committed without an answer, and return their number.

        An attempt that is `sending` in the database and unknown here was never made: its call is due as before. A mail
        that had reached DATA may have left, and is told as uncertain.

        Raises:
            Conflict, StorageAway
        """
        strays = await self.strays()
        untouched = [one for one in strays if not one.may_have_left and not one.is_wanted_back]
        if untouched:
            async with self.step.database.write() as tx:
                for one in untouched:
                    await outbox.give_back(tx, one.effect, one.attempt)
        for one in strays:
            _log.warning("stray_call", effect=one.effect, attempt=one.attempt, may_have_left=one.may_have_left)
            if one.may_have_left or one.is_wanted_back:
                at = self.step.clock.now()
                await self.step.take(interrupted(one.effect, one.attempt, at, may_have_left=one.may_have_left))
        self._look_at = self.step.clock.steady() + _LOOK_EVERY
        return len(strays)

    async def strays(self) -> tuple[UnderWay, ...]:
        """Calls that are under way by the database, and that nobody makes. Raises: StorageAway."""
        known = frozenset(self._known)
        async with self.step.database.glance() as tx:
            found = await outbox.under_way(tx, None if self.is_alone else self.channels)
        known |= self._known.keys()
        strays = tuple(one for one in found if (one.effect, one.attempt) not in known)
        now = self.step.clock.steady()
        self._stray_since = (self._stray_since or now) if strays else None
        return strays

    @property
    def strayed_for(self) -> float:
        """Seconds for which calls that nobody makes (`strays`) have been found; 0 without any."""
        return 0.0 if self._stray_since is None else self.step.clock.steady() - self._stray_since

    def break_off(self) -> None:
        """Break off calls that another process may make by now; strays (`look_for_strays`) of them are made again.

        A mail is not broken off: before DATA it needs a transaction under the lease, after DATA nobody takes it back.
        """
        mails = {smtp_channel(mailbox) for mailbox in self.mail}
        for task, (channel, _) in self._running.items():
            if channel not in mails:
                task.cancel()

    def _ended(self, claimed: Claimed, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if task.cancelled():
            self._known.pop((claimed.effect, claimed.attempt), None)
            self._taken.set()
            self._look_at = 0.0
        self.step.woken.set()

    async def claim(self) -> tuple[Claimed, ...]:
        """Take calls that are due, as many as each channel has room for; the attempt is committed.

        Raises:
            Conflict, StorageAway
        """
        now = self.step.clock.now()
        busy = self._busy()
        most_in_chat = 1 if self._holds.is_limited else CHAT_AT_A_TIME
        in_chat = most_in_chat - busy[CHAT] if self.room is not None and not self._holds.is_held(CHAT) else 0
        free = [
            name
            for name in self.channels
            if (in_chat > 0 if name == CHAT else busy[name] < SERVER_AT_A_TIME and not self._holds.is_held(name))
        ]
        gone = self._gone()
        async with self.step.database.glance() as tx:
            due = await outbox.due_channels(tx, (*free, *gone), now)
        if any(name in due for name in gone):
            await give_up_mails(self.step)
            due = tuple(name for name in due if name not in gone)
        claimed = await self._claim([CHAT], in_chat, now) if CHAT in due else ()
        servers = [name for name in due if name != CHAT]
        # A slow server of one mailbox holds up neither the room nor another mailbox.
        try:
            return (*claimed, *(await self._claim(servers, SERVER_AT_A_TIME, now) if servers else ()))
        except (Conflict, StorageAway):
            if not claimed:
                raise
            # The room's claims are committed and must be made; the others may be committed, and are found as strays.
            self._look_at = 0.0
            return claimed

    def _gone(self) -> tuple[str, ...]:
        """The channels of mailboxes that were archived or removed; for one process to look at."""
        gone = self.step.settings.known.gone_for_good if self.room is not None else ()
        return tuple(smtp_channel(one.id) for one in gone if one.id not in self.mail)

    async def _claim(self, channels: Sequence[str], limit: int, now: datetime) -> tuple[Claimed, ...]:
        async with self.step.database.write() as tx:
            claimed = await outbox.claim(tx, channels=channels, now=now, limit=limit, owner=self.owner)
        self._known.update({(one.effect, one.attempt): one.planned.channel for one in claimed})
        return claimed

    def _busy(self) -> Counter[str]:
        """Calls under way by channel; up to `SLOW_AT_A_TIME` slow mails are not counted, and hold up no other call."""
        long_ago = time.monotonic() - _SLOW_AFTER
        every = Counter(channel for channel, _ in self._running.values())
        slow = Counter(channel for channel, since in self._running.values() if since < long_ago and channel != CHAT)
        return Counter({channel: count - min(slow[channel], SLOW_AT_A_TIME) for channel, count in every.items()})

    async def _until_due(self, now: datetime) -> float:
        """Seconds until something may be claimed again: never long, so that nothing that was missed waits long."""
        waits = self._holds.waits()
        async with self.step.database.glance() as tx:
            # A due call that waits for another one is woken by it.
            due = await outbox.next_due(tx, self.channels, after=now)
        if due is not None:
            waits.append((due - now).total_seconds())
        return min(max(min(waits, default=5.0), 0.02), 5.0)

    async def make(self, claimed: Claimed) -> None:
        """Make one call, and leave its receipt for `settle`.

        Raises:
            CancelledError: it was claimed before this process stood still. Broken off, as by `break_off`.
        """
        if not self.is_sure() and not isinstance(claimed.planned.call, SmtpCall):
            raise asyncio.CancelledError
        call = claimed.planned.call
        if isinstance(call, SmtpCall | ImapCall):
            with structlog.contextvars.bound_contextvars(mailbox=self.step.settings.place(call.mailbox)):
                await self._make(claimed)
        else:
            await self._make(claimed)

    async def _make(self, claimed: Claimed) -> None:
        started = time.monotonic()
        try:
            outcome = await self._call(claimed)
        except LeaseLost:
            raise
        except Exception as bug:  # noqa: BLE001  a bug in one call must not stop the others; its mail may have left
            _log.exception("call_failed", effect=claimed.effect, kind=kind_of(claimed.planned.call))
            is_mail = isinstance(claimed.planned.call, SmtpCall)
            outcome = Unknown(type(bug).__name__) if is_mail else TryLater(type(bug).__name__)
        name = name_of(outcome)
        kind = kind_of(claimed.planned.call)
        self.measure(claimed, outcome, time.monotonic() - started)
        _log.info(
            "call",
            effect=claimed.effect,
            kind=kind,
            conversation=claimed.planned.conversation,
            attempt=claimed.attempt,
            outcome=name,
            reason=outcome.reason if isinstance(outcome, TryLater | Unknown) else "",
            ms=round((time.monotonic() - started) * 1000),
        )
        at = self.step.clock.now()
        if outcome is not NOT_SERVED:
            await self._heed(claimed, outcome)
        if isinstance(claimed.planned.call, EnterRoom) and isinstance(outcome, Accepted):
            self.changed_rooms.put_nowait(claimed.planned.call.room)
        self._receipts.put_nowait(Receipt(claimed.effect, claimed.attempt, outcome, at))

    async def _call(self, claimed: Claimed) -> AnyOutcome:
        call = claimed.planned.call
        is_tint = claimed.planned.priority is Priority.TINT and isinstance(call, SendEvent) and call.edits is not None
        if is_tint and self._holds.is_limited:
            # Grey or black is not worth one of the few events that pass.
            return Accepted()
        if isinstance(call, ChatCall):
            return await self.chat.call(claimed, call) if self.room is not None else NOT_SERVED
        if isinstance(call, TrialCall):
            return await self.trial.call(claimed, call) if self.trial is not None else NOT_SERVED
        caller = self.mail.get(call.mailbox)
        if caller is None:
            return NOT_SERVED
        if isinstance(call, ImapCall):
            return await caller.act(call)
        if isinstance(call, Submit):
            return await caller.submit(claimed, call)
        if isinstance(call, SubmitToMember):
            return await caller.submit_to_member(claimed, call)
        assert_never(call)

    async def _heed(self, claimed: Claimed, outcome: AnyOutcome) -> None:
        """A server that is away, or asks for time, is left alone as a whole."""
        call = claimed.planned.call
        self._holds.heed(claimed.planned.channel, outcome)
        service = Service("smtp", call.mailbox) if isinstance(call, SmtpCall) else None
        if isinstance(call, SendEvent):
            await self._heed_room(call.room, outcome)
        if service is None:
            return
        if not isinstance(outcome, TryLater):
            await self.outages.came_back(service)
        elif outcome.is_outage:
            await self.outages.went_away(service, outcome.reason)

    async def _heed_room(self, room: RoomId, outcome: AnyOutcome) -> None:
        """Note a room out of order, in which nobody would read the mail, though the homeserver is well."""
        service = Service("room", part=room)
        if isinstance(outcome, TryLater) and outcome.reason in (NOBODY_READS, NOT_TOLD):
            await self.outages.went_away(service, outcome.reason)
        elif isinstance(outcome, Posted) and self.outages.reason(service) in (NOBODY_READS, NOT_TOLD):
            await self.outages.came_back(service)

    async def _for_company(self) -> None:
        """Wait a moment for more ends, so that they share a transaction, where the servers are busy anyway."""
        if len(self._running) >= _CROWDED:
            await asyncio.sleep(_TOGETHER)

    async def _settle(self) -> None:
        """Settle receipts for ever, several to a transaction where they come together."""
        while True:
            await self.settle()

    async def settle(self) -> None:
        """Wait for a receipt, and take every receipt that is there."""
        batch = [await self._receipts.get()]
        await self._for_company()
        while len(batch) < _RECEIPTS_AT_ONCE and not self._receipts.empty():
            batch.append(self._receipts.get_nowait())
        await self.step.take_all([(receipt, None) for receipt in batch])
        for receipt in batch:
            self._known.pop((receipt.effect, receipt.attempt), None)
            self._receipts.task_done()
        self._taken.set()
