"""The members of rooms, and how far each has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from sqlalchemy import and_, bindparam, or_, select, text, true

from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.read_places import AtLines, Everywhere, InThread, InTimeline, ReadPlace
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
_EVERYWHERE: Final = -(1 << 60)
_TIMELINE: Final = 0
"""No conversation's."""
_WAS_THERE: Final = (
    "EXISTS (SELECT 1 FROM events AS seen WHERE seen.event = read_marks.event AND seen.room ="
    " (SELECT events.room FROM events WHERE events.conversation = :thread AND events.at <= read_marks.at"
    " ORDER BY events.at DESC LIMIT 1))"
)
"""Whether the conversation was in the room of a mark by then: what is read in another room shows nothing of it."""
_MARKS = select(_r.conversation, _r.event, _r.at).where(
    _r.room == bindparam("room"),
    _r.user == bindparam("user"),
    or_(
        _r.conversation.in_(bindparam("conversations", expanding=True)),
        and_(_r.conversation == bindparam("everywhere"), text(_WAS_THERE)),
    ),
)
_SET_READ = insert_or_replace(read_marks)
_DROP_MARKS = read_marks.delete().where(
    _r.room == bindparam("new"), _r.conversation.in_(bindparam("places", expanding=True))
)
_KEEP_MARKS = text(
    'INSERT INTO read_marks (room, "user", conversation, event, at)'
    ' SELECT :new, "user", conversation, event, at FROM read_marks'
    " WHERE room = :old AND conversation IN (:thread, :lines)"
)
_KEEP_ALL = text(
    'INSERT INTO read_marks (room, "user", conversation, event, at)'
    ' SELECT :new, "user", conversation, event, at FROM read_marks WHERE room = :old AND conversation <> :timeline'
    " ON CONFLICT DO NOTHING"
)
_OF_EVERYWHERE: Final = (
    'INSERT INTO read_marks (room, "user", conversation, event, at)'
    ' SELECT :new, "user", CAST(:thread AS BIGINT), event, at FROM read_marks'
    " WHERE room = :old AND conversation = :everywhere"
)
_IF_LATER: Final = (
    'ON CONFLICT (room, "user", conversation) DO UPDATE SET at = excluded.at WHERE read_marks.at < excluded.at'
)
_KEEP_EVERYWHERE = text(f"{_OF_EVERYWHERE} AND {_WAS_THERE} {_IF_LATER}")
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


@dataclass(frozen=True, slots=True)
class ReadMark:
    """How far the receipts of a member go in a place."""

    event: EventId
    """The newest that they name."""
    at: datetime


async def read_up_to(tx: Tx, room: RoomId, user: UserId, place: ReadPlace) -> ReadMark | None:
    row = await tx.first(_READ, {"room": room, "user": user, "conversation": _number(place)})
    return None if row is None else ReadMark(EventId(row.event), row.at)


async def marks_of(tx: Tx, room: RoomId, user: UserId, conversation: ConversationId) -> dict[ReadPlace, ReadMark]:
    """What the receipts of a member say of a conversation, with those in the main timeline; those for the whole room,
    while it was there."""
    places = {_number(one): one for one in (*_places_of(conversation), InTimeline())}
    about = {"room": room, "user": user, "thread": conversation, "everywhere": _EVERYWHERE}
    rows = await tx.all(_MARKS, {**about, "conversations": tuple(places)})
    return {places.get(row.conversation, Everywhere()): ReadMark(EventId(row.event), row.at) for row in rows}


async def set_read(tx: Tx, room: RoomId, user: UserId, event: EventId, at: datetime, place: ReadPlace) -> None:
    """Note a receipt; one for an older event than the last changes nothing."""
    before = await read_up_to(tx, room, user, place)
    if before is None or before.at < at:
        values = {"room": room, "user": user, "conversation": _number(place), "event": event, "at": at}
        await tx.run(_SET_READ, values)


async def move_marks(tx: Tx, conversation: ConversationId, old: RoomId, new: RoomId) -> None:
    """How far people have read it goes along; what they read in an earlier thread there since was none of it."""
    thread, lines = numbers_of(conversation)
    about = {"old": old, "new": new, "thread": thread}
    await tx.run(_DROP_MARKS, {"new": new, "places": [thread, lines]})
    await tx.run(_KEEP_MARKS, {**about, "lines": lines})
    await tx.run(_KEEP_EVERYWHERE, {**about, "everywhere": _EVERYWHERE})


async def keep_marks(tx: Tx, old: RoomId, new: RoomId) -> None:
    """All of a room goes on in another one, but for its main timeline."""
    await tx.run(_KEEP_ALL, {"old": old, "new": new, "timeline": _TIMELINE})


def numbers_of(conversation: ConversationId) -> tuple[int, int]:
    """As its places stand in the column: its thread, and its lines."""
    thread, lines = map(_number, _places_of(conversation))
    return thread, lines


def _places_of(conversation: ConversationId) -> tuple[ReadPlace, ReadPlace]:
    return InThread(conversation), AtLines(conversation)


def _number(place: ReadPlace) -> int:
    """As it stands in the column of conversations."""
    match place:
        case InThread(conversation):
            return conversation
        case AtLines(conversation):
            return -conversation
        case InTimeline():
            return _TIMELINE
        case Everywhere():
            return _EVERYWHERE
        case _ as unreachable:
            assert_never(unreachable)
