"""`postroom trust` and `postroom unencrypted`: what the person on the host can set right when no admin can any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.accounts import matrix_account
from bot.adapters.matrix.check import shown_master
from bot.cli.ending import end, of_database
from bot.config import Config
from bot.domain.calls import TrustUser
from bot.domain.fingerprints import grouped, key_of
from bot.domain.ids import RoomId, UserId
from bot.domain.planned import plan
from bot.domain.sentences import Sentence, sentence
from bot.ports import CredentialsRefused, Unavailable
from storage import believed, outbox
from storage.database import Conflict, Database, StorageAway
from storage.faults import Moved


def trust(config: Config, user: str, words: Sequence[str], *, language: str) -> int:
    """Show a person's key, or plan that it is believed; the exit status. It may run beside a running bot."""
    who = user if user.startswith("@") and ":" in user else ""
    key = key_of(words)
    if not who:
        return end(language, sentence("cli.trust_no_user", who=user), 1)
    if key is None:
        return end(language, sentence("cli.trust_no_key"), 1)
    if key:
        return _tried(_plan(config, UserId(who), key), language)
    return _tried(_show(config, UserId(who)), language)


def take_for_unencrypted(config: Config, room: str, *, language: str) -> int:
    """Forget that a room was seen encrypted; the exit status. A running bot goes on as it was until it is restarted."""
    return _tried(_forget(config, RoomId(room)), language)


async def _show(config: Config, user: UserId) -> tuple[Sentence, int]:
    try:
        key = await shown_master(matrix_account(config), user)
    except Unavailable as away:
        return sentence("cli.trust_away", reason=away.reason), 1
    except CredentialsRefused:
        return sentence("cli.trust_away", reason="credentials"), 1
    if not key:
        return sentence("cli.trust_none", who=user), 1
    return sentence("cli.trust_shown", who=user, fingerprint=grouped(key), key=key), 0


async def _plan(config: Config, user: UserId, key: str) -> tuple[Sentence, int]:
    """The bot's own process makes the call: it alone holds the keys."""
    database = await Database.open(config.database_url, migrate=False)
    try:
        call = TrustUser(user, RoomId(config.matrix.config_room), None, key)
        async with database.write() as tx:
            await outbox.add(tx, plan(call), datetime.now(UTC))
    finally:
        await database.close()
    return sentence("cli.trust_planned", who=user), 0


async def _forget(config: Config, room: RoomId) -> tuple[Sentence, int]:
    database = await Database.open(config.database_url, migrate=False)
    try:
        async with database.write() as tx:
            was_known = room in await believed.rooms(tx)
            await believed.forget_room(tx, room)
    finally:
        await database.close()
    return sentence("cli.clear_done" if was_known else "cli.clear_unknown", room=room), 0 if was_known else 1


def _tried(act: Coroutine[None, None, tuple[Sentence, int]], language: str) -> int:
    try:
        told, status = asyncio.run(act)
    except Conflict as other:
        return end(language, sentence("cli.database_away", reason=str(other)))
    except (Moved, StorageAway, SQLAlchemyError, OSError) as fault:
        return end(language, of_database(fault))
    return end(language, told, status)
