"""The calls that are to be made, and which of them count as open."""

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
)

from storage.schema.base import metadata
from storage.types import Moment, Number, Words

# --- the outbox -----------------------------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("thread_of", Number),
    Column("conversation", Number),
    Column("mail", Number),
    Column("event_kind", Text),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("first_tried_at", Moment),
    Column("closed_at", Moment),
    Column("phase", Text, nullable=False),
    Column("ref", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("owner", Text, nullable=False),
    Column("whose", Text, nullable=False, server_default=""),
    Column("turn", Number, nullable=False, server_default=literal_column("0")),
    Column("run", Text, nullable=False, server_default=""),
    Column("dialogue", Number),
    # A row's id is part of a Matrix transaction id: it is never given to another row, even after a deletion.
    sqlite_autoincrement=True,
)
"""Calls to make. The long part stands in `outbox_calls`, so that a change of state stays a short write.

`whose` is the mailbox that a call is for, or the room where it is for none; `turn` is when it is theirs
(`storage/turns.py`).
`run` is the token of the run that planned it: with it no row of a database that was put back has the transaction id of
one that the database forgot. It is empty for calls of before there were runs.
`dialogue` is the one that is told of the call's end.
"""

outbox_calls = Table(
    "outbox_calls",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("call", Text, nullable=False),
)


def is_open(rows: FromClause) -> ColumnElement[bool]:
    """`state = 'open'`, in the words of the partial indexes: with a parameter instead they could not be used."""
    return rows.c.state == literal_column("'open'")


def is_sending(rows: FromClause) -> ColumnElement[bool]:
    """`state = 'sending'`, in the words of the partial indexes."""
    return rows.c.state == literal_column("'sending'")


def is_unfinished(rows: FromClause) -> ColumnElement[bool]:
    """`state IN ('open', 'sending')`, in the words of the partial indexes."""
    return rows.c.state.in_([literal_column("'open'"), literal_column("'sending'")])


def is_done(rows: FromClause) -> ColumnElement[bool]:
    """`state = 'done'`, in the words of the partial index."""
    return rows.c.state == literal_column("'done'")


def has_ended_badly(rows: FromClause) -> ColumnElement[bool]:
    """`state IN ('refused', 'unknown')`, in the words of the partial index."""
    return rows.c.state.in_([literal_column("'refused'"), literal_column("'unknown'")])


def is_keyed(rows: FromClause) -> ColumnElement[bool]:
    """`key <> ''`."""
    return rows.c.key != literal_column("''")


def is_tried(rows: FromClause) -> ColumnElement[bool]:
    """`attempt > 0`."""
    return rows.c.attempt > literal_column("0")


_OPEN, _SENDING, _UNFINISHED, _KEYED = is_open(outbox), is_sending(outbox), is_unfinished(outbox), is_keyed(outbox)
_c = outbox.c
_TRIED = is_tried(outbox)
Index("ix_outbox_order", _c.channel, _c.priority, _c.turn, _c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_turns", _c.channel, _c.priority, _c.whose, _c.turn)
Index("ix_outbox_tried", _c.channel, _c.priority, _c.turn, sqlite_where=_TRIED, postgresql_where=_TRIED)
Index("ix_outbox_due", _c.channel, _c.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_lane", _c.lane, _c.id, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
Index("ix_outbox_lane_sending", _c.lane, sqlite_where=_SENDING, postgresql_where=_SENDING)
Index("ix_outbox_slot", _c.slot, _c.id, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)
Index("ix_outbox_sending", _c.channel, sqlite_where=_SENDING, postgresql_where=_SENDING)
Index("ix_outbox_key", _c.key, _c.id, sqlite_where=_KEYED, postgresql_where=_KEYED)
Index(
    "ix_outbox_closed", _c.closed_at, sqlite_where=_c.closed_at.is_not(None), postgresql_where=_c.closed_at.is_not(None)
)
_DONE = is_done(outbox)
Index("ix_outbox_ref", _c.ref, sqlite_where=_DONE, postgresql_where=_DONE)
_BAD_END = has_ended_badly(outbox)
Index("ix_outbox_bad_ends", _c.conversation, sqlite_where=_BAD_END, postgresql_where=_BAD_END)
