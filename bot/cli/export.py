"""`postroom export` and `postroom gdpr export`: a mailbox, or what concerns a person, for others to use."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import export_json
from bot.cli.ending import Refused, end, of_database
from bot.cli.export_folder import ExportFolder, SomethingElse, about
from bot.cli.own_addresses import instance_in, own_addresses
from bot.config import Config
from bot.domain.addresses import is_address, normal
from bot.domain.concerning import Addresses, Part, addresses_of, names, part_of
from bot.domain.conversation import MailRecord
from bot.domain.ids import MailboxId
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.process.lock import AlreadyRunning, FolderLock
from bot.text.wording import say
from storage import exporting
from storage.connecting import is_there
from storage.database import Database, StorageAway, Tx
from storage.exporting import Whole
from storage.faults import Moved, UnknownDatabase


def export(config: Config, named: str, folder: Path, *, language: str) -> int:
    """Write all of a mailbox into the folder, and go on where a run before was broken off; the exit status."""

    async def act(tx: Tx) -> bool:
        instance = await instance_in(tx, config)
        mailbox = _mailbox(instance, named, await exporting.mailboxes(tx))
        own = own_addresses(instance, mailbox)
        return await _mailbox_out(config, tx, mailbox, own, folder, frozenset(), language)

    return _with_snapshot(config, folder, act, language)


def export_person(config: Config, address: str, folder: Path, *, language: str) -> int:
    """Write what concerns a person, a folder for each mailbox; the exit status."""

    async def act(tx: Tx) -> bool:
        if not is_address(address):
            raise Refused(sentence("cli.gdpr_no_address", address=address))
        person = addresses_of(await exporting.every_person(tx), address)
        click.echo(say(language, sentence("cli.gdpr_person", addresses=", ".join(sorted(person)))))
        is_whole, is_any, instance = True, False, await instance_in(tx, config)
        for mailbox in await exporting.mailboxes(tx):
            own = own_addresses(instance, mailbox)
            if await _concerns(tx, mailbox, own, person):
                is_any = True
                within = folder / _folder_name(mailbox)
                is_whole &= await _mailbox_out(config, tx, mailbox, own, within, person, language)
        if not is_any:
            click.echo(say(language, sentence("cli.gdpr_nothing", address=address)))
        return is_whole

    return _with_snapshot(config, folder, act, language)


def _with_snapshot(config: Config, folder: Path, act: Callable[[Tx], Awaitable[bool]], language: str) -> int:
    async def within() -> bool:
        if not is_there(config.database_url):
            raise Refused(sentence("cli.export_nothing"))
        database = await Database.open(config.database_url, migrate=False)
        try:
            async with exporting.snapshot(database) as tx:
                return await act(tx)
        finally:
            await database.close()

    # For our eyes only from the beginning: it is mail in clear.
    os.umask(0o077)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FolderLock(folder):
            is_whole = asyncio.run(within())
    except Refused as refused:
        return end(language, refused.told)
    except SomethingElse as other:
        return end(language, sentence("cli.export_other", folder=str(other)))
    except AlreadyRunning:
        return end(language, sentence("cli.export_busy", folder=str(folder)))
    except (Moved, UnknownDatabase, StorageAway, SQLAlchemyError) as fault:
        return end(language, of_database(fault))
    except OSError as fault:
        reason = f"{fault.filename or folder}: {fault.strerror}"
        return end(language, sentence("cli.export_failed", reason=reason))
    return 0 if is_whole else 1


def _mailbox(instance: Instance, named: str, there: tuple[MailboxId, ...]) -> MailboxId:
    """By its address, or by another address of it, of today or of before."""
    wanted = normal(named)
    for one in (*instance.mailboxes, *instance.removed):
        if wanted in one.own_addresses:
            return one.id
    for found in there:
        if normal(found) == wanted:
            return found
    raise Refused(sentence("cli.export_no_mailbox", mailbox=named, there=", ".join(there) or "–"))


def _folder_name(mailbox: MailboxId) -> str:
    """Of an address of ours; whatever else could be meant by it on a disk becomes `_`."""
    return re.sub(r"[^a-z0-9@._+-]|^\.", "_", mailbox)


def _of_person(whole: Whole, person: Addresses, own: Addresses) -> Whole | None:
    """What of a conversation concerns a person: in others' conversations the mails that name them, and no more."""
    if not person:
        return whole
    match part_of(whole.conversation, whole.mails, person, own):
        case Part.ALL:
            return whole
        case Part.SOME:
            mails = tuple(_as_they_know_it(one, person) for one in whole.mails if names(one, person))
            bare = replace(whole.conversation, draft=None, tags=(), followers=(), assignee=None)
            return replace(whole, conversation=bare, mails=mails, notes=(), history=())
        case Part.NOTHING:
            return None


def _as_they_know_it(record: MailRecord, person: Addresses) -> MailRecord:
    """A mail in a conversation of others: who else got it in secret, and what a server said of them, is not theirs."""
    return replace(record, bcc=tuple(one for one in record.bcc if normal(one.address) in person), detail="")


async def _concerns(tx: Tx, mailbox: MailboxId, own: Addresses, person: Addresses) -> bool:
    async for page in exporting.pages(tx, mailbox):
        if any(_of_person(one, person, own) is not None for one in page):
            return True
    beside = await exporting.beside(tx, mailbox)
    return any(normal(str(row["address"])) in person for row in beside["notes_on_persons"])


async def _mailbox_out(
    config: Config, tx: Tx, mailbox: MailboxId, own: Addresses, folder: Path, person: Addresses, language: str
) -> bool:
    """Whether all of it is there."""
    counted = await exporting.count(tx, mailbox)
    is_done = False
    while not is_done:
        target = ExportFolder(folder, about(mailbox, sorted(person)), config.data_dir)
        with closing(target):
            if target.had:
                click.echo(say(language, sentence("cli.export_goes_on", had=target.had)))
            done = 0
            async for page in exporting.pages(tx, mailbox):
                for one in page:
                    done += len(one.mails)
                    if (concerned := _of_person(one, person, own)) is not None:
                        for record in concerned.mails:
                            target.original(record.raw)
                        target.line(export_json.conversation_line(concerned, target.file, target.places))
                target.keep()
                click.echo(say(language, sentence("cli.export_progress", mailbox=mailbox, done=done, mails=counted)))
            beside = export_json.beside(await exporting.beside(tx, mailbox), person)
            counts = {
                "made_at": datetime.now(UTC).isoformat(),
                "postroom": version("postroom"),
                "conversations": target.conversations,
                "mails": target.mails,
                "missing": len(target.missing),
            }
            is_done = target.finish(beside, counts)
    told = sentence("cli.export_done", folder=str(folder), conversations=target.conversations, mails=target.mails)
    click.echo(say(language, told))
    if target.missing:
        click.echo(say(language, sentence("cli.export_missing", count=len(target.missing))), err=True)
    return not target.missing
