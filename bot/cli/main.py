"""The command line `postroom`: each command imports what it needs when it runs, so that `parse` starts at once."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.domain.sentences import Sentence, sentence
from bot.process.statuses import EX_CONFIG

if TYPE_CHECKING:
    from bot.cli.outbox import Action
    from bot.config import Config, ConfigMistakes


def main() -> None:
    """The entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a mark in its place, never a stack.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    cli(prog_name="postroom")


# --- words ------------------------------------------------------------------------------------------------------------


def terminal_language(preferred: str | None = None) -> str:
    """The terminal's language if we speak it, else the configuration's, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = os.environ.get(name, "")
        if wanted:
            short = wanted[:2].lower()
            if short in {"en", "fr"}:
                return short
            break
    return preferred or "en"


def say(what: Sentence, language: str | None = None) -> str:
    """A sentence for the person at the terminal."""
    from bot.text import wording

    return wording.say(language or terminal_language(), what)


class _SaidOption(click.Option):
    """An option whose help is the catalogue entry `cli.help.option.NAME`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], say(sentence(f"cli.help.option.{self.name}")))


class _SaidCommand(click.Command):
    """A command whose help is the catalogue entry `cli.help.NAME`."""

    help_key: str = ""
    _said_help_option: click.Option | None = None

    def _said(self) -> str:
        return say(sentence(self.help_key or f"cli.help.{self.name}"))

    def get_short_help_str(self, limit: int = 45) -> str:
        return self._said()

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self._said())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is None or isinstance(option, _SaidOption):
            return option
        if self._said_help_option is None:
            self._said_help_option = _SaidOption(
                option.opts, is_flag=True, is_eager=True, expose_value=False, callback=option.callback
            )
        return self._said_help_option


class _SaidGroup(_SaidCommand, click.Group):
    command_class = _SaidCommand


class _OutboxCommand(_SaidCommand):
    def _said(self) -> str:
        return say(sentence(f"cli.help.outbox.{self.name}"))


class _GdprCommand(_SaidCommand):
    def _said(self) -> str:
        return say(sentence(f"cli.help.gdpr.{self.name}"))


class _ShuntedCommand(_SaidCommand):
    def _said(self) -> str:
        return say(sentence(f"cli.help.shunted.{self.name}"))


class _ShuntedGroup(_SaidGroup):
    help_key = "cli.help.outbox.shunted"


class _Postroom(_SaidGroup):
    help_key = "cli.help.group"


_FILE = click.Path(path_type=Path, dir_okay=False)
_config_option = click.option(
    "-c", "--config", "config", cls=_SaidOption, required=True, type=_FILE, metavar="config.yaml"
)
_passphrase_option = click.option("--passphrase-file", "passphrase_file", cls=_SaidOption, type=_FILE)
_password_option = click.option("--password", cls=_SaidOption, metavar="env:NAME|file:PATH")
_with_erased_option = click.option("--with-erased", "with_erased", cls=_SaidOption, is_flag=True)


# --- the commands -----------------------------------------------------------------------------------------------------


@click.group(cls=_Postroom)
@click.version_option(package_name="postroom")
def cli() -> None:
    pass


@cli.command()
@_config_option
def run(config: Path) -> None:
    # What is loaded now stays as long as the process: no search for garbage goes through it, now or later.
    gc.disable()
    loaded = _loaded(config)
    import asyncio

    from bot.cli.check import stops_the_start
    from bot.process import log

    if status := stops_the_start(loaded, config, language=terminal_language(loaded.language)):
        sys.exit(status)
    from bot.cli.serving import run as run_bot
    from bot.config import load

    gc.freeze()
    gc.enable()
    log.set_up(level=loaded.log.level, format=loaded.log.format)
    try:
        status = asyncio.run(run_bot(loaded, lambda: load(config)))
    except KeyboardInterrupt:
        # Ctrl-C before the bot listened to signals.
        status = 0
    sys.exit(status)


@cli.command()
@_config_option
@click.option("--user", cls=_SaidOption, metavar="@BOT:SERVER")
@click.option("--homeserver", cls=_SaidOption, metavar="URL")
@click.option("--admin", cls=_SaidOption, metavar="@ADMIN:SERVER")
@click.option("--data-dir", cls=_SaidOption, metavar="FOLDER")
def init(config: Path, user: str | None, homeserver: str | None, admin: str | None, data_dir: str | None) -> None:
    from bot.cli.init import Given
    from bot.cli.init import init as set_up
    from bot.process import log

    # Steps of the login are not what was asked for.
    log.set_up(level="warning", format="console")
    sys.exit(set_up(config, Given(user, homeserver, admin, data_dir), language=terminal_language()))


@cli.command()
@_config_option
@click.option("--connect", cls=_SaidOption, is_flag=True)
def check(config: Path, connect: bool) -> None:
    loaded = _loaded(config)
    from bot.cli.check import check_and_print

    sys.exit(check_and_print(loaded, config, language=terminal_language(loaded.language), connect=connect))


@cli.command()
@click.option("--user", cls=_SaidOption, required=True, metavar="@BOT:SERVER")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
def registration(user: str, file: Path) -> None:
    from bot.cli.registration import register

    sys.exit(register(user, file, language=terminal_language()))


@cli.command("recovery-key")
@_config_option
def recovery_key(config: Path) -> None:
    loaded = _loaded(config)
    from bot.accounts import recovery_key as kept

    try:
        key = kept(loaded)
    except ValueError:
        _fail(sentence("run.keys_sealed", path="secret_key"), EX_CONFIG)
    if not key:
        _fail(sentence("cli.no_recovery_key"), 1)
    click.echo(key)


@cli.command()
@_config_option
@click.argument("user", metavar="USER")
@click.argument("key", nargs=-1, metavar="[KEY]")
def trust(config: Path, user: str, key: tuple[str, ...]) -> None:
    loaded = _loaded(config)
    from bot.cli.trust import trust as act

    sys.exit(act(loaded, user, key, language=_quiet(loaded)))


@cli.command()
@_config_option
@click.argument("room", metavar="ROOM")
def unencrypted(config: Path, room: str) -> None:
    loaded = _loaded(config)
    from bot.cli.trust import take_for_unencrypted

    sys.exit(take_for_unencrypted(loaded, room, language=terminal_language(loaded.language)))


@cli.command()
@click.option("--exit", "exit", cls=_SaidOption, is_flag=True)
def demo(exit: bool) -> None:
    try:
        from bot.demo.play import main as play
    except ImportError as missing:
        _fail(sentence("cli.demo_missing", detail=missing.name or str(missing)), 1)
    sys.exit(play(exit_after=exit))


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", cls=_SaidOption, is_flag=True)
def parse(files: tuple[str, ...], as_json: bool) -> None:
    from bot.cli.parse import parse_all

    sys.exit(parse_all(files, as_json=as_json, unreadable=say_unreadable))


def say_unreadable(file: str, reason: str) -> None:
    """Tell the person at the terminal that a file cannot be read."""
    click.echo(say(sentence("cli.file_unreadable", file=file, reason=reason)), err=True)


@cli.command()
@_config_option
def migrate(config: Path) -> None:
    loaded = _loaded(config)
    from bot.cli.outbox import migrate_database

    sys.exit(migrate_database(loaded, language=terminal_language(loaded.language)))


@cli.command()
@_config_option
@click.option("--archive", cls=_SaidOption, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@_passphrase_option
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]")
def backup(config: Path, archive: Path | None, passphrase_file: Path | None, folder: Path | None) -> None:
    loaded = _loaded(config)
    from bot.cli.backup import back_up, seal

    language = terminal_language(loaded.language)
    if folder is not None and archive is None:
        sys.exit(back_up(loaded, folder, language=language))
    if archive is None or folder is not None:
        _fail(sentence("cli.backup_where"), 2)
    sys.exit(seal(loaded, archive, passphrase_file, language=language))


@cli.command("restore")
@_config_option
@click.option("--replace", cls=_SaidOption, is_flag=True)
@_passphrase_option
@click.argument("backup", type=click.Path(path_type=Path), metavar="FOLDER|FILE")
def restore_from(config: Path, replace: bool, passphrase_file: Path | None, backup: Path) -> None:
    loaded = _loaded(config)
    from bot.cli.restore import restore

    language = terminal_language(loaded.language)
    sys.exit(restore(loaded, backup, passphrase_file, replace=replace, language=language))


@cli.command("export")
@_config_option
@click.argument("mailbox", metavar="MAILBOX")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
def export_mailbox(config: Path, mailbox: str, folder: Path) -> None:
    loaded = _loaded(config)
    from bot.cli.export import export

    sys.exit(export(loaded, mailbox, folder, language=terminal_language(loaded.language)))


@cli.command("import")
@_config_option
@click.option("--kind", cls=_SaidOption, type=click.Choice(["mbox", "maildir", "eml"]))
@_password_option
@_with_erased_option
@click.argument("mailbox", metavar="MAILBOX")
@click.argument("source", metavar="SOURCE")
def import_mails(
    config: Path, kind: str | None, mailbox: str, source: str, password: str | None, *, with_erased: bool
) -> None:
    loaded = _loaded(config)
    from bot.cli.import_sources import Kind
    from bot.cli.importing import Asked, bring_in

    asked = Asked(mailbox, source, Kind(kind) if kind is not None else None, password, with_erased)
    sys.exit(bring_in(loaded, asked, language=_quiet(loaded)))


@cli.command("import-freescout")
@_config_option
@click.option("--mailbox", "mailboxes", cls=_SaidOption, multiple=True, metavar="ADDRESS[=OURS]")
@click.option("--people", cls=_SaidOption, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--attachments", cls=_SaidOption, type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
@click.option("--env", cls=_SaidOption, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--timezone", cls=_SaidOption, default="UTC", metavar="ZONE")
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
    loaded = _loaded(config)
    from bot.cli.import_freescout import Asked, bring_in

    asked = Asked(source, mailboxes, people, attachments, env, timezone, password, with_erased)
    sys.exit(bring_in(loaded, asked, language=_quiet(loaded)))


@cli.group(cls=_SaidGroup)
def gdpr() -> None:
    pass


@gdpr.command("export", cls=_GdprCommand)
@_config_option
@click.argument("address", metavar="ADDRESS")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
def gdpr_export(config: Path, address: str, folder: Path) -> None:
    loaded = _loaded(config)
    from bot.cli.export import export_person

    sys.exit(export_person(loaded, address, folder, language=terminal_language(loaded.language)))


@gdpr.command("erase", cls=_GdprCommand)
@_config_option
@click.option("--yes", cls=_SaidOption, is_flag=True)
@click.argument("address", metavar="ADDRESS")
def gdpr_erase(config: Path, yes: bool, address: str) -> None:
    loaded = _loaded(config)
    from bot.cli.erase import erase

    sys.exit(erase(loaded, address, yes=yes, language=terminal_language(loaded.language)))


@cli.command("move-database")
@_config_option
@click.option("--take-back", "take_back", cls=_SaidOption, is_flag=True)
@click.argument("url", required=False, metavar="[URL]")
def move_database(config: Path, take_back: bool, url: str | None) -> None:
    loaded = _loaded(config)
    from bot.cli import move_database as moving

    if (url is None) != take_back:
        _fail(sentence("cli.move_bad_url"), 1)
    language = terminal_language(loaded.language)
    if url is None:
        sys.exit(moving.take_back(loaded, language=language))
    sys.exit(moving.move_database(loaded, url, language=language))


@cli.group(cls=_SaidGroup, invoke_without_command=True)
@_config_option
@click.pass_context
def outbox(context: click.Context, config: Path) -> None:
    context.obj = config
    if context.invoked_subcommand is None:
        _outbox(config, "list")


@outbox.command("list", cls=_OutboxCommand)
@click.pass_obj
def outbox_list(config: Path) -> None:
    _outbox(config, "list")


@outbox.group("shunted", cls=_ShuntedGroup, invoke_without_command=True)
@click.pass_context
def outbox_shunted(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        _outbox(context.obj, "shunted")


@outbox_shunted.command("retry", cls=_ShuntedCommand)
@click.argument("id", type=int)
@click.pass_obj
def shunted_retry(config: Path, id: int) -> None:
    _outbox(config, "shunted retry", id)


@outbox_shunted.command("drop", cls=_ShuntedCommand)
@click.argument("id", type=int)
@click.pass_obj
def shunted_drop(config: Path, id: int) -> None:
    _outbox(config, "shunted drop", id)


@outbox.command("retry", cls=_OutboxCommand)
@click.argument("id", type=int)
@click.pass_obj
def outbox_retry(config: Path, id: int) -> None:
    _outbox(config, "retry", id)


@outbox.command("drop", cls=_OutboxCommand)
@click.argument("id", type=int)
@click.pass_obj
def outbox_drop(config: Path, id: int) -> None:
    _outbox(config, "drop", id)


def _outbox(config: Path, action: Action, id: int = 0) -> None:
    loaded = _loaded(config)
    from bot.cli.outbox import show_outbox

    sys.exit(show_outbox(loaded, action, id, language=_quiet(loaded)))


# --- ends -------------------------------------------------------------------------------------------------------------


def _loaded(file: Path) -> Config:
    """The configuration; or its mistakes on standard error, and the end."""
    from bot.config import ConfigMistakes, load

    try:
        return load(file)
    except ConfigMistakes as found:
        _show_mistakes(found)
        sys.exit(EX_CONFIG)


def _quiet(loaded: Config) -> str:
    """Logs no progress of inputs, which is not the output that was asked for; the language to speak."""
    from bot.process import log

    log.set_up(level="warning", format=loaded.log.format)
    return terminal_language(loaded.language)


def _show_mistakes(found: ConfigMistakes) -> None:
    language = terminal_language(found.language)
    click.echo(say(sentence("config.heading", file=str(found.file)), language), err=True)
    for one in found.mistakes:
        problem = say(one.problem, language)
        if one.path and one.line is not None:
            problem = say(sentence("config.at_line", path=one.path, line=one.line, problem=problem), language)
        elif one.path:
            problem = say(sentence("config.at", path=one.path, problem=problem), language)
        click.echo(f"  {problem}", err=True)
    click.echo(say(sentence("config.how_to_go_on", file=str(found.file)), language), err=True)


def _fail(what: Sentence, status: int) -> NoReturn:
    click.echo(say(what), err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
