"""Who was erased, as the machines that share a database tell each other: rows of `instance`, a keyed digest each."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from storage.database import Tx
from storage.schema.bookkeeping import instance
from storage.upsert import insert_or_replace

_NAME: Final = "erased:"
_EVERY = select(instance.c.name, instance.c.value).where(instance.c.name.like(f"{_NAME}%"))
_PUT = insert_or_replace(instance)


async def every(tx: Tx) -> dict[str, str]:
    """By digest, what was noted with it."""
    return {str(row.name).removeprefix(_NAME): str(row.value) for row in await tx.all(_EVERY)}


async def put(tx: Tx, noted: Mapping[str, str]) -> None:
    """Note these, in place of what was noted of them."""
    for digest, value in noted.items():
        await tx.run(_PUT, {"name": f"{_NAME}{digest}", "value": value})
