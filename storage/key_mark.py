"""The `secret_key` that a database was last started with, as a mark that does not give it away, and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from storage.database import Tx
from storage.schema.bookkeeping import instance
from storage.upsert import insert_or_replace

_NAME: Final = "secret_key"
_READ = select(instance.c.value).where(instance.c.name == _NAME)
_NOTE = insert_or_replace(instance)


@dataclass(frozen=True, slots=True)
class KeyMark:
    """A key, and the start from which on it was the one of today."""

    key: str
    since: datetime


async def read(tx: Tx) -> KeyMark | None:
    """None before the first start that noted it."""
    row = await tx.first(_READ)
    if row is None:
        return None
    key, _, since = str(row.value).partition(" ")
    return KeyMark(key, datetime.fromisoformat(since))


async def note(tx: Tx, mark: KeyMark) -> None:
    """In place of the one of before."""
    await tx.run(_NOTE, {"name": _NAME, "value": f"{mark.key} {mark.since.isoformat()}"})
