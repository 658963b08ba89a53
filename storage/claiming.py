"""Finds the calls of the outbox that may be made now: the queries behind `outbox.claim`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from bot.domain.calls import Priority
from bot.domain.conversation import EventKind
from storage.database import Tx
from storage.schema.calls import is_open, is_sending, is_unfinished, outbox, outbox_calls
from storage.schema.threads import conversations, events, slots
from storage.types import Moment

SEVERAL = "several"
"""The owner of a call that changed hands, for good: the next one may end before it looked for a sent event."""
LOCK = 7_076_686
"""One of PostgreSQL's advisory locks; SQLite has one writer at a time anyway."""

_o = outbox.c
_e = events.c
_earlier = outbox.alias("earlier")
_sending = outbox.alias("sending")
_same = outbox.alias("same")

_OUTSIDE = [EventKind.CONVERSATION.value, EventKind.BOARD.value, EventKind.EDIT.value, EventKind.ABOVE.value]
_LATEST = (
    select(_e.event)
    .where(_e.conversation == _o.thread_of, _e.room == conversations.c.room, _e.kind.not_in(_OUTSIDE))
    .order_by(_e.at.desc())
    .limit(1)
    .correlate(outbox, conversations)
    .scalar_subquery()
)

ROWS: Select[Any] = (
    select(
        outbox, outbox_calls.c.call, conversations.c.root, slots.c.event.label("slot_event"), _LATEST.label("latest")
    )
    .join(outbox_calls, outbox_calls.c.id == _o.id)
    .outerjoin(conversations, conversations.c.id == _o.thread_of)
    .outerjoin(slots, and_(slots.c.slot == _o.slot, _o.slot != ""))
)
"""A call with the card of its thread, the event in its slot, and the newest event of its thread."""


def _none(condition: ColumnElement[bool], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return not_(exists().where(condition, *more))


_FREE_LANE = or_(
    _o.lane == "",
    and_(
        _none(_earlier.c.lane == _o.lane, is_unfinished(_earlier), _earlier.c.id < _o.id),
        # A transaction that took its number first may commit last: a later one of the lane may be on its way.
        _none(_sending.c.lane == _o.lane, is_sending(_sending)),
    ),
)
_FREE_SLOT = or_(
    _o.slot == "",
    _none(
        _same.c.slot == _o.slot,
        is_unfinished(_same),
        or_(_same.c.id < _o.id, and_(is_sending(_same), _same.c.id != _o.id)),
    ),
)
_MAY_GO = (
    ROWS.where(
        _o.channel == bindparam("channel"),
        is_open(outbox),
        # The plus keeps SQLite from looking up due times, of which a backlog has thousands, and sorting what it finds:
        # in the order of `ix_outbox_order` it may stop after the first few.
        literal_column("+outbox.due_at", Moment) <= bindparam("now"),
        or_(_o.thread_of.is_(None), conversations.c.root.is_not(None)),
        _FREE_LANE,
        _FREE_SLOT,
    )
    .order_by(_o.priority, _o.turn, _o.id)
    .limit(bindparam("limit"))
    # A call may be given other words in this moment. PostgreSQL waits for that commit and reads the row again; SQLite
    # has one writer at a time, and no such clause.
    .with_for_update(of=(outbox, outbox_calls))
)
_CANDIDATES = _MAY_GO.where(_o.priority < Priority.DESCRIPTION.value)
_LAST_OF_ALL = _MAY_GO.where(
    _o.priority == Priority.DESCRIPTION.value, _none(_sending.c.channel == _o.channel, is_sending(_sending))
)
_TAKE = (
    outbox.update()
    .where(_o.id.in_(bindparam("ids", expanding=True)), is_open(outbox))
    .values(
        state="sending",
        attempt=_o.attempt + 1,
        owner=case(
            (or_(_o.attempt == 0, _o.owner.in_(("", bindparam("claimer")))), bindparam("claimer")), else_=SEVERAL
        ),
        first_tried_at=func.coalesce(_o.first_tried_at, bindparam("claimed_at", type_=Moment)),
    )
    .returning(_o.id)
)


def _due_by_channel(which: ColumnElement[bool]) -> Select[Any]:
    """The channels that have open calls, each with its next due time, in as many index look-ups as there are channels.

    DISTINCT and GROUP BY would walk over every open call.
    """
    first = select(func.min(_o.channel).label("channel")).where(is_open(outbox)).cte("channels", recursive=True)
    following = (
        select(func.min(_o.channel))
        .where(is_open(outbox), _o.channel > first.c.channel)
        .correlate(first)
        .scalar_subquery()
    )
    channels = first.union_all(select(following).where(first.c.channel.is_not(None)))
    due = (
        select(func.min(_o.due_at))
        .where(is_open(outbox), _o.channel == channels.c.channel, which)
        .correlate(channels)
        .scalar_subquery()
    )
    return select(channels.c.channel, due.label("due")).where(channels.c.channel.is_not(None))


_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(LOCK))
_DUE_BY_CHANNEL = _due_by_channel(_o.due_at > bindparam("after", type_=Moment))
_OLDEST = _due_by_channel(_o.priority < Priority.DESCRIPTION.value)
_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def due_by_channel(tx: Tx, after: datetime | None = None) -> tuple[tuple[str, datetime], ...]:
    """Each channel that has open calls due later than `after`, and when the first of them is due."""
    rows = await tx.all(_DUE_BY_CHANNEL, {"after": after or _BEGINNING})
    return tuple((row.channel, row.due) for row in rows if row.due is not None)


async def oldest_due(tx: Tx, now: datetime) -> datetime | None:
    """The due time of the oldest call that might be made. Descriptions of commands are in nobody's way."""
    due = [row.due for row in await tx.all(_OLDEST) if row.due is not None and row.due <= now]
    return min(due, default=None)


async def candidates(tx: Tx, channels: Sequence[str], now: datetime, limit: int) -> list[Row[Any]]:
    """The calls that may be made now, the most urgent first. One description at a time, while nothing else is done."""
    if not tx.is_sqlite:
        # A claim must see the calls of the last one, and those that another process takes at this moment.
        await tx.all(_ONE_AT_A_TIME)
    wanted = tuple(dict.fromkeys(channels))
    rows: list[Row[Any]] = []
    for channel in wanted:
        values = {"channel": channel, "now": now, "limit": limit}
        found = await tx.all(_CANDIDATES, values)
        rows.extend(found or await tx.all(_LAST_OF_ALL, {**values, "limit": 1}))
    if len(wanted) > 1:
        # Turns count within a channel.
        rows.sort(key=lambda row: (row.priority, row.id))
    return rows[:limit]


async def take(tx: Tx, ids: Sequence[int], now: datetime, owner: str) -> frozenset[int]:
    """Record the attempt. Returns those that were still open."""
    if not ids:
        return frozenset()
    taken = await tx.all(_TAKE, {"ids": list(ids), "claimer": owner, "claimed_at": now})
    return frozenset(row.id for row in taken)
