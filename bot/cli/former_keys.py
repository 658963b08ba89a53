"""`check --connect`: what still needs a key of `former_secret_keys`, and when nothing here does any more."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.ending import Refused
from bot.cli.erased import LIST, stand_under_former
from bot.config import Config, Finding, Level
from bot.domain.mailed import GOOD_FOR
from bot.domain.sentences import sentence
from bot.keys import key_mark
from storage import erased_list
from storage import key_mark as marks
from storage.connecting import is_there
from storage.database import Conflict, Database, StorageAway
from storage.faults import DatabaseBroken, Moved, UnknownDatabase
from storage.key_mark import KeyMark

_KEY = "former_secret_keys"


async def look_at_former_keys(config: Config) -> list[Finding]:
    """Read beside a running bot; nothing where there are none."""
    if not config.former_secret_keys:
        return []
    try:
        mark, shared = await _noted(config)
    except (StorageAway, Conflict, DatabaseBroken, Moved, UnknownDatabase, SQLAlchemyError, OSError):
        # What is wrong with it is told where the database is looked at.
        return await asyncio.to_thread(_listed, config, {})
    listed = await asyncio.to_thread(_listed, config, shared)
    if mark is None or mark.key != key_mark(config):
        return [*listed, Finding(Level.WARNING, _KEY, sentence("check.former_not_started"))]
    since, until = f"{mark.since:%Y-%m-%d}", mark.since + GOOD_FOR
    if datetime.now(UTC) < until:
        told = sentence("check.former_answers", until=f"{until:%Y-%m-%d}", since=since)
        return [*listed, Finding(Level.OK, _KEY, told)]
    return listed or [Finding(Level.OK, _KEY, sentence("check.former_over", since=since))]


def _listed(config: Config, shared: Mapping[str, str]) -> list[Finding]:
    try:
        count = stand_under_former(config, shared)
    except Refused as refused:
        return [Finding(Level.MISTAKE, _KEY, refused.told)]
    except OSError:
        return [Finding(Level.MISTAKE, _KEY, sentence("check.list_not_read", file=str(config.data_dir / LIST)))]
    return [Finding(Level.OK, _KEY, sentence("check.former_erased", count=count))] if count else []


async def _noted(config: Config) -> tuple[KeyMark | None, Mapping[str, str]]:
    """What the database says: of the key that holds, and of who was erased."""
    if not is_there(config.database_url):
        return None, {}
    database = await Database.open(config.database_url, migrate=False)
    try:
        async with database.read() as tx:
            return await marks.read(tx), await erased_list.every(tx)
    finally:
        await database.close()
