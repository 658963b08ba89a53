"""`postroom backup FOLDER`, or `--archive FILE`: the database and the kept files, whole, while the bot runs.

The database first: a file is kept before the database refers to it, and stays, so that what the copy refers to is
there when the files are copied. Keys of Matrix are left out: an older state of them cannot be used, and `secret_key`
makes the same identity anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.archive import ToArchive
from bot.cli.ending import end, of_database
from bot.cli.kept_files import files_missing
from bot.cli.manifest import DIGEST, Manifest, Taken, digest_of
from bot.cli.passphrase import LEAST, NoPassphrase, passphrase
from bot.cli.sealed import Damaged, NotOpened
from bot.cli.to_folder import ToFolder
from bot.config import Config
from bot.domain.sentences import sentence
from bot.process.lock import AlreadyRunning, FolderLock
from bot.process.statuses import EX_DATA
from bot.text.wording import say
from storage import copies, dumps
from storage.database import StorageAway
from storage.faults import DatabaseBroken, Moved


class _Target(Protocol):
    """Where a backup goes."""

    @property
    def place(self) -> Path:
        """As it is named to people."""

    @property
    def work(self) -> Path:
        """A folder of one backup at a time, in which the copy of the database is made."""

    def prepare(self) -> None:
        """Make that folder. Raises: OSError."""

    def begin(self) -> None:
        """Raises: OSError."""

    def take(self, blob: Path, size: int) -> Taken:
        """Take a kept file. Raises: OSError."""

    def finish(self, manifest: Manifest) -> None:
        """From now on it is a backup. Raises: OSError, Damaged."""

    def give_up(self) -> None:
        """The backup of before is still one."""


@dataclass(frozen=True, slots=True)
class _Made:
    manifest: Manifest
    fresh: int
    damaged: tuple[str, ...]
    missing: int


def back_up(config: Config, folder: Path, *, language: str) -> int:
    """Copy into the folder what is not there yet; the exit status."""
    return _back_up(config, ToFolder(folder), "cli.backup_done", language)


def seal(config: Config, file: Path, passphrase_file: Path | None, *, language: str) -> int:
    """Write all of it into one sealed file; the exit status."""
    try:
        words = passphrase(passphrase_file)
    except NoPassphrase as why:
        return end(language, why.told)
    if len(words) < LEAST:
        return end(language, sentence("cli.passphrase_short", least=LEAST))
    return _back_up(config, ToArchive(file, words, config.data_dir / "archiving"), "cli.archive_done", language)


def _back_up(config: Config, target: _Target, done: str, language: str) -> int:
    # For our eyes only from the beginning: it is mail in clear.
    os.umask(0o077)
    try:
        target.prepare()
        with FolderLock(target.work):
            made = _made(config, target)
    except AlreadyRunning:
        return end(language, sentence("cli.backup_busy", folder=str(target.place)))
    except dumps.NoProgram as program:
        return end(language, sentence("cli.backup_no_program", program=str(program)))
    except dumps.ProgramFailed as said:
        return end(language, sentence("cli.backup_failed", reason=str(said)))
    except (Damaged, NotOpened):
        return end(language, sentence("cli.archive_not_read_again", file=str(target.place)))
    except DatabaseBroken:
        return end(language, sentence("run.database_broken"), EX_DATA)
    except (Moved, StorageAway, SQLAlchemyError) as fault:
        return end(language, of_database(fault))
    except OSError as fault:
        return end(
            language, sentence("cli.backup_failed", reason=f"{fault.filename or target.place}: {fault.strerror}")
        )
    counts = {"files": len(made.manifest.blobs), "fresh": made.fresh}
    click.echo(say(language, sentence(done, folder=str(target.place), **counts)))
    if made.damaged:
        return end(language, sentence("cli.backup_damaged", count=len(made.damaged), names=", ".join(made.damaged)))
    if made.missing:
        return end(language, sentence("cli.backup_missing", count=made.missing))
    return 0


def _made(config: Config, target: _Target) -> _Made:
    at = datetime.now(UTC)
    is_file = copies.file_of(config.database_url) is not None
    database = target.work / f"database-{at:%Y%m%dT%H%M%S%f}.{'db' if is_file else 'dump'}"
    try:
        schema = asyncio.run(copies.copied(config.database_url, database))
        with database.open("rb") as file:
            os.fsync(file.fileno())
        target.begin()
        taken = {blob.name: _taken(target, blob) for blob in _blobs(config.data_dir / "blobs")}
        kept = {name: size for name, (how, size) in taken.items() if how in (Taken.FRESH, Taken.HAD)}
        manifest = Manifest(
            made_at=at,
            postroom=version("postroom"),
            kind="sqlite" if is_file else "postgresql",
            file=database.name,
            schema=schema,
            sha256=digest_of(database),
            size=database.stat().st_size,
            blobs=kept,
        )
        damaged = tuple(name for name, (how, _) in taken.items() if how is Taken.DAMAGED)
        url = f"sqlite:///{database}" if is_file else config.database_url
        missing = asyncio.run(files_missing(url, config.data_dir, {*kept, *damaged}))
        target.finish(manifest)
    except BaseException:
        target.give_up()
        database.unlink(missing_ok=True)
        raise
    return _Made(manifest, sum(how is Taken.FRESH for how, _ in taken.values()), damaged, missing)


def _taken(target: _Target, blob: Path) -> tuple[Taken, int]:
    # One that is deleted meanwhile is gone in the database, too.
    try:
        size = blob.stat().st_size
        return target.take(blob, size), size
    except FileNotFoundError:
        return Taken.GONE, 0


def _blobs(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        for part in sorted(folder.iterdir()):
            if len(part.name) == 2 and part.is_dir():
                yield from (one for one in sorted(part.iterdir()) if DIGEST.fullmatch(one.name))
