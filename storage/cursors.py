"""Positions of our reading: in each folder, and in the room's timeline."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.domain.ids import MailboxId
from storage.database import Tx
from storage.schema.bookkeeping import folder_cursors, sync_tokens
from storage.types import EPOCH
from storage.upsert import insert_or_replace

_f = folder_cursors.c
_t = sync_tokens.c
_FOLDER = select(_f.uidvalidity, _f.uid, _f.floor, _f.begun).where(
    _f.mailbox == bindparam("mailbox"), _f.folder == bindparam("folder")
)
_FOLDERS = select(folder_cursors).where(_f.mailbox == bindparam("mailbox")).order_by(_f.folder)
_FORGET_FOLDER = folder_cursors.delete().where(
    _f.mailbox == bindparam("of_mailbox"), _f.folder == bindparam("of_folder")
)
_FORGET = folder_cursors.delete().where(_f.mailbox == bindparam("of_mailbox"))
_RAISE = (
    folder_cursors.update()
    .where(_f.mailbox == bindparam("of_mailbox"), _f.floor < bindparam("at"))
    .values(floor=bindparam("at"))
)
_SET_FOLDER = insert_or_replace(folder_cursors)
_NEWEST_TOKEN = select(_t.token).order_by(_t.turn.desc()).limit(1)
_TOKEN = select(_t.token).where(_t.device == bindparam("device"))
_LAST_TURN = select(func.coalesce(func.max(_t.turn), 0).label("turn"))
_SET_TOKEN = insert_or_replace(sync_tokens)


@dataclass(frozen=True, slots=True)
class FolderCursor:
    """Everything up to `uid` is decided, as long as the folder has this UIDVALIDITY (RFC 9051 2.3.1.1)."""

    uidvalidity: int
    uid: int
    floor: datetime
    """Mails that arrived earlier are none of ours, also when the folder is looked through again."""
    begun: datetime = EPOCH
    """When the folder was read for the first time, also where it was numbered anew since."""


async def folder(tx: Tx, mailbox: MailboxId, folder: str) -> FolderCursor | None:
    row = await tx.first(_FOLDER, {"mailbox": mailbox, "folder": folder})
    return None if row is None else FolderCursor(int(row.uidvalidity), int(row.uid), row.floor, row.begun)


async def folders(tx: Tx, mailbox: MailboxId) -> tuple[tuple[str, FolderCursor], ...]:
    """All folders of the mailbox that are read, by name."""
    rows = await tx.all(_FOLDERS, {"mailbox": mailbox})
    return tuple((row.folder, FolderCursor(int(row.uidvalidity), int(row.uid), row.floor, row.begun)) for row in rows)


async def set_folder(tx: Tx, mailbox: MailboxId, folder: str, cursor: FolderCursor) -> None:
    values = {"mailbox": mailbox, "folder": folder, "uidvalidity": cursor.uidvalidity, "uid": cursor.uid}
    await tx.later(_SET_FOLDER, {**values, "floor": cursor.floor, "begun": cursor.begun})


async def forget_folder(tx: Tx, mailbox: MailboxId, folder: str) -> None:
    await tx.run(_FORGET_FOLDER, {"of_mailbox": mailbox, "of_folder": folder})


async def forget(tx: Tx, mailbox: MailboxId) -> None:
    """Forget how far the mailbox's folders were read: they are another server's from now on."""
    await tx.run(_FORGET, {"of_mailbox": mailbox})


async def raise_floors(tx: Tx, mailbox: MailboxId, at: datetime) -> None:
    """Where one of the mailbox's folders turns out to be another one, what arrived before `at` is none of ours."""
    await tx.run(_RAISE, {"of_mailbox": mailbox, "at": at})


async def token(tx: Tx, device: str | None = None) -> str | None:
    """`next_batch` of a Matrix device of ours; without a device, the one that was set last by any."""
    row = await tx.first(_NEWEST_TOKEN) if device is None else await tx.first(_TOKEN, {"device": device})
    return None if row is None else str(row.token)


async def set_token(tx: Tx, owner_device: str, token: str) -> None:
    last = await tx.first(_LAST_TURN)
    turn = 1 if last is None else int(last.turn) + 1
    await tx.later(_SET_TOKEN, {"device": owner_device, "token": token, "turn": turn})
