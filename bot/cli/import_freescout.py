"""`postroom import-freescout`: a dump or a database, conversation by conversation, also beside the bot."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.accounts import adapters
from bot.cli.ending import Refused, end, of_database
from bot.cli.erased import erased_of
from bot.cli.freescout import FreeScout
from bot.cli.freescout_rows import NAME, Lack
from bot.cli.freescout_source import Source, as_told, source_of, stage
from bot.cli.importing import EACH_SECONDS, alone_or_beside, mailbox_of, refuse_root
from bot.cli.old_files import OldFiles
from bot.cli.outbox import step_of
from bot.cli.sql_dump import NoDump
from bot.config import Config
from bot.domain.ids import MailboxId, UserId
from bot.domain.inputs.imported import RepliesImported
from bot.domain.sentences import Sentence, sentence
from bot.flows.pump.carried import Became, CarriedPump, CarriedTally
from bot.flows.step.step import Step
from bot.process.import_lock import staging_file
from bot.text.wording import say
from storage.connecting import is_there
from storage.database import Database, StorageAway
from storage.faults import Held, Moved, UnknownDatabase
from storage.holding import held
from storage.staging import Staging

_APP_KEY: Final = re.compile(r"""^APP_KEY=["']?([^"'\s]{1,200})["']?\s*$""", re.MULTILINE)
_PERSON: Final = re.compile(r"(\S{1,200})\s+(@[^\s:]{1,200}:\S{1,200})")
_MOST_FILE: Final = 1 << 20
"""Bytes of a file that an option names."""
_ALL: Final = 1 << 60
_TOLD: Final[Mapping[Became, str]] = {
    Became.BROUGHT: "cli.freescout_brought",
    Became.RENUMBERED: "cli.freescout_renumbered",
    Became.BEFORE: "cli.freescout_before",
    Became.LATER: "cli.freescout_later",
    Became.JOINED: "cli.freescout_joined",
    Became.KNOWN: "cli.freescout_known",
    Became.ERASED: "cli.freescout_erased",
    Became.ASIDE: "cli.freescout_aside",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was called with."""

    source: str
    """A dump's file; or a database's URL, or where that stands (`env:NAME`, `file:PATH`)."""
    mailboxes: tuple[str, ...]
    """`ADDRESS` or `THERE=HERE`; empty: each whose address is ours, too."""
    people: Path | None
    attachments: Path | None
    env: Path | None
    """FreeScout's `.env`."""
    zone: str
    password: str | None = None
    """Where that of the URL's user is."""
    with_erased: bool = False
    """Also those of people who were erased since."""


def bring_in(config: Config, asked: Asked, *, language: str) -> int:
    """Bring in its conversations; the exit status: 1 where something has no place."""

    async def within(source: Source) -> tuple[CarriedTally, Lack]:
        refuse_root(config)
        if not is_there(config.database_url):
            raise Refused(sentence("cli.export_nothing"))
        people, zone = _people(asked.people), _zone(asked.zone)
        key = _app_key(asked.env)
        if asked.attachments is not None and not asked.attachments.is_dir():
            raise Refused(sentence("cli.freescout_no_folder", folder=str(asked.attachments)))
        async with held(config.database_url, alone=False):
            return await brought(source, people, zone, key)

    async def brought(source: Source, people: dict[str, UserId], zone: tzinfo, key: str) -> tuple[CarriedTally, Lack]:
        with Staging(staging_file(config.data_dir)) as staging:
            click.echo(say(language, sentence("cli.freescout_reading", file=as_told(source))))
            await stage(source, staging)
            database = await Database.open(config.database_url, migrate=False)
            reader = adapters().reader()
            try:
                step = step_of(database, config)
                chosen = await _chosen(step, staging, asked.mailboxes)
                files = OldFiles(asked.attachments, config.max_mail_mb * 1024 * 1024)
                old = FreeScout(staging, chosen, people, files, key, zone)
                is_erased = None if asked.with_erased else await erased_of(config, database)
                pump = CarriedPump(step, reader, _Progress(language), is_erased)
                await _bring(old, pump)
                return pump.tally, old.lack
            finally:
                await reader.close()
                await database.close()

    os.umask(0o077)
    try:
        source = source_of(asked.source, asked.password, language)
        with alone_or_beside(config):
            tally, lack = asyncio.run(within(source))
    except Refused as refused:
        return end(language, refused.told)
    except Held:
        return end(language, sentence("cli.import_not_now"))
    except NoDump as broken:
        return end(language, sentence("cli.freescout_no_dump", file=asked.source, byte=broken.at))
    except (Moved, UnknownDatabase, StorageAway, SQLAlchemyError) as fault:
        return end(language, of_database(fault))
    except (OSError, sqlite3.Error) as fault:
        named = getattr(fault, "filename", None) or asked.source
        reason = getattr(fault, "strerror", None) or str(fault)
        return end(language, sentence("cli.import_failed", reason=f"{named}: {reason}"))
    return _report(tally, lack, has_key=asked.env is not None, language=language)


async def _bring(old: FreeScout, pump: CarriedPump) -> None:
    """Those whose numbers are free first, in their order; then the others, which get the next ones."""
    following = await pump.next_number()
    await pump.take(old.conversations(old.numbers(at_least=following, below=_ALL)))
    await pump.take(old.conversations(old.numbers(at_least=0, below=following)))
    for mailbox, there, replies in old.replies():
        await pump.replies(RepliesImported(NAME, mailbox, there, (), datetime.now(UTC)), replies)
    old.count_others()


async def _chosen(step: Step, staging: Staging, wanted: tuple[str, ...]) -> dict[str, MailboxId]:
    """Ours, by the address of the mailbox there.

    Raises:
        Refused: one of them is none of the dump's, or none of ours; or none is.
    """
    there = {(row.get("email") or "").lower() for row in staging.every("mailboxes")} - {""}
    found: dict[str, MailboxId] = {}
    for one in wanted or sorted(there):
        name, _, ours = one.partition("=")
        try:
            mailbox = await mailbox_of(step, ours or name)
        except Refused:
            if wanted:
                raise
            continue
        if name.lower() not in there:
            raise Refused(sentence("cli.freescout_no_mailbox", mailbox=name, there=", ".join(sorted(there)) or "–"))
        found[name.lower()] = mailbox.id
    if not found:
        raise Refused(sentence("cli.freescout_none_ours", there=", ".join(sorted(there)) or "–"))
    return found


def _people(file: Path | None) -> dict[str, UserId]:
    """Lines of an address, or a number, of a user there and the Matrix id of the same person.

    Raises:
        Refused: a line is none of these.
    """
    found: dict[str, UserId] = {}
    for number, line in enumerate(_read(file).splitlines(), 1):
        line = line.partition("#")[0].strip() if line.lstrip().startswith("#") else line.strip()
        if not line:
            continue
        parts = _PERSON.fullmatch(line)
        if parts is None:
            raise Refused(sentence("cli.freescout_people", file=str(file), line=number))
        found[parts[1].lower()] = UserId(parts[2])
    return found


def _app_key(file: Path | None) -> str:
    """Raises:
    Refused: the file has none.
    """
    if file is None:
        return ""
    found = _APP_KEY.search(_read(file))
    if found is None:
        raise Refused(sentence("cli.freescout_no_key", file=str(file)))
    return found[1]


def _read(file: Path | None) -> str:
    if file is None:
        return ""
    with file.open("rb") as opened:
        return opened.read(_MOST_FILE).decode("utf-8", "replace")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Refused(sentence("cli.freescout_zone", zone=name)) from None


class _Progress:
    """Tells how far it is, from time to time."""

    def __init__(self, language: str) -> None:
        self._language, self._told = language, time.monotonic()

    def __call__(self, tally: CarriedTally) -> None:
        if time.monotonic() - self._told >= EACH_SECONDS:
            self._told = time.monotonic()
            told = sentence("cli.freescout_progress", done=tally.done, mails=tally.mails)
            click.echo(say(self._language, told))


def _report(tally: CarriedTally, lack: Lack, *, has_key: bool, language: str) -> int:
    """Say what was brought in and what has no place; the exit status."""
    told = [sentence("cli.freescout_done", count=tally.done, mails=tally.mails, notes=tally.notes)]
    told += [sentence(key, count=count) for one, key in _TOLD.items() if (count := tally.conversations[one])]
    if tally.differing:
        told.append(sentence("cli.freescout_differing", count=tally.differing))
    if tally.erased:
        told.append(sentence("cli.import_erased", count=tally.erased))
    if tally.heads:
        told.append(sentence("cli.import_heads", count=tally.heads))
    lacks = _lacks(lack)
    if not has_key:
        lacks.append(sentence("cli.freescout_keyless"))
    for one in told:
        click.echo(say(language, one))
    for one in lacks:
        click.echo("  " + say(language, one))
    is_lost = any(lack.counts[one] for one in ("bodies", "empty", "files", "threads"))
    is_left = tally.differing or any(tally.conversations[one] for one in (Became.ASIDE, Became.LATER))
    return 1 if is_lost or is_left else 0


def _lacks(lack: Lack) -> list[Sentence]:
    told = [sentence(f"cli.freescout_lack.{kind}", count=count) for kind, count in sorted(lack.counts.items())]
    if lack.places:
        told.append(sentence("cli.freescout_places", places=", ".join(lack.places)))
    for address, count in sorted(lack.mailboxes.items()):
        told.append(sentence("cli.freescout_other", mailbox=address, count=count))
    for address, count in sorted(lack.people.items()):
        told.append(sentence("cli.freescout_person", person=address, count=count))
    return told
