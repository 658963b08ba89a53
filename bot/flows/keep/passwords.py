"""Opens the passwords that mailboxes were given in the house, for logging in with them."""

from collections.abc import Collection, Mapping
from typing import assert_never

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.credentials import PasswordReference
from bot.domain.ids import MailboxId, SecretId
from bot.domain.settings import Instance
from bot.flows.step.settings import Settings
from bot.ports import NotOpened, Vault
from storage import secrets
from storage.connecting import is_there
from storage.database import Conflict, Database, StorageAway, Tx
from storage.faults import DatabaseBroken, Moved

_log = structlog.get_logger("passwords")


Given = str | PasswordReference | None
"""The word; or where it is read at each login; or None: `secret_key` does not open it."""


async def look(url: str, file: Instance, vault: Vault) -> Mapping[MailboxId, Given]:
    """The passwords as `given`, read beside a running bot; none where the database is not there or cannot be read.

    Args:
        url: the database's, as the configuration has it.
    """
    if not is_there(url):
        return {}
    try:
        database = await Database.open(url, migrate=False)
        try:
            async with database.read() as tx:
                return await given(tx, await Settings(file).read(tx), vault)
        finally:
            await database.close()
    except (StorageAway, Conflict, DatabaseBroken, Moved, SQLAlchemyError, OSError):
        return {}


async def given(
    tx: Tx, instance: Instance, vault: Vault, mailboxes: Collection[MailboxId] | None = None
) -> Mapping[MailboxId, Given]:
    """By mailbox; where one does not open, that of config.yaml is used.

    Args:
        instance: as of this transaction.
        mailboxes: those that are wanted; None: all. Nobody else's is opened.
    """
    found: dict[MailboxId, Given] = {}
    wanted: dict[MailboxId, SecretId] = {}
    for one in instance.mailboxes:
        if one.password is None or (mailboxes is not None and one.id not in mailboxes):
            continue
        match one.password:
            case PasswordReference() as reference:
                found[one.id] = reference
            case str() as id:
                wanted[one.id] = id
            case _ as unreachable:
                assert_never(unreachable)
    sealed = await secrets.of_mailboxes(tx) if wanted else {}
    for mailbox, id in wanted.items():
        found[mailbox] = None
        try:
            found[mailbox] = vault.open(sealed[id], id)
        except (NotOpened, KeyError):
            _log.error("given_password_not_opened")
    return found
