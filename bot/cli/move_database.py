"""`postroom move-database URL`: from SQLite to PostgreSQL and back, for a bot that stands still."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Final

import click
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.cli.ending import end, of_database
from bot.cli.kept_files import give
from bot.config import Config
from bot.domain.sentences import Sentence, sentence
from bot.process.import_lock import IMPORTS, ImportLock, ImportRuns
from bot.process.lock import LOCK, AlreadyRunning, FolderLock
from bot.process.statuses import EX_DATA, EX_UNAVAILABLE
from bot.text.wording import say
from storage import copies, relocation
from storage.connecting import driver_url
from storage.database import StorageAway
from storage.faults import DatabaseBroken, Moved, UnknownDatabase
from storage.rows import NotTheSame

_NAMED = "env:"


class _BadUrl(Exception):
    """Neither a file nor a server's database; or the variable that names it is not there."""


class _NotLeft(Exception):
    """Nothing was moved away."""


def move_database(config: Config, named: str, *, language: str) -> int:
    """Move everything to the database of the URL, or to that in `env:NAME`; the exit status."""

    def moved() -> Sentence:
        target = _url(named)
        rows = asyncio.run(relocation.relocate(config.database_url, target, _Progress(language)))
        return sentence("cli.move_done", rows=rows, line=_line(named, target))

    return _while_stopped(config, moved, language)


def take_back(config: Config, *, language: str) -> int:
    """Let the database that was left be served again; the exit status."""

    def taken() -> Sentence:
        if not asyncio.run(relocation.take_back(config.database_url)):
            raise _NotLeft
        return sentence("cli.move_taken_back")

    return _while_stopped(config, taken, language)


def _while_stopped(config: Config, act: Callable[[], Sentence], language: str) -> int:
    # A file is for our eyes only from the beginning.
    os.umask(0o077)
    try:
        with FolderLock(config.data_dir), ImportLock(config.data_dir, alone=True):
            give(config.data_dir / LOCK, config.data_dir)
            give(config.data_dir / IMPORTS, config.data_dir)
            told = act()
    except ImportRuns:
        return end(language, sentence("cli.import_runs"), EX_UNAVAILABLE)
    except (AlreadyRunning, relocation.InUse):
        return end(language, sentence("cli.restore_running"), EX_UNAVAILABLE)
    except DatabaseBroken:
        return end(language, sentence("run.database_broken"), EX_DATA)
    except (_BadUrl, _NotLeft, relocation.NoDatabase, relocation.OlderDatabase, relocation.NotEmpty) as refused:
        return end(language, sentence(_REFUSED[type(refused)]))
    except NotTheSame as other:
        return end(language, sentence("cli.move_differs", table=other.table))
    except (Moved, UnknownDatabase, StorageAway, SQLAlchemyError, OSError) as fault:
        return end(language, of_database(fault))
    return end(language, told, 0)


_REFUSED: Final[dict[type[Exception], str]] = {
    _BadUrl: "cli.move_bad_url",
    _NotLeft: "cli.move_not_left",
    relocation.NoDatabase: "cli.move_nothing",
    relocation.OlderDatabase: "cli.move_older",
    relocation.NotEmpty: "cli.move_not_empty",
}


class _Progress:
    """A line for each table, and more for a long one: first as it is copied, then as it is compared."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._copied: set[str] = set()

    def __call__(self, table: str, done: int, of: int) -> None:
        key = "cli.move_compared" if table in self._copied else "cli.move_copied"
        if done == of:
            self._copied.add(table)
        click.echo(say(self._language, sentence(key, table=table, done=done, rows=of)))


def _url(named: str) -> str:
    """With a file's whole path.

    Raises:
        _BadUrl
    """
    url = os.environ.get(named.removeprefix(_NAMED), "") if named.startswith(_NAMED) else named
    try:
        target = driver_url(url)
    except (ArgumentError, ValueError):
        raise _BadUrl from None
    file = copies.file_of(url)
    if not target.database or (file is not None and not file.is_absolute()):
        raise _BadUrl
    return url


def _line(named: str, url: str) -> str:
    """What stands in config.yaml from then on; a password is not shown."""
    name = named.removeprefix(_NAMED)
    return f"database: {{env: {name}}}" if name != named else f'database: "{relocation.shown(url)}"'
