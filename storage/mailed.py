"""Answers that members wrote by mail."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from bot.domain.ids import MessageRow
from bot.domain.mailed import Mailed
from storage.database import Tx
from storage.schema.bookkeeping import mailed
from storage.upsert import insert_or_replace

_m = mailed.c
_MAILED = TypeAdapter(Mailed)
_PUT = insert_or_replace(mailed)
_GET = select(_m.body).where(_m.row == bindparam("row_"))
_EVERY = select(_m.body).order_by(_m.row)
_OLD = select(_m.row).where(_m.at < bindparam("before")).order_by(_m.at).limit(bindparam("limit"))
_FORGET = mailed.delete().where(_m.row.in_(_OLD))


async def get(tx: Tx, row: MessageRow) -> Mailed | None:
    found = await tx.first(_GET, {"row_": row})
    return None if found is None else _MAILED.validate_json(found.body)


async def every(tx: Tx) -> tuple[Mailed, ...]:
    """Those that are still remembered."""
    return tuple(_MAILED.validate_json(row.body) for row in await tx.all(_EVERY))


async def put(tx: Tx, one: Mailed) -> None:
    """Keep it in place of what was known of it."""
    await tx.run(_PUT, {"row": one.row, "body": _MAILED.dump_json(one).decode(), "at": one.at})


async def forget_before(tx: Tx, before: datetime, limit: int) -> int:
    """Forget some of those that came before that time. Returns their number."""
    return await tx.run(_FORGET, {"before": before, "limit": limit})
