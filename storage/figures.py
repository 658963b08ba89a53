"""Figures of a mailbox: each is a range of an index."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import ColumnElement, Integer, bindparam, false, func, literal_column, select

from bot.domain.conversation import Direction, OutState, Status
from bot.domain.figures import AGES, MOST_OPENED, Opened
from bot.domain.ids import MailboxId, UserId
from storage.codec import tags_of
from storage.database import Tx
from storage.lists import MOST_COUNTED
from storage.schema.threads import CAME, conversations, mails
from storage.types import EPOCH

QUARTER: Final = timedelta(minutes=15)
"""Days of every time zone are made of these."""
_m, _c = mails.c, conversations.c
_LEFT: Final = tuple(one.value for one in (OutState.SENT, OutState.PARTLY, OutState.BOUNCED))
_quarter: ColumnElement[int] = literal_column("date / 900000000", Integer).label("quarter")
_IN_TIME = (_m.mailbox == bindparam("mailbox"), _m.date >= bindparam("begin"), _m.date < bindparam("end"))
_CAME = select(_quarter, func.count().label("n")).where(*_IN_TIME, CAME).group_by(literal_column("quarter"))
_SENT = (
    select(_quarter, _m.author, func.count().label("n"))
    .where(*_IN_TIME, _m.state.in_(_LEFT), _m.is_automatic == false())
    .group_by(literal_column("quarter"), _m.author)
)


def _first(direction: Direction, *more: ColumnElement[bool]) -> ColumnElement[datetime]:
    one = mails.alias(f"newest_{0 if direction is Direction.IN else 1}")
    first = select(one.c.date).where(one.c.conversation == _c.id, one.c.direction == direction.value)
    if direction is Direction.OUT:
        first = first.where(one.c.state.in_(_LEFT), one.c.is_automatic == false())
    return first.order_by(one.c.date, one.c.row).limit(1).scalar_subquery()


_OPENED = (
    select(_c.tags, _first(Direction.IN).label("came"), _first(Direction.OUT).label("answered"))
    .where(
        _c.mailbox == bindparam("mailbox"),
        _c.created_at >= bindparam("begin"),
        _c.created_at < bindparam("end"),
        _c.status.not_in((Status.SPAM.value, Status.DELETED.value)),
        _c.needs_nobody.is_(False),
    )
    .order_by(_c.created_at.desc())
    .limit(MOST_OPENED)
)
_OPEN_SOME = (
    select(_c.id)
    .where(
        _c.mailbox == bindparam("mailbox"),
        _c.status == Status.ACTIVE.value,
        _c.needs_nobody.is_(False),
        _c.waiting_since > bindparam("begin"),
        _c.waiting_since <= bindparam("end"),
    )
    .limit(MOST_COUNTED)
    .subquery("counted")
)
_OPEN = select(func.count().label("n")).select_from(_OPEN_SOME)


def _at(quarter: int) -> datetime:
    return EPOCH + quarter * QUARTER


async def came(tx: Tx, mailbox: MailboxId, begin: datetime, end: datetime) -> Sequence[tuple[datetime, int]]:
    """How many mails with words came from outside, by quarters of an hour."""
    rows = await tx.all(_CAME, {"mailbox": mailbox, "begin": begin, "end": end})
    return [(_at(row.quarter), int(row.n)) for row in rows]


async def left(
    tx: Tx, mailbox: MailboxId, begin: datetime, end: datetime
) -> Sequence[tuple[datetime, UserId | None, int]]:
    """How many mails that people wrote left, by quarters of an hour and writers; None: in another mail program."""
    rows = await tx.all(_SENT, {"mailbox": mailbox, "begin": begin, "end": end})
    return [(_at(row.quarter), UserId(row.author) if row.author else None, int(row.n)) for row in rows]


async def opened(tx: Tx, mailbox: MailboxId, begin: datetime, end: datetime) -> Sequence[Opened]:
    """The conversations that began, the newest of very many, with how long each waited for its first answer."""
    found = []
    for row in await tx.all(_OPENED, {"mailbox": mailbox, "begin": begin, "end": end}):
        is_theirs = row.came is not None and (row.answered is None or row.came <= row.answered)
        waited = row.answered - row.came if is_theirs and row.answered is not None else None
        found.append(Opened(tags_of(row.tags), waited, is_waiting=is_theirs and row.answered is None))
    return found


async def open_by_age(tx: Tx, mailbox: MailboxId, now: datetime) -> tuple[int, ...]:
    """Active conversations that need somebody, by how long they have waited; each counted up to `MOST_COUNTED`."""
    # A server's clock that runs ahead makes none of them younger than nothing.
    edges = (now + timedelta(days=36_500), *(now - age for age in AGES), EPOCH)
    found = []
    for newer, older in pairwise(edges):
        row = await tx.first(_OPEN, {"mailbox": mailbox, "begin": older, "end": newer})
        found.append(int(row.n) if row is not None else 0)
    return tuple(found)
