"""The outbox of calls: planned with a decision, claimed one of a lane at a time, closed with their receipt.

    open ──claim──► sending ──close──► done | refused | unknown
     ▲  ╲              │
     │   cancel        └──retry──► open (due later)
     └─ reopen (after a crash: chat and IMAP, and SMTP before DATA)

Within a priority the mailboxes take turns (`storage/turns.py`). A call that was tried once keeps its content for ever:
its Matrix transaction id names it. Only one that was never tried is replaced (`slot`, `replace`) or taken back
(`cancel`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, literal_column, or_, select

from bot.domain.calls import Call, Priority, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, DialogueId, EffectId, EventId, MessageRow
from bot.domain.kinds import kind_of
from bot.domain.planned import PlannedCall
from storage import claiming
from storage.codec import call_from_json, call_to_json
from storage.database import Tx
from storage.planning import COALESCE, SET_CALL, UNTRIED, add_all
from storage.schema.calls import is_keyed, is_open, is_sending, is_unfinished, outbox, outbox_calls


class State(StrEnum):
    """The states of a call (docs/states.md)."""

    OPEN = "open"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class End(StrEnum):
    """The states in which a call has ended."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call with the facts for its delivery. `planned.delay_seconds` is spent: 0."""

    effect: EffectId
    planned: PlannedCall
    state: State
    attempt: int
    """1 for the first try."""
    failures: int
    """Number of tries that count against the call; an outage does not."""
    transaction: str
    """The transaction id, the same for ever; no other call of any database has it."""
    phase: str
    """`data` once an SMTP transaction has reached DATA, else empty."""
    reason: str
    """Why the call was put off, or how it ended."""
    ref: str
    created_at: datetime
    first_tried_at: datetime | None
    root: EventId | None
    """The card of `thread_of`."""
    slot_event: EventId | None
    """The event in `slot`, to be edited."""
    latest_in_thread: EventId | None
    """The newest known event in that thread, or the card."""
    changed_hands: bool = False
    """Another process tried it before, with another Matrix device: the server does not know the transaction."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An attempt that was begun and has not ended, as the database has it."""

    effect: EffectId
    attempt: int
    may_have_left: bool
    """An SMTP transaction that had reached DATA."""
    is_wanted_back: bool = False
    """A person took the call back while it was made: it is not made again."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A call as the operator sees it: no content, no address."""

    effect: EffectId
    kind: str
    channel: str
    state: State
    attempt: int
    failures: int
    due_at: datetime
    created_at: datetime
    conversation: ConversationId | None
    reason: str


WANTED_BACK = "wanted_back"
"""The reason of a call that is being made and that a person took back meanwhile."""
_o = outbox.c
_CANCEL = (
    outbox.update()
    .where(_o.key == bindparam("key_"), is_keyed(outbox), *UNTRIED)
    .values(state=State.CANCELLED.value, closed_at=bindparam("at"))
)
_STOP = (
    outbox.update()
    .where(_o.key == bindparam("key_"), is_keyed(outbox), is_open(outbox))
    .values(state=State.CANCELLED.value, closed_at=bindparam("at"))
)
_WAITING_IN = claiming.ROWS.where(_o.lane == bindparam("lane"), is_open(outbox))
_DROP_LANE = (
    outbox.update()
    .where(_o.lane == bindparam("lane_"), is_open(outbox))
    .values(state=State.CANCELLED.value, closed_at=bindparam("at"))
)
_WANT_BACK = (
    outbox.update()
    .where(_o.key == bindparam("key_"), is_keyed(outbox), is_sending(outbox))
    .values(reason=bindparam("reason_"))
)
_BY_KEY_UNTRIED = select(_o.id).where(_o.key == bindparam("key"), is_keyed(outbox), *UNTRIED).order_by(_o.id)
_PHASE = (
    outbox.update()
    .where(_o.id == bindparam("id_"), _o.attempt == bindparam("attempt_"), is_sending(outbox), _o.reason != WANTED_BACK)
    .values(phase=bindparam("phase"))
)
_CLOSE = (
    outbox.update()
    .where(_o.id == bindparam("id_"), is_unfinished(outbox))
    .values(state=bindparam("state"), ref=bindparam("ref"), closed_at=bindparam("now"), owner="")
)
_RETRY = (
    outbox.update()
    .where(_o.id == bindparam("id_"), is_unfinished(outbox), _o.reason != WANTED_BACK)
    .values(
        state=State.OPEN.value,
        due_at=bindparam("due"),
        failures=_o.failures + bindparam("failed"),
        reason=bindparam("reason"),
        phase="",
    )
)
_HURRY = (
    outbox.update()
    .where(_o.channel == bindparam("channel_"), _o.reason == bindparam("reason_"), is_open(outbox))
    .values(due_at=bindparam("due"))
)
_HURRY_ONE = (
    outbox.update()
    .where(_o.key == bindparam("key_"), is_keyed(outbox), is_open(outbox))
    .values(due_at=bindparam("due"))
)
_REOPEN = (
    outbox.update()
    .where(
        _o.channel.in_(bindparam("channels", expanding=True)),
        is_sending(outbox),
        _o.phase == "",
        _o.reason != WANTED_BACK,
    )
    .values(state=State.OPEN.value)
)
_UNDER_WAY = select(_o.id, _o.attempt, _o.phase, _o.reason).where(is_sending(outbox)).order_by(_o.id)
_UNDER_WAY_IN = _UNDER_WAY.where(_o.channel.in_(bindparam("channels", expanding=True)))
_GIVE_BACK = (
    outbox.update()
    .where(
        _o.id == bindparam("id_"),
        _o.attempt == bindparam("attempt_"),
        is_sending(outbox),
        _o.phase == "",
        _o.reason != WANTED_BACK,
    )
    .values(state=State.OPEN.value)
)
_BEGIN = (
    outbox.update()
    .where(_o.id == bindparam("id_"), is_unfinished(outbox))
    .values(state=State.SENDING.value, attempt=_o.attempt + 1)
    .returning(_o.attempt)
)
_TAKE_FROM_BOT = _BEGIN.where(is_open(outbox))
_INTERRUPTED = (
    claiming.ROWS.where(
        _o.channel.in_(bindparam("channels", expanding=True)),
        is_sending(outbox),
        or_(_o.phase != "", _o.reason == WANTED_BACK),
    )
).order_by(_o.id)
_GET = claiming.ROWS.where(_o.id == bindparam("id"))
_GET_ALONE = _GET.with_for_update(of=outbox)
_GET_BY_KEY = claiming.ROWS.where(_o.key == bindparam("key"), is_keyed(outbox)).order_by(_o.id.desc()).limit(1)
_DEPTH = select(_o.state, _o.kind, func.count().label("n")).where(is_unfinished(outbox)).group_by(_o.state, _o.kind)
_LISTING = (
    select(outbox)
    .where(is_unfinished(outbox))
    # By the bare id SQLite would walk over every finished call.
    .order_by(literal_column("+outbox.id"))
    .limit(bindparam("limit"))
)
_MAILS_LEAVING = (
    select(_o.mail)
    .distinct()
    .where(is_unfinished(outbox), _o.kind.in_(["Submit", "FetchFile"]), _o.mail.is_not(None))
    .limit(bindparam("limit"))
)
_ENDED = (
    select(_o.id)
    .where(_o.closed_at < bindparam("before"), _o.state.in_([State.DONE.value, State.CANCELLED.value]))
    .order_by(_o.closed_at)
    .limit(bindparam("limit"))
)
_BAD_ENDS = (
    select(_o.id)
    .where(_o.closed_at < bindparam("before"), _o.state.in_([State.REFUSED.value, State.UNKNOWN.value]))
    .order_by(_o.closed_at)
    .limit(bindparam("limit"))
)
_DELETE = outbox.delete().where(_o.id.in_(bindparam("ids", expanding=True)))
_DELETE_CALLS = outbox_calls.delete().where(outbox_calls.c.id.in_(bindparam("ids", expanding=True)))


async def add(tx: Tx, planned: PlannedCall, now: datetime) -> EffectId:
    """Plan a call, due after its delay. A newer content of a slot takes the place of one that has not left yet."""
    return (await add_all(tx, (planned,), now))[0]


async def claim(tx: Tx, *, channels: Sequence[str], now: datetime, limit: int, owner: str) -> tuple[Claimed, ...]:
    """Take due calls, the most urgent first, and record the attempt. Commit before making them.

    Never two of a lane or of a slot, never one before an earlier one of its lane, none into a thread without a root.
    """
    rows = await claiming.candidates(tx, channels, now, limit)
    taken = await claiming.take(tx, [row.id for row in rows], now, owner)
    return tuple(_claimed(tx, row, now, owner) for row in rows if row.id in taken)


async def set_phase(tx: Tx, effect: EffectId, attempt: int, phase: str) -> bool:
    """Record how far this attempt has come: `data` before an SMTP transaction's DATA.

    False: it is no longer ours, or a person took it back meanwhile.
    """
    return bool(await tx.run(_PHASE, {"id_": effect, "attempt_": attempt, "phase": phase}))


async def close(tx: Tx, effect: EffectId, state: End, ref: str, now: datetime) -> None:
    """End a call; one that had ended before stays as it is."""
    await tx.later(_CLOSE, {"id_": effect, "state": state.value, "ref": ref, "now": now})


async def begin(tx: Tx, effect: EffectId) -> int:
    """Begin an attempt that another run made, so that its receipt is taken. Its number; 0: the call has ended."""
    row = await tx.first(_BEGIN, {"id_": effect})
    return 0 if row is None else int(row.attempt)


async def take_from_bot(tx: Tx, effect: EffectId) -> int:
    """End a waiting call by a person's word: no process makes it. Its attempt's number; 0: the call does not wait."""
    row = await tx.first(_TAKE_FROM_BOT, {"id_": effect})
    return 0 if row is None else int(row.attempt)


async def want_back(tx: Tx, key: str) -> bool:
    """Mark the call of this key, which is being made, as not to be made again. False: none is being made."""
    return bool(await tx.run(_WANT_BACK, {"key_": key, "reason_": WANTED_BACK}))


async def retry(tx: Tx, effect: EffectId, due: datetime, counts: bool, reason: str) -> bool:
    """Make the call again, not before `due`. False: it had ended before, or is wanted back."""
    values = {"id_": effect, "due": due, "failed": int(counts), "reason": reason}
    return bool(await tx.run(_RETRY, values))


async def is_wanted_back(tx: Tx, effect: EffectId) -> bool:
    """Whether a person took the call back while it was being made."""
    found = await get(tx, effect)
    return found is not None and found.state is State.SENDING and found.reason == WANTED_BACK


async def hurry(tx: Tx, channel: str, reason: str, due: datetime) -> int:
    """Try the calls that wait for this reason again at `due`, for the reason may be gone. Returns how many."""
    return await tx.run(_HURRY, {"channel_": channel, "reason_": reason, "due": due})


async def hurry_one(tx: Tx, key: str, due: datetime) -> bool:
    """Make the waiting call of this key at `due`. False: none waits."""
    return bool(await tx.run(_HURRY_ONE, {"key_": key, "due": due}))


async def cancel(tx: Tx, key: str, now: datetime | None = None, *, was_tried: bool = False) -> bool:
    """Take back the calls of this key (or slot) that were never tried. False: there is none.

    `was_tried`: also one that waits for its next try; never one that is being made.
    """
    return bool(await tx.run(_STOP if was_tried else _CANCEL, {"key_": key, "at": now}))


async def waiting_in(tx: Tx, lane: str) -> tuple[PlannedCall, ...]:
    """All that waits in a lane, tried before or not; not what is being made."""
    return tuple(_claimed(tx, row).planned for row in await tx.all(_WAITING_IN, {"lane": lane}))


async def drop_lane(tx: Tx, lane: str, now: datetime) -> int:
    """Take back all that waits in a lane, tried before or not; never what is being made."""
    return await tx.run(_DROP_LANE, {"lane_": lane, "at": now})


async def replace(tx: Tx, key: str, call: Call) -> bool:
    """Give the call of this key another content of the same kind. False: there is none that was never tried."""
    rows = await tx.all(_BY_KEY_UNTRIED, {"key": key}) if key else ()
    for row in rows:
        values: dict[str, object] = {"kind": kind_of(call)}
        if isinstance(call, SendEvent):
            values["thread_of"] = call.thread_of
        if await tx.run(COALESCE, {**values, "id_": row.id}):
            await tx.later(SET_CALL, {"id_": row.id, "call": call_to_json(call)})
            return True
    return False


async def get(tx: Tx, effect: EffectId) -> Claimed | None:
    """The call, as it stands in the outbox."""
    row = await tx.first(_GET, {"id": effect})
    return None if row is None else _claimed(tx, row)


async def get_alone(tx: Tx, effect: EffectId) -> Claimed | None:
    """The call as `get` reads it; nobody else changes it before this transaction has ended."""
    row = await tx.first(_GET_ALONE, {"id": effect})
    return None if row is None else _claimed(tx, row)


async def get_by_key(tx: Tx, key: str) -> Claimed | None:
    """The newest call of this key, in whatever state."""
    row = await tx.first(_GET_BY_KEY, {"key": key})
    return None if row is None else _claimed(tx, row)


async def reopen(tx: Tx, channels: Sequence[str]) -> int:
    """At the start of serving a channel: calls that a dead process was making are made again, with the same identity.

    An SMTP transaction that had reached DATA is not: see `interrupted`.
    """
    return await tx.run(_REOPEN, {"channels": list(channels)})


async def interrupted(tx: Tx, channels: Sequence[str]) -> tuple[Claimed, ...]:
    """Calls of a dead process that are not made again.

    SMTP transactions that it had brought to DATA may or may not have been accepted; the others were taken back.
    """
    return tuple(_claimed(tx, row) for row in await tx.all(_INTERRUPTED, {"channels": list(channels)}))


async def under_way(tx: Tx, channels: Sequence[str] | None = None) -> tuple[UnderWay, ...]:
    """The attempts that were begun and have not ended, also of a mailbox that the configuration has no longer.

    `channels`: in these alone.
    """
    rows = await tx.all(_UNDER_WAY) if channels is None else await tx.all(_UNDER_WAY_IN, {"channels": list(channels)})
    return tuple(
        UnderWay(EffectId(row.id), row.attempt, bool(row.phase), row.reason == WANTED_BACK and not row.phase)
        for row in rows
    )


async def give_back(tx: Tx, effect: EffectId, attempt: int) -> bool:
    """An attempt was committed and never made: the call is due as before.

    False: it had gone on, or a person took it back.
    """
    return bool(await tx.run(_GIVE_BACK, {"id_": effect, "attempt_": attempt}))


async def due_channels(tx: Tx, channels: Sequence[str], now: datetime) -> tuple[str, ...]:
    """The channels, of these, that have due calls."""
    due = {channel for channel, at in await claiming.due_by_channel(tx) if at <= now}
    return tuple(one for one in channels if one in due)


async def next_due(tx: Tx, channels: Sequence[str], after: datetime | None = None) -> datetime | None:
    """When the next open call of these channels is due; with `after`, of those that are due later than that.

    What is due already and was not claimed waits for another call, not for a time.
    """
    found, wanted = await claiming.due_by_channel(tx, after), frozenset(channels)
    return min((due for channel, due in found if channel in wanted), default=None)


async def oldest_due(tx: Tx, now: datetime) -> datetime | None:
    """Since when the oldest call that waits is due: not what an undo window holds, nor what is to be retried later."""
    return await claiming.oldest_due(tx, now)


async def depth(tx: Tx) -> Counter[tuple[State, str]]:
    """The number of calls that wait or are being made, by state and kind."""
    return Counter({(State(row.state), row.kind): row.n for row in await tx.all(_DEPTH)})


async def listing(tx: Tx, limit: int = 100) -> tuple[OutboxRow, ...]:
    """The unfinished calls, oldest first."""
    return tuple(
        OutboxRow(
            effect=EffectId(row.id),
            kind=row.kind,
            channel=row.channel,
            state=State(row.state),
            attempt=row.attempt,
            failures=row.failures,
            due_at=row.due_at,
            created_at=row.created_at,
            conversation=None if row.conversation is None else ConversationId(row.conversation),
            reason=row.reason,
        )
        for row in await tx.all(_LISTING, {"limit": limit})
    )


async def mails_leaving(tx: Tx, limit: int) -> tuple[MessageRow, ...]:
    """Mails that are to be handed over, or whose files are to be fetched; in any order."""
    return tuple(MessageRow(row.mail) for row in await tx.all(_MAILS_LEAVING, {"limit": limit}))


async def forget_done_before(tx: Tx, at: datetime, limit: int = 500) -> int:
    """Delete calls that ended well (done, cancelled) before `at`, some at a time. Returns how many."""
    return await _forget(tx, _ENDED, at, limit)


async def forget_bad_ends_before(tx: Tx, at: datetime, limit: int = 500) -> int:
    """Delete calls that were refused, or of which nobody knows, the same way."""
    return await _forget(tx, _BAD_ENDS, at, limit)


async def _forget(tx: Tx, ended: Select[Any], at: datetime, limit: int) -> int:
    ids = [row.id for row in await tx.all(ended, {"before": at, "limit": limit})]
    if ids:
        await tx.run_slowly(_DELETE_CALLS, {"ids": ids})
        await tx.run_slowly(_DELETE, {"ids": ids})
    return len(ids)


def _claimed(tx: Tx, row: Row[Any], now: datetime | None = None, claimer: str = "") -> Claimed:
    """`now`: the row was read before it was claimed at that time."""
    root = None if row.root is None else EventId(row.root)
    claimed = now is not None
    return Claimed(
        effect=EffectId(row.id),
        planned=PlannedCall(
            call=call_from_json(row.kind, row.call),
            channel=row.channel,
            lane=row.lane,
            priority=Priority(row.priority),
            key=row.key,
            conversation=None if row.conversation is None else ConversationId(row.conversation),
            mail=None if row.mail is None else MessageRow(row.mail),
            event_kind=None if row.event_kind is None else EventKind(row.event_kind),
            dialogue=None if row.dialogue is None else DialogueId(row.dialogue),
        ),
        state=State.SENDING if claimed else State(row.state),
        attempt=row.attempt + 1 if claimed else row.attempt,
        failures=row.failures,
        transaction="-".join(part for part in ("pr", tx.instance, row.run, str(row.id)) if part),
        phase=row.phase,
        reason=row.reason,
        ref=row.ref,
        created_at=row.created_at,
        first_tried_at=row.first_tried_at or now,
        root=root,
        slot_event=None if row.slot_event is None else EventId(row.slot_event),
        latest_in_thread=root if row.latest is None else EventId(row.latest),
        changed_hands=claimed and row.attempt > 0 and row.owner not in ("", claimer),
    )
