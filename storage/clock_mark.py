"""The newest time that a serving process noted, with the database server's own time at that moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, literal_column, select

from bot.domain.direct import DIGEST, QUIET
from bot.domain.rules.moves import SNOOZE
from bot.domain.rules.scheduling import LATER
from storage.database import Tx
from storage.now import MomentOfDatabase
from storage.schema.bookkeeping import instance, timers
from storage.schema.calls import is_unfinished, outbox
from storage.types import EPOCH, MICROSECOND
from storage.upsert import insert_or_replace

_NAME = "clock"
_READ = select(instance.c.value).where(instance.c.name == bindparam("name"))
_NOTE = insert_or_replace(instance)
_NOW = select(MomentOfDatabase().label("now"))
_BY: BindParameter[int] = bindparam("by")
_SHIFT_CALLS = (
    outbox.update()
    .where(is_unfinished(outbox))
    .values(due_at=literal_column("due_at") + _BY, first_tried_at=literal_column("first_tried_at") + _BY)
)
_SHIFT_TIMERS = (
    timers.update()
    # Who snoozes a conversation, lets an answer wait, has quiet hours or a digest, names a time of the clock on the
    # wall, which is right now.
    .where(*(timers.c.timer.not_like(f"{kind}:%") for kind in (SNOOZE, LATER, QUIET, DIGEST)))
    .values(due=literal_column("due") + _BY)
)


@dataclass(frozen=True, slots=True)
class ClockMark:
    """The two clocks, read at one time."""

    process: datetime
    """The process's time."""
    database: datetime | None
    """The database server's time; None on SQLite, whose clock is ours."""


async def noted(tx: Tx) -> ClockMark | None:
    """The last note, or None."""
    row = await tx.first(_READ, {"name": _NAME})
    if row is None:
        return None
    process, _, database = str(row.value).partition(":")
    return ClockMark(_moment(process), _moment(database) if database else None)


async def database_time(tx: Tx) -> datetime | None:
    """The database server's own time; None on SQLite."""
    if tx.is_sqlite:
        return None
    row = await tx.first(_NOW)
    assert row is not None
    found: datetime = row.now
    return found


async def note(tx: Tx, now: datetime) -> None:
    """Note that a process serves, with its time."""
    database = await database_time(tx)
    value = _text(now) if database is None else f"{_text(now)}:{_text(database)}"
    await tx.run(_NOTE, {"name": _NAME, "value": value})


async def shift_due(tx: Tx, by: timedelta) -> None:
    """Shift waiting calls and timers by `by`: the clock was set so much ahead (negative: back).

    Those of snoozed conversations, of answers that wait for their time, and of people's own times stay.
    """
    await tx.run_slowly(_SHIFT_CALLS, {"by": by // MICROSECOND})
    await tx.run_slowly(_SHIFT_TIMERS, {"by": by // MICROSECOND})


def _text(at: datetime) -> str:
    return str((at - EPOCH) // MICROSECOND)


def _moment(text: str) -> datetime:
    return EPOCH + int(text) * MICROSECOND
