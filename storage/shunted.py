"""Inputs that could not be decided: put aside whole, to be looked at and tried again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from storage.codec import text_key
from storage.database import Tx
from storage.schema.bookkeeping import shunted
from storage.upsert import insert_or_ignore

_s = shunted.c
_ADD = insert_or_ignore(shunted)
_BY_KEY = select(_s.id).where(_s.key == bindparam("key"))
_GET = select(shunted).where(_s.id == bindparam("id"))
_LIST = select(shunted).order_by(_s.id).limit(bindparam("limit"))
_DROP = shunted.delete().where(_s.id == bindparam("id"))
_DROP_KEY = shunted.delete().where(_s.key == bindparam("key_"))


@dataclass(frozen=True, slots=True)
class Shunted:
    """One of them. `payload` is the input as JSON, `error` a technical text without mail content."""

    id: int
    key: str
    kind: str
    payload: str
    error: str
    at: datetime


async def add(tx: Tx, key: str, kind: str, payload_json: str, error: str, at: datetime) -> int:
    """Put an input aside; one that is there already stays as it is. Returns its number."""
    values: dict[str, object] = {
        "key": text_key(key),
        "kind": kind,
        "payload": payload_json,
        "error": error,
        "at": at,
    }
    await tx.run(_ADD, values)
    row = await tx.first(_BY_KEY, {"key": values["key"]})
    assert row is not None
    return int(row.id)


async def listing(tx: Tx, limit: int = 100) -> tuple[Shunted, ...]:
    """Oldest first."""
    return tuple(_one(row) for row in await tx.all(_LIST, {"limit": limit}))


async def get(tx: Tx, id: int) -> Shunted | None:
    row = await tx.first(_GET, {"id": id})
    return None if row is None else _one(row)


async def drop(tx: Tx, id: int) -> bool:
    """Forget an input. False: it was not there."""
    return bool(await tx.run(_DROP, {"id": id}))


async def drop_key(tx: Tx, key: str) -> bool:
    """Forget the input of this key, which is never to be decided. False: it was not there."""
    return bool(await tx.run(_DROP_KEY, {"key_": text_key(key)}))


def _one(row: Row[Any]) -> Shunted:
    return Shunted(row.id, row.key, row.kind, row.payload, row.error, row.at)
