"""Marks of runs, and the posts in the rooms of runs that this database forgot."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EventId, RoomId
from bot.domain.traces import Mark, OwnEvent, PutBack, TakenUp, row_of_effect
from storage import numbers
from storage.database import Tx
from storage.schema import bookkeeping, calls
from storage.schema.threads import own_posts
from storage.upsert import insert_or_replace

MARK, _NOTICED = "run_mark", "put_back"
PUT_BACK = -1
"""The progress that a copy is given which is put back: less than that of any run."""
_NAMED = select(bookkeeping.instance.c.value).where(bookkeeping.instance.c.name == bindparam("name"))
_SET = insert_or_replace(bookkeeping.instance)
_o, _p = calls.outbox.c, own_posts.c
_CALLS = select(_o.id, _o.run).where(_o.id.in_(bindparam("ids", expanding=True)))
_POSTED = select(_p.event).where(_p.event.in_(bindparam("events", expanding=True)))
_KEEP = insert_or_replace(own_posts)
_OF_MAIL = select(own_posts).where(_p.message_id == bindparam("message_id")).order_by(_p.at, _p.event)
_SOME = select(_p.event).limit(bindparam("limit"))
_FORGET = own_posts.delete().where(_p.event.in_(bindparam("events", expanding=True)))
_NUMBERS = (
    select(bookkeeping.counters.c.next, _p.conversation.label("given"))
    .outerjoin(own_posts, and_(_p.message_id == bindparam("message_id"), _p.room == bindparam("room")))
    .where(bookkeeping.counters.c.name == "conversation")
    .order_by(_p.at, _p.event)
)
_OF_CARD = select(own_posts).where(_p.conversation == bindparam("conversation"), _p.kind == bindparam("kind"))
_NEWEST_CALL = select(func.max(_o.id).label("id"))
_ALL = (1 << 62) - 1
"""The highest number, where an older version noticed the restore: any call may be older than that."""
_MANY = 500


async def mark(tx: Tx) -> Mark | None:
    """The newest mark noted here."""
    found = await _get(tx, MARK)
    return None if found is None else Mark(int(str(found["beat"])), datetime.fromisoformat(str(found["at"])))


async def set_mark(tx: Tx, mark: Mark) -> None:
    await _put(tx, MARK, {"beat": mark.beat, "at": mark.at.isoformat()})


def as_put_back(value: str) -> str:
    """What stands in the row of the mark where the database is a copy that is put back."""
    return json.dumps({**json.loads(value), "beat": PUT_BACK})


async def put_back(tx: Tx) -> PutBack | None:
    """When it was noticed last that this database was put back."""
    found = await _get(tx, _NOTICED)
    if found is None:
        return None
    return PutBack(datetime.fromisoformat(str(found["until"])), int(str(found.get("calls", _ALL))))


async def forgotten(tx: Tx, own: Sequence[OwnEvent]) -> tuple[OwnEvent, ...]:
    """The events whose call this database does not know, and that were not taken up before."""
    rows = {row_of_effect(one.effect) for one in own} - {None}
    known: set[tuple[str, int]] = set()
    rows_wanted = sorted({row[1] for row in rows if row is not None})
    for start in range(0, len(rows_wanted), _MANY):
        found = await tx.all(_CALLS, {"ids": rows_wanted[start : start + _MANY]})
        known |= {(str(row.run), int(row.id)) for row in found}
    unknown = [one for one in own if row_of_effect(one.effect) not in known]
    taken: set[str] = set()
    events = [str(one.event) for one in unknown]
    for start in range(0, len(events), _MANY):
        taken |= {str(row.event) for row in await tx.all(_POSTED, {"events": events[start : start + _MANY]})}
    return tuple(one for one in unknown if one.event not in taken)


async def take_up(tx: Tx, taken: TakenUp, noticed_at: datetime) -> None:
    """Keep the found events; given numbers are not given again."""
    for post in taken.posts:
        values = {"event": post.event, "room": post.room, "at": post.at, "kind": post.kind, "name": post.name}
        more = {"conversation": post.conversation, "message_id": post.message_id, "state": post.state}
        await tx.run(_KEEP, values | more)
    if taken.highest:
        await numbers.taken(tx, "conversation", taken.highest)
    newest = await tx.first(_NEWEST_CALL)
    calls = 0 if newest is None else int(newest.id or 0)
    await _put(tx, _NOTICED, {"until": noticed_at.isoformat(), "calls": calls})


async def posts_of_mail(tx: Tx, message_id: str) -> tuple[OwnEvent, ...]:
    """Posts of forgotten runs for the mail with this Message-ID."""
    return tuple(_post(row) for row in await tx.all(_OF_MAIL, {"message_id": message_id})) if message_id else ()


async def forget_posts(tx: Tx, before: datetime, limit: int) -> int:
    """Forget events of forgotten runs, some at a time, if the last restore was before then. Returns their number."""
    found = await put_back(tx)
    if found is None or found.at >= before:
        return 0
    gone = [row.event for row in await tx.all(_SOME, {"limit": limit})]
    return await tx.run_slowly(_FORGET, {"events": gone}) if gone else 0


async def numbers_for(tx: Tx, message_id: str, room: RoomId) -> tuple[ConversationId, tuple[ConversationId, ...]]:
    """The number that the next conversation gets, and those that forgotten runs gave to the mail's one in this room.

    One mail may have come to several mailboxes, and opened a conversation in the room of each.
    """
    rows = await tx.all(_NUMBERS, {"message_id": message_id or None, "room": room})
    given = tuple(ConversationId(row.given) for row in rows if row.given is not None)
    return ConversationId(rows[0].next if rows else 1), given


async def posted(
    tx: Tx, *, room: RoomId, kind: EventKind, conversation: ConversationId, message_id: str, name: str
) -> EventId | None:
    """The event that a forgotten run posted as this, in the room that it is to stand in."""
    if kind is EventKind.CONVERSATION:
        rows = await tx.all(_OF_CARD, {"conversation": conversation, "kind": kind.value})
    else:
        rows = await tx.all(_OF_MAIL, {"message_id": message_id}) if message_id else ()
    for row in rows:
        if (row.room, row.kind, row.conversation, row.name) == (room, kind.value, conversation, name):
            return EventId(row.event)
    return None


def _post(row: Row[Any]) -> OwnEvent:
    number = row.conversation
    return OwnEvent(
        EventId(row.event),
        RoomId(row.room),
        row.at,
        kind=row.kind,
        conversation=None if number is None else ConversationId(number),
        message_id=row.message_id,
        name=row.name,
        state=row.state,
    )


async def _get(tx: Tx, name: str) -> dict[str, object] | None:
    row = await tx.first(_NAMED, {"name": name})
    if row is None:
        return None
    found = json.loads(row.value)
    assert isinstance(found, dict)
    return found


async def _put(tx: Tx, name: str, value: dict[str, object]) -> None:
    await tx.run(_SET, {"name": name, "value": json.dumps(value)})
