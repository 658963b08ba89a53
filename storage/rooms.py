"""Rooms without a mailbox that the bot was invited to, and leaves after a while."""

from datetime import datetime

from sqlalchemy import bindparam, select, true

from bot.domain.direct import WaitingRoom
from bot.domain.ids import RoomId, UserId
from storage.database import Tx
from storage.schema.chat import waiting_rooms
from storage.upsert import insert_or_replace

_w = waiting_rooms.c
_ADD = insert_or_replace(waiting_rooms)
_FORGET = waiting_rooms.delete().where(_w.room == bindparam("room"))
_GET = select(_w.inviter, _w.is_direct).where(_w.room == bindparam("room"))
_DIRECT = select(_w.room).where(_w.is_direct == true()).order_by(_w.room)


async def add(tx: Tx, room: RoomId, inviter: UserId, at: datetime, is_direct: bool = False) -> None:
    await tx.run(_ADD, {"room": room, "inviter": inviter, "at": at, "is_direct": is_direct})


async def forget(tx: Tx, room: RoomId) -> None:
    await tx.run(_FORGET, {"room": room})


async def waiting(tx: Tx, room: RoomId) -> WaitingRoom | None:
    """The invitation by which the bot is in this room, if no mailbox used it when the bot came."""
    row = await tx.first(_GET, {"room": room})
    return None if row is None else WaitingRoom(UserId(row.inviter), bool(row.is_direct))


async def becoming_direct(tx: Tx) -> tuple[RoomId, ...]:
    """Rooms that are to be direct chats, and have not been looked at yet."""
    return tuple(RoomId(row.room) for row in await tx.all(_DIRECT))
