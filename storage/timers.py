"""Times at which something is due."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.domain.notices import TIMER
from storage.database import Tx
from storage.schema.bookkeeping import timers
from storage.upsert import insert_or_ignore, insert_or_lower, insert_or_replace

_t = timers.c
_SET = insert_or_replace(timers)
_KEEP_EARLIER = insert_or_lower(timers)
_KEEP = insert_or_ignore(timers)
_DUE = select(timers).where(_t.due <= bindparam("now")).order_by(_t.due, _t.timer).limit(bindparam("limit"))
_TAKE = timers.delete().where(_t.timer == bindparam("timer"), _t.due == bindparam("due"))
_OF_KIND = select(_t.timer).where(_t.timer > bindparam("first"), _t.timer < bindparam("last")).order_by(_t.timer)
_ENDING = (
    select(_t.timer, _t.due)
    .where(_t.timer > bindparam("first"), _t.timer < bindparam("last"))
    # LIKE takes large letters for small ones on SQLite: two people may differ by no more.
    .where(func.substr(_t.timer, func.length(_t.timer) - bindparam("length") + 1) == bindparam("end"))
    .order_by(_t.due, _t.timer)
    .limit(bindparam("limit"))
)
_HURRY = (
    timers.update()
    .where(_t.timer > bindparam("first"), _t.timer < bindparam("last"), _t.due > bindparam("now"))
    .where(_t.timer.like(bindparam("put_off")))
    .where(func.substr(_t.timer, func.length(_t.timer) - bindparam("length") + 1) == bindparam("end"))
    .values(due=bindparam("now"))
)
_NEXT = select(func.min(_t.due).label("due"))


async def set(tx: Tx, timer: str, due: datetime, keep_earlier: bool = False) -> None:
    """Set a timer; with `keep_earlier` an earlier time that is set already stays."""
    await tx.later(_KEEP_EARLIER if keep_earlier else _SET, {"timer": timer, "due": due})


async def set_where_none(tx: Tx, timer: str, due: datetime) -> None:
    """Set a timer that is not set; one that is stays."""
    await tx.later(_KEEP, {"timer": timer, "due": due})


async def due(tx: Tx, now: datetime, limit: int = 100) -> tuple[tuple[str, datetime], ...]:
    """The due timers, the longest overdue first."""
    return tuple((row.timer, row.due) for row in await tx.all(_DUE, {"now": now, "limit": limit}))


async def take(tx: Tx, timer: str, due: datetime) -> bool:
    """Take a timer out, for the work of this transaction; False: it was taken, or set anew for another time.

    To be called before what is worked on is read: whoever sets it from now on sets it for the next time.
    """
    return bool(await tx.run(_TAKE, {"timer": timer, "due": due}))


async def of_kind(tx: Tx, kind: str) -> tuple[str, ...]:
    """The timers whose names begin with a kind."""
    return tuple(row.timer for row in await tx.all(_OF_KIND, {"first": f"{kind}:", "last": f"{kind};"}))


async def of_kind_ending(tx: Tx, kind: str, end: str, limit: int) -> tuple[tuple[str, datetime], ...]:
    """Those of a kind whose names end so, the soonest first."""
    values = {"first": f"{kind}:", "last": f"{kind};", "limit": limit, "end": end, "length": len(end)}
    return tuple((row.timer, row.due) for row in await tx.all(_ENDING, values))


async def hurry_put_off(tx: Tx, end: str, now: datetime, conversation: int | None = None) -> None:
    """The notifications that were put off are due now, those whose names end so (`notices.timer_of`); of all
    conversations, or of one."""
    about = f"{TIMER}:" if conversation is None else f"{TIMER}:{conversation}@"
    # Behind all that begins so.
    bounds = {"first": about, "last": about[:-1] + chr(ord(about[-1]) + 1), "put_off": f"{TIMER}:%@%:@%"}
    await tx.run(_HURRY, {**bounds, "end": end, "length": len(end), "now": now})


async def next_due(tx: Tx) -> datetime | None:
    row = await tx.first(_NEXT)
    if row is None or row.due is None:
        return None
    found: datetime = row.due
    return found
