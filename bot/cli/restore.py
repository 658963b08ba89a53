"""`postroom restore FOLDER`, or FILE of an archive: puts a backup into place for a bot that stands still.

The next start knows by a mark in the copy that it was put back, and looks before it works what was done since then.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.archive import unpacked
from bot.cli.ending import Refused, end, of_database
from bot.cli.erase import erase_listed
from bot.cli.erased import listed_since, look_at_list, share_list
from bot.cli.kept_files import files_missing, give
from bot.cli.manifest import Manifest, NewerBackup, NoBackup, blob_path, copied, digest_of, read, sync_folder
from bot.cli.passphrase import NoPassphrase, passphrase
from bot.cli.sealed import Damaged, NotOpened
from bot.config import Config
from bot.domain.sentences import sentence
from bot.process.import_lock import IMPORTS, ImportLock, ImportRuns
from bot.process.lock import LOCK, AlreadyRunning, FolderLock
from bot.process.statuses import EX_UNAVAILABLE
from bot.text.dates import moment
from bot.text.wording import say
from storage import copies, dumps
from storage.database import Database, StorageAway
from storage.faults import DatabaseBroken, Held, Moved, UnknownDatabase
from storage.holding import held
from storage.migrations import knows


def restore(config: Config, source: Path, passphrase_file: Path | None, *, replace: bool, language: str) -> int:
    """Put back what is in a folder, or in an archive, or say why not and change nothing; the exit status."""
    os.umask(0o077)
    try:
        # An archive needs a place to be opened in, a folder none before it was looked at.
        manifest = _looked_at(config, source) if not source.is_file() else None
        if not config.data_dir.exists():
            if os.geteuid() == 0:
                # It would belong to root, and lock the bot out.
                raise Refused(sentence("cli.restore_no_folder", folder=str(config.data_dir)))
            config.data_dir.mkdir(mode=0o700, parents=True)
        with FolderLock(config.data_dir), ImportLock(config.data_dir, alone=True):
            give(config.data_dir / LOCK, config.data_dir)
            give(config.data_dir / IMPORTS, config.data_dir)
            with nullcontext(source) if manifest is not None else _opened(config, source, passphrase_file) as folder:
                manifest = manifest or _looked_at(config, folder)
                missing, aside = _put_back(config, folder, manifest, replace=replace, language=language)
    except Refused as refused:
        return end(language, refused.told)
    except (ImportRuns, Held):
        return end(language, sentence("cli.import_runs"), EX_UNAVAILABLE)
    except AlreadyRunning:
        return end(language, sentence("cli.restore_running"), EX_UNAVAILABLE)
    except dumps.NoProgram as program:
        return end(language, sentence("cli.backup_no_program", program=str(program)))
    except dumps.ProgramFailed as said:
        return end(language, sentence("cli.restore_failed", reason=str(said)))
    except DatabaseBroken:
        return end(language, sentence("cli.restore_damaged", file=str(source)))
    except (StorageAway, SQLAlchemyError) as fault:
        return end(language, of_database(fault))
    except OSError as fault:
        return end(language, sentence("cli.restore_failed", reason=f"{fault.filename or source}: {fault.strerror}"))
    at = moment(manifest.made_at, language=language, timezone=config.timezone)
    click.echo(say(language, sentence("cli.restore_done", at=at, files=len(manifest.blobs))))
    if aside:
        click.echo(say(language, sentence("cli.restore_aside", aside=aside)))
    if missing:
        click.echo(say(language, sentence("cli.restore_missing", count=missing)), err=True)
    return 0


@contextmanager
def _opened(config: Config, file: Path, passphrase_file: Path | None) -> Iterator[Path]:
    """The folder that an archive is a copy of."""
    try:
        words = passphrase(passphrase_file)
    except NoPassphrase as why:
        raise Refused(why.told) from None
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(unpacked(file, words, config.data_dir))
        except NotOpened:
            raise Refused(sentence("cli.archive_not_opened", file=str(file))) from None
        except (Damaged, NoBackup):
            raise Refused(sentence("cli.restore_damaged", file=str(file))) from None
        yield folder


def _looked_at(config: Config, folder: Path) -> Manifest:
    """The manifest of a backup whose every file is as it was written."""
    try:
        manifest = read(folder)
    except NewerBackup:
        raise Refused(sentence("cli.restore_newer")) from None
    except NoBackup:
        raise Refused(sentence("cli.restore_no_backup", folder=str(folder))) from None
    if not knows(manifest.schema):
        raise Refused(sentence("cli.restore_newer"))
    if (copies.file_of(config.database_url) is not None) != (manifest.kind == "sqlite"):
        raise Refused(sentence("cli.restore_other_kind"))
    _same(folder / manifest.file, manifest.sha256, manifest.size)
    for name, size in manifest.blobs.items():
        _same(blob_path(folder, name), name, size)
    return manifest


def _same(file: Path, digest: str, size: int) -> None:
    try:
        is_same = file.stat().st_size == size and digest_of(file) == digest
    except FileNotFoundError:
        is_same = False
    if not is_same:
        raise Refused(sentence("cli.restore_damaged", file=str(file)))


def _put_back(config: Config, folder: Path, manifest: Manifest, *, replace: bool, language: str) -> tuple[int, str]:
    """The files first, the database last, in one step: an end halfway leaves no bot that misses a file.

    Returns how many files are nowhere that the database names, and where the one of before is; empty: there was none.
    """
    look_at_list(config)
    database = copies.file_of(config.database_url)
    is_there = copies.is_there(database) if database is not None else _looked_at_server(config.database_url)
    if is_there and not replace:
        raise Refused(sentence("cli.restore_there", database=str(database or make_url(config.database_url).database)))
    _put_blobs(config, folder, manifest)
    aside = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    if database is None:
        name = aside if is_there else None
        asyncio.run(_load(config, folder / manifest.file, manifest, name, language=language))
        kept = dumps.schema_of(name) if name is not None else ""
        return asyncio.run(files_missing(config.database_url, config.data_dir)), kept
    missing = asyncio.run(files_missing(f"sqlite:///{folder / manifest.file}", config.data_dir))
    fresh = database.with_name(f"{database.name}.restoring")
    try:
        _forget(fresh)
        if copied(folder / manifest.file, fresh) != manifest.sha256:
            raise Refused(sentence("cli.restore_damaged", file=str(fresh)))
        asyncio.run(copies.mark_as_put_back(f"sqlite:///{fresh}"))
        asyncio.run(erase_listed(config, f"sqlite:///{fresh}", language, manifest.made_at, manifest.blobs))
        give(fresh, config.data_dir)
        copies.put_in_place(fresh, database, f"replaced-{aside}")
    finally:
        # On a full disk as well: the bot needs the room.
        _forget(fresh)
    sync_folder(database.parent)
    return missing, f"{database.name}.replaced-{aside}" if is_there else ""


async def _load(config: Config, dump: Path, manifest: Manifest, name: str | None, *, language: str) -> None:
    """Into PostgreSQL, while no other machine imports."""
    async with held(config.database_url, alone=True):
        if name is not None:
            await _take_list_along(config)
        is_served = not listed_since(config, manifest.made_at)
        await dumps.loaded(config.database_url, dump, name=name, is_served=is_served)
        await erase_listed(config, config.database_url, language, manifest.made_at, manifest.blobs)


async def _take_list_along(config: Config) -> None:
    """Whom another machine has erased stands in the database that is replaced; one that cannot be read has no word."""
    with suppress(Moved, UnknownDatabase, StorageAway, SQLAlchemyError):
        database = await Database.open(config.database_url, migrate=False)
        try:
            await share_list(config, database)
        finally:
            await database.close()


def _forget(fresh: Path) -> None:
    for tail in ("", "-wal", "-shm"):
        Path(f"{fresh}{tail}").unlink(missing_ok=True)


def _looked_at_server(url: str) -> bool:
    """Whether something is in this PostgreSQL database, which nobody uses."""
    if asyncio.run(dumps.is_used_by_others(url)):
        raise AlreadyRunning(url)
    return asyncio.run(dumps.holds_tables(url))


def _put_blobs(config: Config, folder: Path, manifest: Manifest) -> None:
    blobs = config.data_dir / "blobs"
    _made(blobs, config.data_dir)
    for name, size in manifest.blobs.items():
        target = blob_path(config.data_dir, name)
        _made(target.parent, config.data_dir)
        if target.exists() and target.stat().st_size == size and digest_of(target) == name:
            give(target, config.data_dir)
            continue
        new = target.parent / "incoming"
        new.unlink(missing_ok=True)
        if copied(blob_path(folder, name), new) != name:
            new.unlink()
            raise Refused(sentence("cli.restore_damaged", file=str(blob_path(folder, name))))
        give(new, config.data_dir)
        new.replace(target)
        sync_folder(target.parent)
    sync_folder(blobs)


def _made(folder: Path, owner: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    give(folder, owner)
