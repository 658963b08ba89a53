"""The members of rooms, and how far each has read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, true

from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from storage.batch import padded
from storage.database import Tx
from storage.schema.chat import members, read_marks
from storage.upsert import insert_or_replace

_m = members.c
_r = read_marks.c
_SET = insert_or_replace(members)
_JOINED = select(_m.user, _m.display_name).where(_m.room == bindparam("room"), _m.is_joined == true()).order_by(_m.user)
_KNOWN = select(_m.user).where(_m.room == bindparam("room"))
_IS_JOINED = select(_m.is_joined).where(_m.room == bindparam("room"), _m.user == bindparam("user"))
_AMONG = select(_m.room).where(
    _m.room.in_(bindparam("rooms", expanding=True)), _m.user == bindparam("user"), _m.is_joined == true()
)
_READ = select(_r.event, _r.at).where(
    _r.room == bindparam("room"), _r.user == bindparam("user"), _r.conversation == bindparam("conversation")
)
_MARKS = select(_r.conversation, _r.event, _r.at).where(
    _r.room == bindparam("room"),
    _r.user == bindparam("user"),
    _r.conversation.in_(bindparam("conversations", expanding=True)),
)
_SET_READ = insert_or_replace(read_marks)
_EVERYWHERE: Final = -(1 << 60)
"""No conversation's."""
_FORGET = members.delete().where(_m.room == bindparam("room"))


async def set(tx: Tx, room: RoomId, user: UserId, is_joined: bool, display_name: str) -> None:
    await tx.run(_SET, {"room": room, "user": user, "is_joined": is_joined, "display_name": display_name})


async def joined(tx: Tx, room: RoomId) -> tuple[tuple[UserId, str], ...]:
    """Members and their names, by user id."""
    return tuple((UserId(row.user), row.display_name) for row in await tx.all(_JOINED, {"room": room}))


async def people(tx: Tx, room: RoomId) -> tuple[UserId, ...]:
    """The members alone."""
    return tuple(user for user, _ in await joined(tx, room))


async def known(tx: Tx, room: RoomId) -> frozenset[UserId]:
    """Members, and the people seen leaving or invited since the bot last came in."""
    return frozenset(UserId(row.user) for row in await tx.all(_KNOWN, {"room": room}))


async def is_joined(tx: Tx, room: RoomId, user: UserId) -> bool:
    row = await tx.first(_IS_JOINED, {"room": room, "user": user})
    return row is not None and bool(row.is_joined)


async def joined_among(tx: Tx, rooms: Sequence[RoomId], user: UserId) -> frozenset[RoomId]:
    """Those of the rooms that the person is in."""
    rows = await tx.all(_AMONG, {"rooms": padded(rooms), "user": user}) if rooms else ()
    return frozenset(RoomId(row.room) for row in rows)


async def replace_all(tx: Tx, room: RoomId, members: Sequence[tuple[UserId, str]]) -> None:
    """Keep exactly these as the room's members: user and name."""
    await tx.run(_FORGET, {"room": room})
    if members:
        named = dict(members)
        await tx.run(
            _SET,
            [{"room": room, "user": user, "is_joined": True, "display_name": name} for user, name in named.items()],
        )


async def read_up_to(
    tx: Tx,
    room: RoomId,
    user: UserId,
    conversation: ConversationId | None = None,
    *,
    is_line: bool = False,
    is_everywhere: bool = False,
) -> tuple[EventId, datetime] | None:
    """The newest event that a member's receipts name in that thread (None: the main timeline), and its time.

    Args:
        is_line: at its lines in the main timeline, in place of the thread.
        is_everywhere: by receipts that count for all threads.
    """
    place = _place(conversation, is_line=is_line, is_everywhere=is_everywhere)
    row = await tx.first(_READ, {"room": room, "user": user, "conversation": place})
    return None if row is None else (EventId(row.event), row.at)


async def marks_of(
    tx: Tx, room: RoomId, user: UserId, conversation: ConversationId
) -> tuple[tuple[EventId, datetime] | None, datetime | None, datetime | None]:
    """How far the receipts of a member go: in the thread, with the event that they name; at its lines in the main
    timeline; and in the whole room."""
    places = (conversation, -conversation, _EVERYWHERE)
    rows = await tx.all(_MARKS, {"room": room, "user": user, "conversations": places})
    thread, line, everywhere = ({row.conversation: row for row in rows}.get(place) for place in places)
    return (
        None if thread is None else (EventId(thread.event), thread.at),
        None if line is None else line.at,
        None if everywhere is None else everywhere.at,
    )


async def set_read(
    tx: Tx,
    room: RoomId,
    user: UserId,
    event: EventId,
    at: datetime,
    conversation: ConversationId | None = None,
    *,
    is_line: bool = False,
    is_everywhere: bool = False,
) -> None:
    """Note a receipt; one for an older event than the last changes nothing."""
    before = await read_up_to(tx, room, user, conversation, is_line=is_line, is_everywhere=is_everywhere)
    if before is None or before[1] < at:
        place = _place(conversation, is_line=is_line, is_everywhere=is_everywhere)
        await tx.run(_SET_READ, {"room": room, "user": user, "conversation": place, "event": event, "at": at})


def _place(conversation: ConversationId | None, *, is_line: bool, is_everywhere: bool) -> int:
    """A thread's own number; of its lines in the main timeline its negative; 0: the rest of the main timeline."""
    if is_everywhere:
        return _EVERYWHERE
    return 0 if conversation is None else -conversation if is_line else conversation
