"""Which server stands on top of each mailbox's mails (`bot/domain/vouching.py`)."""

from sqlalchemy import bindparam, select

from bot.domain.ids import MailboxId
from bot.domain.vouching import Vouching
from storage.database import Tx
from storage.schema.bookkeeping import vouching
from storage.upsert import insert_or_replace

_v = vouching.c
_PUT = insert_or_replace(vouching)
_OF = select(vouching).where(_v.mailbox == bindparam("mailbox"))
_FORGET = vouching.delete().where(_v.mailbox == bindparam("of_mailbox"))


async def of(tx: Tx, mailbox: MailboxId) -> Vouching | None:
    row = await tx.first(_OF, {"mailbox": mailbox})
    if row is None:
        return None
    return Vouching(MailboxId(row.mailbox), row.server, row.mails, tuple(row.domains.split()), row.told)


async def put(tx: Tx, one: Vouching) -> None:
    values = {"mailbox": one.mailbox, "server": one.server, "mails": one.count, "told": one.told}
    await tx.run(_PUT, {**values, "domains": " ".join(one.domains)})


async def forget(tx: Tx, mailbox: MailboxId) -> None:
    """Forget what was learnt, and that it was told: the mailbox may have another server from now on."""
    await tx.run(_FORGET, {"of_mailbox": mailbox})
