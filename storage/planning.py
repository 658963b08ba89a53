"""Puts the calls that a decision plans into the outbox, with one look-up and one statement for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, Row, Text, bindparam, cast, func, literal_column, null, select, text

from bot.domain.calls import SendEvent
from bot.domain.ids import EffectId
from bot.domain.kinds import kind_of
from bot.domain.planned import PlannedCall
from storage import turns
from storage.codec import call_to_json
from storage.database import Tx
from storage.schema.calls import is_open, is_unfinished, outbox, outbox_calls
from storage.types import Moment

_o = outbox.c
UNTRIED = (is_open(outbox), _o.attempt == 0)
_INSERT = outbox.insert().values(whose=turns.WHOSE, turn=turns.NEXT + bindparam("of_ahead", type_=Integer)).inline()
_INSERT_CALL = outbox_calls.insert()
SET_CALL = outbox_calls.update().where(outbox_calls.c.id == bindparam("id_")).values(call=bindparam("call"))
_IN_SLOTS = select(_o.id, _o.slot, _o.due_at, _o.priority).where(
    _o.slot.in_(bindparam("slots", expanding=True)), is_unfinished(outbox), *UNTRIED
)
_IDS = select(
    func.nextval(func.pg_get_serial_sequence("outbox", "id")).label("id"),
    cast(null(), Text).label("slot"),
    cast(null(), Moment).label("due_at"),
    cast(null(), Integer).label("priority"),
).select_from(func.generate_series(literal_column("1"), bindparam("many", type_=BigInteger)))
_IDS_AND_SLOTS = _IDS.union_all(_IN_SLOTS)
# The sequence is set by each row that is inserted, also by one that brings its number; nobody else writes meanwhile.
_LAST_ID = text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
COALESCE = outbox.update().where(_o.id == bindparam("id_"), *UNTRIED)
_COALESCE_SOONER = COALESCE.values(turn=turns.NEXT)


@dataclass(frozen=True, slots=True)
class _Places:
    fresh: Sequence[int]
    """Numbers for new rows, ascending."""
    waiting: Mapping[str, Row[Any]]
    """By slot: the oldest call that has not left."""


async def add_all(tx: Tx, planned: Sequence[PlannedCall], now: datetime) -> tuple[EffectId, ...]:
    """Plan calls, due after their delay. A newer content of a slot takes the place of one that has not left yet."""
    merged, of = _merged(planned)
    places = await _places(tx, merged)
    ids: list[int] = []
    new: list[tuple[int, PlannedCall]] = []
    for one in merged:
        waiting = places.waiting.get(_slot(one))
        if waiting is not None and await _put_in_its_place(tx, one, waiting, now):
            ids.append(waiting.id)
        else:
            ids.append(places.fresh[len(new)])
            new.append((ids[-1], one))
    if tx.is_sqlite and new:
        tx.given["outbox"] = new[-1][0]
    ahead: Counter[object] = Counter()
    for id, one in new:
        turn = turns.values(one)
        alike = tuple(turn.values())
        # On SQLite each row sees the one before; in one statement of PostgreSQL none does.
        of_ahead = 0 if tx.is_sqlite else ahead[alike]
        ahead[alike] += 1
        await tx.later(_INSERT, {"id": id, **_row(one, now), **_fresh(tx, now), **turn, "of_ahead": of_ahead})
        await tx.later(_INSERT_CALL, {"id": id, "call": call_to_json(one.call)})
    return tuple(EffectId(ids[index]) for index in of)


def _merged(planned: Sequence[PlannedCall]) -> tuple[list[PlannedCall], list[int]]:
    """One call for each slot, with its newest content; and for each planned call the place of its slot's call."""
    merged: list[PlannedCall] = []
    by_slot: dict[str, int] = {}
    of: list[int] = []
    for one in planned:
        slot = _slot(one)
        index = by_slot.get(slot) if slot else None
        if index is None:
            index = by_slot[slot] = len(merged)
            merged.append(one)
        else:
            old = merged[index]
            merged[index] = replace(
                one,
                priority=min(one.priority, old.priority),
                delay_seconds=min(one.delay_seconds, old.delay_seconds),
            )
        of.append(index)
    return merged, of


def _slot(planned: PlannedCall) -> str:
    return planned.call.slot if isinstance(planned.call, SendEvent) else ""


async def _places(tx: Tx, planned: Sequence[PlannedCall]) -> _Places:
    slots = [slot for one in planned if (slot := _slot(one))]
    if tx.is_sqlite:
        found = await tx.all(_IN_SLOTS, {"slots": slots}) if slots else ()
        if "outbox" not in tx.given:
            row = await tx.first(_LAST_ID)
            tx.given["outbox"] = 0 if row is None else int(row.seq)
        last = tx.given["outbox"]
        fresh = list(range(last + 1, last + 1 + len(planned)))
    else:
        rows = await tx.all(_IDS_AND_SLOTS, {"slots": slots, "many": len(planned)})
        fresh = sorted(int(row.id) for row in rows if row.slot is None)
        found = [row for row in rows if row.slot is not None]
    waiting: dict[str, Row[Any]] = {}
    for row in sorted(found, key=lambda row: row.id):
        waiting.setdefault(row.slot, row)
    return _Places(fresh, waiting)


async def _put_in_its_place(tx: Tx, planned: PlannedCall, waiting: Row[Any], now: datetime) -> bool:
    """Replace a waiting call. False: the call has been tried meanwhile."""
    values = _row(planned, now)
    sooner = {
        "due_at": min(now + timedelta(seconds=planned.delay_seconds), waiting.due_at),
        "priority": min(planned.priority.value, waiting.priority),
    }
    # In another priority it stands at the end of its mailbox's calls; in the same it keeps its turn.
    is_hurried = sooner["priority"] != waiting.priority
    statement, named = (_COALESCE_SOONER, turns.values(planned)) if is_hurried else (COALESCE, {})
    if not await tx.run(statement, {**values, **sooner, **named, "id_": waiting.id}):
        return False
    await tx.later(SET_CALL, {"id_": waiting.id, "call": call_to_json(planned.call)})
    return True


def _row(planned: PlannedCall, now: datetime) -> dict[str, object]:
    call, slot = planned.call, _slot(planned)
    return {
        "kind": kind_of(call),
        "channel": planned.channel,
        "lane": planned.lane,
        "priority": planned.priority.value,
        "key": planned.key or slot,
        "slot": slot,
        "thread_of": call.thread_of if isinstance(call, SendEvent) else None,
        "conversation": planned.conversation,
        "mail": planned.mail,
        "event_kind": None if planned.event_kind is None else planned.event_kind.value,
        "dialogue": planned.dialogue,
        "due_at": now + timedelta(seconds=planned.delay_seconds),
    }


def _fresh(tx: Tx, now: datetime) -> dict[str, object]:
    return {
        "state": "open",
        "attempt": 0,
        "failures": 0,
        "created_at": now,
        "phase": "",
        "ref": "",
        "reason": "",
        "owner": "",
        "run": tx.run_token,
    }
