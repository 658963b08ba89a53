"""Commands for all that is kept: backup and restore, export and import, a person's data, another database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from bot.cli.said import (
    FILE,
    SaidCommand,
    SaidGroup,
    SaidOption,
    config_option,
    fail,
    loaded_from,
    quiet,
    terminal_language,
)
from bot.domain.sentences import sentence

_passphrase_option = click.option("--passphrase-file", "passphrase_file", cls=SaidOption, type=FILE)
_password_option = click.option("--password", cls=SaidOption, metavar="env:NAME|file:PATH")
_with_erased_option = click.option("--with-erased", "with_erased", cls=SaidOption, is_flag=True)


class _GdprCommand(SaidCommand):
    help_keys = "cli.help.gdpr"


@click.command(cls=SaidCommand)
@config_option
@click.option("--archive", cls=SaidOption, type=FILE, metavar="FILE")
@_passphrase_option
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]")
def backup(config: Path, archive: Path | None, passphrase_file: Path | None, folder: Path | None) -> None:
    loaded = loaded_from(config)
    from bot.cli.backup import back_up, seal

    language = terminal_language(loaded.language)
    if folder is not None and archive is None:
        sys.exit(back_up(loaded, folder, language=language))
    if archive is None or folder is not None:
        fail(sentence("cli.backup_where"), 2)
    sys.exit(seal(loaded, archive, passphrase_file, language=language))


@click.command("restore", cls=SaidCommand)
@config_option
@click.option("--replace", cls=SaidOption, is_flag=True)
@_passphrase_option
@click.argument("backup", type=click.Path(path_type=Path), metavar="FOLDER|FILE")
def restore_from(config: Path, replace: bool, passphrase_file: Path | None, backup: Path) -> None:
    loaded = loaded_from(config)
    from bot.cli.restore import restore

    language = terminal_language(loaded.language)
    sys.exit(restore(loaded, backup, passphrase_file, replace=replace, language=language))


@click.command("export", cls=SaidCommand)
@config_option
@click.argument("mailbox", metavar="MAILBOX")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
def export_mailbox(config: Path, mailbox: str, folder: Path) -> None:
    loaded = loaded_from(config)
    from bot.cli.export import export

    sys.exit(export(loaded, mailbox, folder, language=terminal_language(loaded.language)))


@click.command("import", cls=SaidCommand)
@config_option
@click.option("--kind", cls=SaidOption, type=click.Choice(["mbox", "maildir", "eml"]))
@_password_option
@_with_erased_option
@click.argument("mailbox", metavar="MAILBOX")
@click.argument("source", metavar="SOURCE")
def import_mails(
    config: Path, kind: str | None, mailbox: str, source: str, password: str | None, *, with_erased: bool
) -> None:
    loaded = loaded_from(config)
    from bot.cli.import_sources import Kind
    from bot.cli.importing import Asked, bring_in

    asked = Asked(mailbox, source, Kind(kind) if kind is not None else None, password, with_erased)
    sys.exit(bring_in(loaded, asked, language=quiet(loaded)))


@click.command("import-freescout", cls=SaidCommand)
@config_option
@click.option("--mailbox", "mailboxes", cls=SaidOption, multiple=True, metavar="ADDRESS[=OURS]")
@click.option("--people", cls=SaidOption, type=FILE, metavar="FILE")
@click.option("--attachments", cls=SaidOption, type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
@click.option("--env", cls=SaidOption, type=FILE, metavar="FILE")
@click.option("--timezone", cls=SaidOption, default="UTC", metavar="ZONE")
@_password_option
@_with_erased_option
@click.argument("source", metavar="DUMP|URL")
def import_freescout(
    config: Path,
    mailboxes: tuple[str, ...],
    people: Path | None,
    attachments: Path | None,
    env: Path | None,
    timezone: str,
    password: str | None,
    source: str,
    *,
    with_erased: bool,
) -> None:
    loaded = loaded_from(config)
    from bot.cli.import_freescout import Asked, bring_in

    asked = Asked(source, mailboxes, people, attachments, env, timezone, password, with_erased)
    sys.exit(bring_in(loaded, asked, language=quiet(loaded)))


@click.group(cls=SaidGroup)
def gdpr() -> None:
    pass


@gdpr.command("export", cls=_GdprCommand)
@config_option
@click.argument("address", metavar="ADDRESS")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
def gdpr_export(config: Path, address: str, folder: Path) -> None:
    loaded = loaded_from(config)
    from bot.cli.export import export_person

    sys.exit(export_person(loaded, address, folder, language=terminal_language(loaded.language)))


@gdpr.command("erase", cls=_GdprCommand)
@config_option
@click.option("--yes", cls=SaidOption, is_flag=True)
@click.argument("address", metavar="ADDRESS")
def gdpr_erase(config: Path, yes: bool, address: str) -> None:
    loaded = loaded_from(config)
    from bot.cli.erase import erase

    sys.exit(erase(loaded, address, yes=yes, language=terminal_language(loaded.language)))


@click.command("move-database", cls=SaidCommand)
@config_option
@click.option("--take-back", "take_back", cls=SaidOption, is_flag=True)
@click.argument("url", required=False, metavar="[URL]")
def move_database(config: Path, take_back: bool, url: str | None) -> None:
    loaded = loaded_from(config)
    from bot.cli import move_database as moving

    if (url is None) != take_back:
        fail(sentence("cli.move_bad_url"), 1)
    language = terminal_language(loaded.language)
    if url is None:
        sys.exit(moving.take_back(loaded, language=language))
    sys.exit(moving.move_database(loaded, url, language=language))


DATA_COMMANDS: Final[tuple[click.Command, ...]] = (
    backup,
    restore_from,
    export_mailbox,
    import_mails,
    import_freescout,
    gdpr,
    move_database,
)
