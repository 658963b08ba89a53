"""Sealed secrets that people told: each belongs to the dialogue that was told it, or to a mailbox."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.ids import DialogueId, MailboxId, SecretId
from storage.database import Tx
from storage.schema.bookkeeping import secrets

_s = secrets.c
_ADD = secrets.insert()
_GET = select(_s.sealed).where(_s.id == bindparam("id"))
_OF_MAILBOXES = select(_s.id, _s.sealed).where(_s.mailbox.is_not(None))
_EVERY = select(_s.id, _s.sealed)
_ANEW = (
    secrets.update()
    .where(_s.id == bindparam("id_"), _s.sealed == bindparam("before_"))
    .values(sealed=bindparam("sealed_"))
)
_REPLACE = secrets.update().where(_s.id == bindparam("id_")).values(sealed=bindparam("sealed_"))
_DROP = secrets.delete().where(_s.id == bindparam("id_"))
_DROP_OF = secrets.delete().where(_s.dialogue == bindparam("dialogue_"))
_DROP_OTHERS = secrets.delete().where(_s.mailbox == bindparam("mailbox_"), _s.id != bindparam("id_"))
_KEEP = secrets.update().where(_s.id == bindparam("id_")).values(mailbox=bindparam("mailbox_"), dialogue=None)


async def add(tx: Tx, id: SecretId, sealed: bytes, dialogue: DialogueId, at: datetime) -> None:
    """Keep a secret that a dialogue was told."""
    await tx.run(_ADD, {"id": id, "sealed": sealed, "dialogue": dialogue, "mailbox": None, "at": at})


async def get(tx: Tx, id: SecretId) -> bytes | None:
    """The sealed secret; None where it was dropped."""
    row = await tx.first(_GET, {"id": id})
    return None if row is None else bytes(row.sealed)


async def of_mailboxes(tx: Tx) -> Mapping[SecretId, bytes]:
    """The sealed secrets that mailboxes log in with."""
    return {SecretId(row.id): bytes(row.sealed) for row in await tx.all(_OF_MAILBOXES)}


async def every(tx: Tx) -> Mapping[SecretId, bytes]:
    """All that are sealed: of mailboxes, and of dialogues that are under way."""
    return {SecretId(row.id): bytes(row.sealed) for row in await tx.all(_EVERY)}


async def anew(tx: Tx, id: SecretId, before: bytes, sealed: bytes) -> None:
    """Put the same secret, sealed otherwise, in its place; a newer secret that came meanwhile stays."""
    await tx.run(_ANEW, {"id_": id, "before_": before, "sealed_": sealed})


async def replace(tx: Tx, id: SecretId, sealed: bytes) -> None:
    """Put a newer secret in the place of one; where that was dropped meanwhile, nothing is kept."""
    await tx.run(_REPLACE, {"id_": id, "sealed_": sealed})


async def drop(tx: Tx, id: SecretId) -> None:
    """Forget a secret."""
    await tx.run(_DROP, {"id_": id})


async def drop_of(tx: Tx, dialogue: DialogueId) -> None:
    """Drop the secrets that a dialogue was told, without those that belong to a mailbox by now."""
    await tx.run(_DROP_OF, {"dialogue_": dialogue})


async def give(tx: Tx, mailbox: MailboxId, id: SecretId | None) -> None:
    """Give the mailbox this secret and drop its other ones; with None it has no secret any more."""
    await tx.run(_DROP_OTHERS, {"mailbox_": mailbox, "id_": id or ""})
    if id is not None:
        await tx.run(_KEEP, {"mailbox_": mailbox, "id_": id})
