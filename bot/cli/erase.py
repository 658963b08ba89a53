"""`postroom gdpr erase ADDRESS`: first what would go, then with `--yes` all of it, then what is left, by a search.

The bot stands still meanwhile: no mail of the person comes in between, and no answer to them leaves. What it has to
delete in the rooms waits in the outbox, and is deleted when it is started again.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.ending import Refused, end, of_database
from bot.cli.erased import is_among, listed_since, look_at_list, put_on_list, share_list
from bot.cli.kept_files import give
from bot.cli.own_addresses import all_own, instance_in, own_addresses
from bot.config import Config
from bot.domain.addresses import is_address, normal
from bot.domain.concerning import Addresses, addresses_of, people_of
from bot.domain.rules.erasing import Erasing
from bot.domain.sentences import sentence
from bot.process.import_lock import IMPORTS, ImportLock, ImportRuns
from bot.process.lock import LOCK, AlreadyRunning, FolderLock
from bot.process.statuses import EX_UNAVAILABLE
from bot.text.wording import say
from storage import copies, dumps, erasing, exporting, naming
from storage.blobs import Blobs
from storage.connecting import is_there
from storage.database import Database, StorageAway, Tx
from storage.faults import Held, Moved, UnknownDatabase
from storage.holding import held


def erase(config: Config, address: str, *, yes: bool, language: str) -> int:
    """Say what of the person would go, or let it go; the exit status."""

    async def act(database: Database) -> int:
        if not is_address(address):
            raise Refused(sentence("cli.gdpr_no_address", address=address))
        look_at_list(config)
        async with exporting.snapshot(database) as tx:
            person = addresses_of(await exporting.every_person(tx), address)
            if own := person & await all_own(tx, config):
                raise Refused(sentence("cli.erase_own", addresses=", ".join(sorted(own))))
            found = await _found(tx, config, person)
            waiting = await erasing.unfinished(tx, found)
            aside = await erasing.put_aside(tx, sorted(person))
        await _finish_files(database, config)
        click.echo(say(language, sentence("cli.gdpr_person", addresses=", ".join(sorted(person)))))
        _show(found, language)
        if found.on_their_way or waiting:
            raise Refused(sentence("cli.erase_waits", count=len(found.on_their_way) or waiting))
        if aside:
            raise Refused(sentence("cli.erase_aside", numbers=", ".join(map(str, aside))))
        if not yes:
            click.echo(say(language, sentence("cli.erase_nothing_done")))
            return 0
        # Before anything goes: a crash afterwards leaves nobody who comes back with a backup.
        await share_list(config, database)
        put_on_list(config, person, at=None)
        await share_list(config, database, is_newer=True)
        await _erase(database, config, found, language)
        put_on_list(config, person, at=datetime.now(UTC))
        await share_list(config, database, is_newer=True)
        return await _prove(database, config, person, language)

    os.umask(0o077)
    try:
        if not is_there(config.database_url):
            raise Refused(sentence("cli.export_nothing"))
        with FolderLock(config.data_dir), ImportLock(config.data_dir, alone=True):
            give(config.data_dir / LOCK, config.data_dir)
            give(config.data_dir / IMPORTS, config.data_dir)
            return asyncio.run(_alone(config, act))
    except Refused as refused:
        return end(language, refused.told)
    except (ImportRuns, Held):
        return end(language, sentence("cli.import_runs"), EX_UNAVAILABLE)
    except AlreadyRunning:
        return end(language, sentence("cli.restore_running"), EX_UNAVAILABLE)
    except (Moved, UnknownDatabase, StorageAway, SQLAlchemyError, OSError) as fault:
        return end(language, of_database(fault))


async def erase_listed(config: Config, url: str, language: str, made_at: datetime, files: Collection[str]) -> None:
    """Erase from a database that is put back whoever was erased since it was copied, at `made_at`. What they wrote
    after that is no concern of an erasure of before.

    Args:
        files: those that came with it. Others may be named by the database that it replaces.

    Raises:
        StorageAway, OSError
    """
    listed = listed_since(config, made_at)
    database = await Database.open(url, is_put_back=True)
    try:
        seen: set[str] = set()
        async with exporting.snapshot(database) as tx:
            for mailbox in await exporting.mailboxes(tx):
                async for page in exporting.pages(tx, mailbox):
                    seen |= {one for whole in page for one in people_of(whole.conversation, whole.mails)}
            seen |= {normal(one.address) for one in await exporting.every_person(tx)}
            own = await all_own(tx, config)
            person = frozenset(one for one in seen - own if is_among(config, one, listed))
            found = await _found(tx, config, person)
        if person:
            await _erase(database, config, found, language, files)
        await share_list(config, database, is_newer=True)
        async with database.write() as tx:
            await erasing.none_is_listed(tx)
    finally:
        await database.close()
    if person:
        await erasing.swept(url)


async def _alone(config: Config, act: Callable[[Database], Awaitable[int]]) -> int:
    async with held(config.database_url, alone=True):
        if copies.file_of(config.database_url) is None and await dumps.is_used_by_others(config.database_url):
            raise AlreadyRunning(config.database_url)
        database = await Database.open(config.database_url, migrate=False)
        try:
            status = await act(database)
        finally:
            await database.close()
        await erasing.swept(config.database_url)
    return status


async def _found(tx: Tx, config: Config, person: Addresses) -> Erasing:
    found, instance = Erasing(person), await instance_in(tx, config)
    for mailbox in await exporting.mailboxes(tx):
        own = own_addresses(instance, mailbox)
        async for page in exporting.pages(tx, mailbox):
            for one in page:
                found.take(one.conversation, one.mails, own)
    return found


def _show(found: Erasing, language: str) -> None:
    """What goes, by mailbox."""
    if found.is_nothing:
        click.echo(say(language, sentence("cli.erase_none")))
        return
    mailbox_of = {one.id: one.mailbox for one in (*found.whole, *found.changed)}
    whole = Counter(one.mailbox for one in found.whole)
    changed = Counter(one.mailbox for one in found.changed)
    gone = Counter(mailbox_of[one.conversation] for one in found.gone)
    renamed = Counter(mailbox_of[one.conversation] for one in found.renamed)
    for mailbox in sorted({*whole, *changed}):
        counts = {"whole": whole[mailbox], "mails": gone[mailbox]}
        others = {"others": changed[mailbox], "renamed": renamed[mailbox]}
        click.echo(say(language, sentence("cli.erase_goes", mailbox=mailbox, **counts, **others)))
    click.echo(say(language, sentence("cli.erase_files", count=len(found.blobs))))


async def _erase(
    database: Database, config: Config, found: Erasing, language: str, among: Collection[str] | None = None
) -> None:
    async with database.write() as tx:
        redacted = await erasing.erase(tx, found, datetime.now(UTC))
    click.echo(say(language, sentence("cli.erase_rows", conversations=len(found.whole), mails=len(found.gone))))
    click.echo(say(language, sentence("cli.erase_rooms", count=redacted)))
    if found.changed:
        numbers = ", ".join(f"#{one.id}" for one in found.changed)
        click.echo(say(language, sentence("cli.erase_cards", numbers=numbers)))
    gone = await _finish_files(database, config, among)
    click.echo(say(language, sentence("cli.erase_files_gone", count=gone)))


async def _finish_files(database: Database, config: Config, among: Collection[str] | None = None) -> int:
    """Delete every file that no row names, after an erasure, also one that was broken off: second copies and earlier
    words of theirs lie under other names than their mails tell. Nobody writes meanwhile. How many went.
    """
    async with database.read() as tx:
        if not await erasing.is_pending(tx):
            return 0
    folder = config.data_dir / "blobs"
    blobs = Blobs(folder, clear_leftovers=False)
    for one in (folder, folder / "incoming"):
        give(one, config.data_dir)
    blobs.clear_leftovers(0)
    gone = await naming.sweep(database, blobs, timedelta(0), among=among)
    async with database.write() as tx:
        await erasing.files_gone(tx)
    return gone


async def _prove(database: Database, config: Config, person: Addresses, language: str) -> int:
    """Look through all of it again, and say what is left and where nobody here can reach; the exit status."""
    async with exporting.snapshot(database) as tx:
        again = await _found(tx, config, person)
        left = await erasing.left(tx, sorted(person))
        waiting, refused = await erasing.redactions(tx)
    if waiting:
        click.echo(say(language, sentence("cli.erase_redactions_wait", count=waiting)))
    if refused:
        click.echo(say(language, sentence("cli.erase_redactions_refused", count=refused)))
    click.echo(say(language, sentence("cli.erase_out_of_reach")))
    if again.gone or again.whole:
        return end(language, sentence("cli.erase_not_all", count=len(again.gone) + len(again.whole)))
    if left:
        named = ", ".join(f"{table} ({count})" for table, count in sorted(left.items()))
        return end(language, sentence("cli.erase_words_left", tables=named), 0)
    return end(language, sentence("cli.erase_proved"), 0)
