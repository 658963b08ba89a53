"""Secrets that a former `secret_key` sealed are sealed with that of today, before anybody logs in with them."""

import structlog

from bot.flows.step.step import Step
from bot.ports import NotOpened
from storage import secrets

_log = structlog.get_logger("passwords")


async def seal_anew(step: Step) -> None:
    """In one commit. What no key opens stays: its mailbox says so when it logs in.

    Raises:
        Conflict, StorageAway
    """
    async with step.database.write() as tx:
        count = 0
        for id, sealed in (await secrets.every(tx)).items():
            try:
                fresh = step.vault.anew(sealed, id)
            except NotOpened:
                continue
            if fresh is not None:
                await secrets.anew(tx, id, sealed, fresh)
                count += 1
    if count:
        _log.info("secrets_sealed_anew", count=count)
