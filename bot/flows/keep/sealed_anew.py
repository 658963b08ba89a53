"""Secrets that a former `secret_key` sealed are sealed with that of today, before anybody logs in with them."""

import structlog

from bot.flows.step.step import Step
from bot.ports import NotOpened
from storage import key_mark, secrets
from storage.key_mark import KeyMark

_log = structlog.get_logger("passwords")


async def seal_anew(step: Step, key: str) -> None:
    """In one commit, with since when the key of today holds. What no key opens stays: its mailbox says so when it logs
    in.

    Args:
        key: the mark of the key of today (`accounts.key_mark`).

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
        known = await key_mark.read(tx)
        if known is None or known.key != key:
            await key_mark.note(tx, KeyMark(key, step.clock.now()))
    if count:
        _log.info("secrets_sealed_anew", count=count)
