"""`postroom outbox` and `postroom migrate`: what waits in the database, for the person who runs the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.ending import end, of_database
from bot.config import Config, to_instance
from bot.domain.ids import EffectId
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import Refused
from bot.domain.sentences import Sentence, sentence
from bot.text.dates import moment
from bot.text.wording import say
from storage import outbox, shunted
from storage.blobs import Blobs
from storage.database import Database, StorageAway, Tx
from storage.faults import Moved, UnknownDatabase

if TYPE_CHECKING:
    from bot.flows.step.step import Step

Action = Literal["list", "shunted", "retry", "drop", "shunted retry", "shunted drop"]
_COLUMNS = ("number", "what", "where", "state", "tries", "due", "conversation", "reason")
_SHUNTED_COLUMNS = ("number", "what", "at", "reason")


def migrate_database(config: Config, *, language: str) -> int:
    """Bring the tables to this version; the exit status."""

    async def nothing(database: Database) -> Sentence:
        return sentence("cli.database_ready")

    return _with_database(config, nothing, language, migrate=True)


def show_outbox(config: Config, action: Action, id: int, *, language: str) -> int:
    """List what is open or put aside, or steer one call; the exit status. It may run beside a running bot."""

    async def act(database: Database) -> Sentence | None:
        match action:
            case "list":
                return await _list(database, config, language)
            case "shunted":
                return await _list_shunted(database, config, language)
            case "shunted retry":
                return await _decide_again(database, id, config)
            case "shunted drop":
                async with database.write() as tx:
                    gone = await shunted.drop(tx, id)
                return sentence("cli.shunted_dropped" if gone else "cli.shunted_no_such", id=id)
            case "retry":
                return await _retry(database, EffectId(id))
            case "drop":
                return await _drop(database, EffectId(id), config)

    return _with_database(config, act, language, migrate=False)


def _with_database(
    config: Config, act: Callable[[Database], Awaitable[Sentence | None]], language: str, *, migrate: bool
) -> int:
    async def within() -> Sentence | None:
        database = await Database.open(config.database_url, migrate=migrate)
        try:
            return await act(database)
        finally:
            await database.close()

    try:
        done = asyncio.run(within())
    except (Moved, UnknownDatabase, StorageAway, SQLAlchemyError, OSError) as fault:
        return end(language, of_database(fault))
    if done is not None:
        click.echo(say(language, done))
    return 0


async def _list(database: Database, config: Config, language: str) -> Sentence | None:
    async with database.read() as tx:
        rows = await outbox.listing(tx)
    if not rows:
        return sentence("cli.outbox_empty")
    _table(
        _COLUMNS,
        [
            (
                str(row.effect),
                row.kind,
                row.channel,
                row.state.value,
                str(row.attempt),
                moment(row.due_at, language=language, timezone=config.timezone),
                "" if row.conversation is None else f"#{row.conversation}",
                row.reason,
            )
            for row in rows
        ],
        language,
    )
    return None


async def _list_shunted(database: Database, config: Config, language: str) -> Sentence | None:
    async with database.read() as tx:
        rows = await shunted.listing(tx)
    if not rows:
        return sentence("cli.shunted_empty")
    when = [moment(row.at, language=language, timezone=config.timezone) for row in rows]
    _table(
        _SHUNTED_COLUMNS,
        [(str(row.id), row.kind, at, row.error) for row, at in zip(rows, when, strict=True)],
        language,
    )
    return None


async def _retry(database: Database, effect: EffectId) -> Sentence:
    async with database.write() as tx:
        found = await _open_call(tx, effect)
        if isinstance(found, Sentence):
            return found
        await outbox.retry(tx, effect, datetime.now(UTC), counts=False, reason=found.reason)
    return sentence("cli.outbox_retried", id=effect)


async def _drop(database: Database, effect: EffectId, config: Config) -> Sentence:
    """End it as a refusal, by the way that every receipt takes: a mail's thread is told."""
    async with database.write() as tx:
        found = await _open_call(tx, effect)
        if isinstance(found, Sentence):
            return found
        attempt = await outbox.take_from_bot(tx, effect)
    if not attempt:
        return sentence("cli.outbox_under_way", id=effect)
    refused = Refused("DROPPED", say(config.language, sentence("cli.dropped_words")))
    step = step_of(database, config)
    await step.take(Receipt(effect, attempt, refused, datetime.now(UTC)))
    async with database.write() as tx:
        # Calls that wait for a person (a room that cannot be entered) are not waited for any more.
        await outbox.close(tx, effect, outbox.End.CANCELLED, "", datetime.now(UTC))
    return sentence("cli.outbox_dropped", id=effect)


async def _decide_again(database: Database, id: int, config: Config) -> Sentence:
    from bot.flows.step.inputs_json import NotAgain
    from bot.flows.step.put_aside import decide_again

    try:
        found = await decide_again(step_of(database, config), id)
    except NotAgain as kind:
        return sentence("cli.shunted_not_again", id=id, kind=str(kind))
    except StorageAway:
        raise
    except Exception as bug:  # noqa: BLE001  what stopped the bot at this input may be anything; it stays put aside
        return sentence("cli.shunted_failed", id=id, reason=type(bug).__name__)
    return sentence("cli.shunted_decided" if found else "cli.shunted_no_such", id=id)


def step_of(database: Database, config: Config) -> Step:
    """The way of inputs, beside a bot that may be running."""
    from bot.adapters.clock import SystemClock
    from bot.flows.step.settings import Settings
    from bot.flows.step.step import Step
    from bot.keys import signer, vault

    blobs = Blobs(config.data_dir / "blobs", clear_leftovers=False)
    settings = Settings(to_instance(config))
    return Step(database, blobs, settings, signer(config), SystemClock(), vault(config))


async def _open_call(tx: Tx, effect: EffectId) -> outbox.Claimed | Sentence:
    found = await outbox.get(tx, effect)
    if found is not None and found.state is outbox.State.SENDING:
        return sentence("cli.outbox_under_way", id=effect)
    if found is None or found.state is not outbox.State.OPEN:
        return sentence("cli.outbox_no_such", id=effect)
    return found


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], language: str) -> None:
    head = [say(language, sentence(f"cli.outbox.{name}")) for name in columns]
    widths = [max(len(row[index]) for row in [head, *rows]) for index in range(len(columns))]
    for row in [head, *rows]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
