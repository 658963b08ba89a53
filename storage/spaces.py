"""The spaces of organisations: their rooms, and the people whom we invited to them."""

from typing import assert_never

from sqlalchemy import bindparam, select

from bot.domain.ids import RoomId, UserId
from bot.domain.spaces import (
    AddSpacePerson,
    DropSpacePerson,
    MarkSpacePerson,
    SetSpace,
    SetSpaceRoom,
    SpaceChange,
    SpacePerson,
)
from storage.database import Tx
from storage.schema.chat import predecessors, space_people, space_rooms, spaces
from storage.upsert import insert_or_ignore, insert_or_replace

_s, _r, _p = spaces.c, space_rooms.c, space_people.c
_SET = insert_or_replace(spaces)
_GET = select(_s.room).where(_s.organisation == bindparam("organisation"))
_ALL = select(spaces).order_by(_s.organisation)
_WHOSE = select(_s.organisation).where(_s.room == bindparam("room"))
_LINK = insert_or_ignore(space_rooms)
_UNLINK = space_rooms.delete().where(_r.organisation == bindparam("organisation"), _r.room == bindparam("room"))
_ROOMS = select(_r.room).where(_r.organisation == bindparam("organisation")).order_by(_r.room)
_ADD = insert_or_replace(space_people)
_DROP = space_people.delete().where(_p.organisation == bindparam("organisation"), _p.user == bindparam("user"))
_MARK = (
    space_people.update()
    .where(_p.organisation == bindparam("organisation_"), _p.user == bindparam("user_"))
    .values(has_left=bindparam("has_left"))
)
_PEOPLE = select(_p.user, _p.has_left).where(_p.organisation == bindparam("organisation")).order_by(_p.user)
_FOLLOWS = insert_or_replace(predecessors)
_BEFORE = select(predecessors.c.predecessor).where(predecessors.c.room == bindparam("room"))


async def apply(tx: Tx, change: SpaceChange) -> None:
    """Write one change of a space."""
    match change:
        case SetSpace(organisation, room):
            await tx.run(_SET, {"organisation": organisation, "room": room})
        case SetSpaceRoom(organisation, room, is_child):
            await tx.run(_LINK if is_child else _UNLINK, {"organisation": organisation, "room": room})
        case AddSpacePerson(organisation, user):
            await tx.run(_ADD, {"organisation": organisation, "user": user, "has_left": False})
        case DropSpacePerson(organisation, user):
            await tx.run(_DROP, {"organisation": organisation, "user": user})
        case MarkSpacePerson(organisation, user, has_left):
            await tx.run(_MARK, {"organisation_": organisation, "user_": user, "has_left": has_left})
        case _ as unreachable:
            assert_never(unreachable)


async def get(tx: Tx, organisation: str) -> RoomId | None:
    """The organisation's space; None where there is none yet."""
    row = await tx.first(_GET, {"organisation": organisation})
    return None if row is None else RoomId(row.room)


async def every(tx: Tx) -> tuple[tuple[str, RoomId], ...]:
    """Organisations and their spaces, also those without a room by now."""
    return tuple((str(row.organisation), RoomId(row.room)) for row in await tx.all(_ALL))


async def organisation_of(tx: Tx, room: RoomId) -> str:
    """The organisation whose space that room is, or empty."""
    row = await tx.first(_WHOSE, {"room": room})
    return "" if row is None else str(row.organisation)


async def rooms_in(tx: Tx, organisation: str) -> tuple[RoomId, ...]:
    """The rooms that we put into the space."""
    return tuple(RoomId(row.room) for row in await tx.all(_ROOMS, {"organisation": organisation}))


async def people_of(tx: Tx, organisation: str) -> tuple[SpacePerson, ...]:
    """The people whom we invited to the space."""
    rows = await tx.all(_PEOPLE, {"organisation": organisation})
    return tuple(SpacePerson(UserId(row.user), bool(row.has_left)) for row in rows)


async def set_predecessor(tx: Tx, room: RoomId, predecessor: RoomId) -> None:
    """The room says that it took the place of that one."""
    await tx.run(_FOLLOWS, {"room": room, "predecessor": predecessor})


async def predecessor_of(tx: Tx, room: RoomId) -> RoomId | None:
    """The room that this one replaced, by its own word."""
    row = await tx.first(_BEFORE, {"room": room})
    return None if row is None else RoomId(row.predecessor)
