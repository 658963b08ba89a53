"""Where a FreeScout is read from: a dump, or its database by URL. Both give the same rows to the same staging."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from sqlalchemy import URL

from bot.adapters.old_database import NEEDS_TLS, NoDriver, NoUrl, address_of, copy_out, shown
from bot.cli.dumps import rows_of
from bot.cli.ending import Refused
from bot.cli.freescout_rows import COLUMNS, NEEDED, PARENT, Row, number_in
from bot.cli.given_secret import is_named, password_for, words_at
from bot.cli.sql_dump import MOST_VALUE
from bot.domain.sentences import sentence
from bot.ports import CredentialsRefused, Unavailable
from storage.staging import Staging

Source = Path | URL


def source_of(given: str, password: str | None, language: str) -> Source:
    """Args:
        password: `env:NAME` or `file:PATH`; None: asked for, where somebody sits there.

    Raises:
        Refused: it is a URL that cannot be used, or one whose password everybody sees.
    """
    if not is_named(given) and "://" not in given:
        return Path(given)
    try:
        url = address_of(words_at(given) if is_named(given) else given)
    except NoUrl:
        raise Refused(sentence("cli.freescout_bad_url")) from None
    if url.password is not None and not is_named(given):
        raise Refused(sentence("cli.import_open_password"))
    if url.password is None or password is not None:
        url = url.set(password=password_for(url.username or "", password, language) or None)
    return url


def as_told(source: Source) -> str:
    """As it may be told."""
    match source:
        case Path():
            return str(source)
        case URL():
            return shown(source)
        case never:
            assert_never(never)


async def stage(source: Source, staging: Staging) -> None:
    """All rows that are read, as they stand there now.

    Raises:
        NoDump, OSError, sqlite3.Error
        Refused: the database is away; or tables without which there is no FreeScout are not there, or empty.
    """
    there: set[str] = set()

    def take(table: str, row: Row) -> None:
        there.add(table)
        kept = {name: row[name] for name in COLUMNS[table] if name in row}
        staging.add(table, number_in(row, "id"), number_in(row, PARENT[table]), kept)

    match source:
        case Path():
            with source.open("rb") as file:
                for table, row in rows_of(file, COLUMNS):
                    take(table, row)
        case URL():
            try:
                await copy_out(source, COLUMNS, take, longest=MOST_VALUE)
            except NoDriver:
                raise Refused(sentence("cli.freescout_no_driver")) from None
            except CredentialsRefused:
                raise Refused(sentence("cli.freescout_login", url=shown(source))) from None
            except Unavailable as away:
                if away.reason == NEEDS_TLS:
                    raise Refused(sentence("cli.freescout_needs_tls", url=shown(source))) from None
                raise Refused(sentence("cli.freescout_away", url=shown(source), reason=away.reason)) from None
        case never:
            assert_never(never)
    staging.settle()
    if missing := NEEDED - there:
        raise Refused(sentence("cli.freescout_empty", file=as_told(source), tables=", ".join(sorted(missing))))
