"""The room of each mailbox, as of the last start: config.yaml may name another by now."""

from sqlalchemy import bindparam, select

from bot.domain.ids import MailboxId, RoomId
from storage.database import Tx
from storage.schema.chat import mailbox_rooms
from storage.upsert import insert_or_ignore

_r = mailbox_rooms.c
_ALL = select(mailbox_rooms).order_by(_r.mailbox, _r.room)
_PUT = insert_or_ignore(mailbox_rooms)
_LEAVE = mailbox_rooms.delete().where(_r.mailbox == bindparam("mailbox_"), _r.room == bindparam("room_"))


async def every(tx: Tx) -> tuple[tuple[MailboxId, RoomId], ...]:
    """Each mailbox with each room that it may have conversations in."""
    return tuple((MailboxId(row.mailbox), RoomId(row.room)) for row in await tx.all(_ALL))


async def use(tx: Tx, mailbox: MailboxId, room: RoomId) -> None:
    """Note that the mailbox has conversations in that room, perhaps beside others."""
    await tx.run(_PUT, {"mailbox": mailbox, "room": room})


async def leave(tx: Tx, mailbox: MailboxId, room: RoomId) -> None:
    """Note that the mailbox has nothing in that room any more."""
    await tx.run(_LEAVE, {"mailbox_": mailbox, "room_": room})
