"""Numbers that are given once and never again: of conversations and of mails."""

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.schema.bookkeeping import counters
from storage.upsert import insert_or_higher

_NEXT = select(counters.c.next).where(counters.c.name == bindparam("name_"))
_TAKE = insert_or_higher(counters)


async def next_number(tx: Tx, name: str) -> int:
    """The next number to be given; it is not taken yet."""
    row = await tx.first(_NEXT, {"name_": name})
    return 1 if row is None else int(row.next)


async def taken(tx: Tx, name: str, number: int) -> None:
    """Note that `number` is in use: only higher ones are given from now on."""
    await tx.later(_TAKE, {"name": name, "next": number + 1})
