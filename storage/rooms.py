"""Rooms without a mailbox that the bot was invited to, and leaves after a while."""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.ids import RoomId, UserId
from storage.database import Tx
from storage.schema.chat import waiting_rooms
from storage.upsert import insert_or_replace

_w = waiting_rooms.c
_ADD = insert_or_replace(waiting_rooms)
_FORGET = waiting_rooms.delete().where(_w.room == bindparam("room"))
_GET = select(_w.room).where(_w.room == bindparam("room"))


async def add(tx: Tx, room: RoomId, inviter: UserId, at: datetime) -> None:
    await tx.run(_ADD, {"room": room, "inviter": inviter, "at": at})


async def forget(tx: Tx, room: RoomId) -> None:
    await tx.run(_FORGET, {"room": room})


async def is_waiting(tx: Tx, room: RoomId) -> bool:
    """Whether the bot is in this room, and no mailbox used it when it came."""
    return await tx.first(_GET, {"room": room}) is not None
