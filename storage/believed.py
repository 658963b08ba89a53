"""Facts once learned of the homeserver and not asked again: encrypted rooms, and people's identities."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select

from bot.domain.ids import RoomId, UserId
from storage.database import Tx
from storage.schema.chat import encrypted_rooms, identity_pins, room_readers
from storage.upsert import insert_or_ignore, insert_or_replace

_ROOMS = select(encrypted_rooms.c.room)
_ADD_ROOM = insert_or_ignore(encrypted_rooms)
_FORGET_ROOM = encrypted_rooms.delete().where(encrypted_rooms.c.room == bindparam("room_"))
_PINS = select(identity_pins)
_READERS = select(room_readers)
_ADD_READER = insert_or_ignore(room_readers)
_FORGET_READERS = room_readers.delete().where(room_readers.c.room == bindparam("room_"))
_PIN = insert_or_replace(identity_pins)


async def rooms(tx: Tx) -> frozenset[RoomId]:
    """Rooms that were once seen encrypted."""
    return frozenset(RoomId(row.room) for row in await tx.all(_ROOMS))


async def add_rooms(tx: Tx, rooms: Collection[RoomId]) -> None:
    if rooms:
        await tx.run(_ADD_ROOM, [{"room": room} for room in sorted(rooms)])


async def forget_room(tx: Tx, room: RoomId) -> None:
    """Forget that the room was seen encrypted, because a person says that it never was."""
    await tx.run(_FORGET_ROOM, {"room_": room})


async def pins(tx: Tx) -> dict[UserId, str]:
    """The master key that each person is believed to have."""
    return {UserId(row.user): row.master for row in await tx.all(_PINS)}


async def pin(tx: Tx, masters: Mapping[UserId, str]) -> None:
    """Keep these keys in place of earlier ones."""
    if masters:
        await tx.run(_PIN, [{"user": user, "master": master} for user, master in sorted(masters.items())])


async def readers(tx: Tx) -> dict[RoomId, frozenset[UserId]]:
    """The readers of each encrypted room whose readers were learned."""
    found: dict[RoomId, set[UserId]] = {}
    for row in await tx.all(_READERS):
        found.setdefault(RoomId(row.room), set()).add(UserId(row.user))
    return {room: frozenset(users) for room, users in found.items()}


async def set_readers(tx: Tx, room: RoomId, readers: Collection[UserId]) -> None:
    """Save exactly these as the room's readers."""
    await tx.run(_FORGET_READERS, {"room_": room})
    if readers:
        await tx.run(_ADD_READER, [{"room": room, "user": user} for user in sorted(readers)])
