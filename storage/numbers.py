"""Numbers that are given once and never again: of conversations and of mails."""

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.schema import counters
from storage.upsert import insert_or_ignore

_NEXT = select(counters.c.next).where(counters.c.name == bindparam("name_"))
_TAKE = (
    counters.update()
    .where(counters.c.name == bindparam("name_"), counters.c.next < bindparam("following"))
    .values(next=bindparam("following"))
)
_START = insert_or_ignore(counters)


async def next_number(tx: Tx, name: str) -> int:
    """The number that would be given next. It is not taken yet."""
    row = await tx.first(_NEXT, {"name_": name})
    return 1 if row is None else int(row.next)


async def taken(tx: Tx, name: str, number: int) -> None:
    """`number` is in use: only higher ones are given from now on."""
    if not await tx.run(_TAKE, {"name_": name, "following": number + 1}):
        await tx.run(_START, {"name": name, "next": number + 1})
