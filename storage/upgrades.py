"""Rooms that were replaced by others: asked about, confirmed, followed."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.domain.ids import RoomId, UserId
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from storage.database import Tx
from storage.schema.chat import room_upgrades
from storage.upsert import insert_or_replace

_u = room_upgrades.c
_PUT = insert_or_replace(room_upgrades)
_GET = select(room_upgrades).where(_u.room == bindparam("room"))
_TOWARDS = (
    select(room_upgrades)
    .where(_u.replacement == bindparam("replacement"), _u.state != UpgradeState.FOLLOWED.value)
    .order_by(_u.state.desc(), _u.room)
    .limit(1)
)
_FOLLOWED = (
    select(room_upgrades)
    .where(_u.replacement == bindparam("replacement"), _u.state == UpgradeState.FOLLOWED.value)
    .order_by(_u.at.desc())
    .limit(1)
)
_WAITING = select(room_upgrades).where(_u.state != UpgradeState.FOLLOWED.value).order_by(_u.at, _u.room)


async def put(tx: Tx, upgrade: RoomUpgrade) -> None:
    """Save a room's upgrade."""
    values = {
        "room": upgrade.room,
        "replacement": upgrade.replacement,
        "sender": upgrade.by,
        "state": upgrade.state.value,
        "at": upgrade.at,
    }
    await tx.run(_PUT, values)


async def get(tx: Tx, room: RoomId) -> RoomUpgrade | None:
    row = await tx.first(_GET, {"room": room})
    return None if row is None else _upgrade(row)


async def towards(tx: Tx, replacement: RoomId) -> RoomUpgrade | None:
    """The unfollowed upgrade to this room, a confirmed one first."""
    row = await tx.first(_TOWARDS, {"replacement": replacement})
    return None if row is None else _upgrade(row)


async def followed(tx: Tx, replacement: RoomId) -> RoomUpgrade | None:
    """The newest upgrade by which the bot went on in this room."""
    row = await tx.first(_FOLLOWED, {"replacement": replacement})
    return None if row is None else _upgrade(row)


async def waiting(tx: Tx) -> tuple[RoomUpgrade, ...]:
    """The upgrades that are not followed yet, oldest first."""
    return tuple(_upgrade(row) for row in await tx.all(_WAITING))


def _upgrade(row: Row[Any]) -> RoomUpgrade:
    by = None if row.sender is None else UserId(row.sender)
    return RoomUpgrade(RoomId(row.room), RoomId(row.replacement), by, UpgradeState(row.state), row.at)
