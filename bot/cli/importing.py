"""`postroom import`: what a team had before, out of an archive into a mailbox. It may run beside the bot."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.accounts import Doors, adapters
from bot.cli.ending import Refused, end, of_database
from bot.cli.erased import erased_of
from bot.cli.import_imap import OldFolder, Place, is_server, place_of
from bot.cli.import_sources import Kind, each, kind_of, mails_of
from bot.cli.kept_files import give
from bot.cli.outbox import step_of
from bot.config import Config
from bot.domain.addresses import normal
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings
from bot.flows.pump.archive import ArchivePump, Found, Tally
from bot.flows.step.step import Step
from bot.ports import Unavailable
from bot.process.import_lock import IMPORTS, SCRATCH, ImportLock, ImportRuns
from bot.process.lock import LOCK, AlreadyRunning, FolderLock
from bot.text.wording import say
from storage.connecting import is_there
from storage.database import Database, StorageAway
from storage.faults import Held, Moved, UnknownDatabase
from storage.holding import held

EACH_SECONDS: Final = 2.0
"""Between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was called with."""

    mailbox: str
    source: str
    """A file, a folder, or a folder on an IMAP server by its URL."""
    kind: Kind | None = None
    password: str | None = None
    """Where that of the URL's user is: `env:NAME`, `file:PATH`."""
    with_erased: bool = False
    """Mails of people who were erased since, too."""


def bring_in(config: Config, asked: Asked, *, language: str) -> int:
    """Bring the mails of the source into a mailbox; the exit status: 1 where some have no place."""

    async def within(place: Place | None) -> Tally:
        refuse_root(config)
        if not is_there(config.database_url):
            raise Refused(sentence("cli.export_nothing"))
        doors = adapters()
        archive = _archive(config, asked, place, doors, language)
        async with held(config.database_url, alone=False):
            database = await Database.open(config.database_url, migrate=False)
            reader = doors.reader()
            try:
                step = step_of(database, config)
                mailbox = await mailbox_of(step, asked.mailbox)
                erased = None if asked.with_erased else await erased_of(config, database)
                pump = ArchivePump(mailbox, step, reader, progress(mailbox, language), erased)
                async with contextlib.aclosing(archive):
                    return await pump.take(archive)
            finally:
                await reader.close()
                await database.close()

    # For our eyes only from the beginning: it is mail in clear.
    os.umask(0o077)
    try:
        is_remote = is_server(asked.source)
        place = place_of(asked.source, asked.password, config, language) if is_remote else None
        with alone_or_beside(config):
            tally = asyncio.run(within(place))
    except Refused as refused:
        return end(language, refused.told)
    except Held:
        return end(language, sentence("cli.import_not_now"))
    except Unavailable as away:
        return end(language, sentence("cli.import_failed", reason=f"{place}: {away.reason}"))
    except (Moved, UnknownDatabase, StorageAway, SQLAlchemyError) as fault:
        return end(language, of_database(fault))
    except OSError as fault:
        reason = f"{fault.filename or place or asked.source}: {fault.strerror}"
        return end(language, sentence("cli.import_failed", reason=reason))
    return report(tally, str(place or asked.source), language)


def _archive(
    config: Config, asked: Asked, place: Place | None, doors: Doors, language: str
) -> AsyncGenerator[Found, None]:
    """Raises:
    OSError
    Refused: it looks like nothing that is known.
    """
    limit = config.max_mail_mb * 1024 * 1024
    if place is not None:

        def waits(reason: str) -> None:
            click.echo(say(language, sentence("cli.import_waits", place=str(place), reason=reason)))

        return OldFolder(doors, place, config.data_dir / SCRATCH, limit, waits).mails()
    source = Path(asked.source)
    form = asked.kind or kind_of(source)
    if form is None:
        raise Refused(sentence("cli.import_unknown", source=asked.source))
    return each(mails_of(source, form, limit))


def refuse_root(config: Config) -> None:
    """What root writes into the folder of another user, that one's bot cannot read.

    Raises:
        Refused
    """
    owner = config.data_dir.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        try:
            user = pwd.getpwuid(owner).pw_name
        except KeyError:
            user = str(owner)
        raise Refused(sentence("cli.import_as_root", user=user))


@contextlib.contextmanager
def alone_or_beside(config: Config) -> Iterator[None]:
    """While no bot runs, none starts meanwhile; and nobody restores, erases or moves the database, bot or not.

    Raises:
        Refused: somebody does.
    """
    with contextlib.ExitStack() as stack:
        is_new = not (config.data_dir / LOCK).exists()
        with contextlib.suppress(AlreadyRunning):
            stack.enter_context(FolderLock(config.data_dir))
        if is_new:
            give(config.data_dir / LOCK, config.data_dir)
        try:
            stack.enter_context(ImportLock(config.data_dir, alone=False))
        except ImportRuns:
            raise Refused(sentence("cli.import_not_now")) from None
        give(config.data_dir / IMPORTS, config.data_dir)
        yield


async def mailbox_of(step: Step, named: str) -> MailboxSettings:
    """By its address, or by another address of it.

    Raises:
        Refused: there is none of that address.
    """
    async with step.database.read() as tx:
        instance = await step.settings.read(tx)
    wanted = normal(named)
    for one in instance.mailboxes:
        if wanted in one.own_addresses:
            return one
    there = ", ".join(one.address for one in instance.mailboxes) or "–"
    raise Refused(sentence("cli.import_no_mailbox", mailbox=named, there=there))


def progress(mailbox: MailboxSettings, language: str) -> Callable[[Tally], None]:
    """Tells how far it is, from time to time."""
    told = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal told
        if time.monotonic() - told >= EACH_SECONDS:
            told = time.monotonic()
            click.echo(say(language, sentence("cli.import_progress", mailbox=mailbox.address, done=tally.done)))

    return tell


def report(tally: Tally, source: str, language: str) -> int:
    """Say what was brought in and what has no place; the exit status."""
    told = [sentence("cli.import_done", source=source, count=tally.done)]
    told.append(sentence("cli.import_brought", count=tally.brought, conversations=len(tally.conversations)))
    if tally.before:
        told.append(sentence("cli.import_before", count=tally.before))
    if tally.known:
        told.append(sentence("cli.import_known", count=tally.known))
    if tally.erased:
        told.append(sentence("cli.import_erased", count=tally.erased))
    if tally.thrown_away:
        told.append(sentence("cli.import_thrown_away", count=tally.thrown_away))
    if tally.heads:
        told.append(sentence("cli.import_heads", count=tally.heads))
    if tally.unplaced:
        told.append(sentence("cli.import_unplaced", count=tally.unplaced))
    for one in told:
        click.echo(say(language, one))
    for place, reason in tally.named:
        why = say(language, sentence(f"cli.import_why.{reason}"))
        click.echo(f"  {say(language, place)}: {why}")
    if tally.left_unnamed:
        click.echo("  " + say(language, sentence("cli.import_more", count=tally.left_unnamed)))
    return 1 if tally.unplaced else 0
