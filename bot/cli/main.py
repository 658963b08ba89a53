"""The command line `postroom`: each command imports what it needs when it runs, so that `parse` starts at once."""

from __future__ import annotations

import contextlib
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.data_commands import DATA_COMMANDS
from bot.cli.said import (
    FILE,
    SaidCommand,
    SaidGroup,
    SaidOption,
    config_option,
    fail,
    loaded_from,
    quiet,
    say,
    terminal_language,
)
from bot.domain.sentences import sentence
from bot.process.statuses import EX_CONFIG

if TYPE_CHECKING:
    from bot.cli.outbox import Action


def main() -> None:
    """The entry point of the command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a mark in its place, never a stack.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    cli(prog_name="postroom")


class _OutboxCommand(SaidCommand):
    help_keys = "cli.help.outbox"


class _ShuntedCommand(SaidCommand):
    help_keys = "cli.help.shunted"


class _ShuntedGroup(SaidGroup):
    help_key = "cli.help.outbox.shunted"


class _Postroom(SaidGroup):
    help_key = "cli.help.group"


@click.group(cls=_Postroom)
@click.version_option(package_name="postroom")
def cli() -> None:
    pass


@cli.command()
@config_option
def run(config: Path) -> None:
    # What is loaded now stays as long as the process: no search for garbage goes through it, now or later.
    gc.disable()
    loaded = loaded_from(config)
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
@config_option
@click.option("--user", cls=SaidOption, metavar="@BOT:SERVER")
@click.option("--homeserver", cls=SaidOption, metavar="URL")
@click.option("--admin", cls=SaidOption, metavar="@ADMIN:SERVER")
@click.option("--data-dir", cls=SaidOption, metavar="FOLDER")
def init(config: Path, user: str | None, homeserver: str | None, admin: str | None, data_dir: str | None) -> None:
    from bot.cli.init import Given
    from bot.cli.init import init as set_up
    from bot.process import log

    # Steps of the login are not what was asked for.
    log.set_up(level="warning", format="console")
    sys.exit(set_up(config, Given(user, homeserver, admin, data_dir), language=terminal_language()))


@cli.command()
@config_option
@click.option("--connect", cls=SaidOption, is_flag=True)
def check(config: Path, connect: bool) -> None:
    loaded = loaded_from(config)
    from bot.cli.check import check_and_print

    sys.exit(check_and_print(loaded, config, language=terminal_language(loaded.language), connect=connect))


@cli.command()
@click.option("--user", cls=SaidOption, required=True, metavar="@BOT:SERVER")
@click.argument("file", type=FILE, metavar="FILE")
def registration(user: str, file: Path) -> None:
    from bot.cli.registration import register

    sys.exit(register(user, file, language=terminal_language()))


@cli.command("recovery-key")
@config_option
def recovery_key(config: Path) -> None:
    loaded = loaded_from(config)
    from bot.accounts import recovery_key as kept

    try:
        key = kept(loaded)
    except ValueError:
        fail(sentence("run.keys_sealed", path="secret_key"), EX_CONFIG)
    if not key:
        fail(sentence("cli.no_recovery_key"), 1)
    click.echo(key)


@cli.command()
@config_option
@click.argument("user", metavar="USER")
@click.argument("key", nargs=-1, metavar="[KEY]")
def trust(config: Path, user: str, key: tuple[str, ...]) -> None:
    loaded = loaded_from(config)
    from bot.cli.trust import trust as act

    sys.exit(act(loaded, user, key, language=quiet(loaded)))


@cli.command()
@config_option
@click.argument("room", metavar="ROOM")
def unencrypted(config: Path, room: str) -> None:
    loaded = loaded_from(config)
    from bot.cli.trust import take_for_unencrypted

    sys.exit(take_for_unencrypted(loaded, room, language=terminal_language(loaded.language)))


@cli.command()
@click.option("--exit", "exit", cls=SaidOption, is_flag=True)
def demo(exit: bool) -> None:
    try:
        from bot.demo.play import main as play
    except ImportError as missing:
        fail(sentence("cli.demo_missing", detail=missing.name or str(missing)), 1)
    sys.exit(play(exit_after=exit))


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", cls=SaidOption, is_flag=True)
def parse(files: tuple[str, ...], as_json: bool) -> None:
    from bot.cli.parse import parse_all

    sys.exit(parse_all(files, as_json=as_json, unreadable=say_unreadable))


def say_unreadable(file: str, reason: str) -> None:
    """Tell the person at the terminal that a file cannot be read."""
    click.echo(say(sentence("cli.file_unreadable", file=file, reason=reason)), err=True)


@cli.command()
@config_option
def migrate(config: Path) -> None:
    loaded = loaded_from(config)
    from bot.cli.outbox import migrate_database

    sys.exit(migrate_database(loaded, language=terminal_language(loaded.language)))


@cli.group(cls=SaidGroup, invoke_without_command=True)
@config_option
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
    loaded = loaded_from(config)
    from bot.cli.outbox import show_outbox

    sys.exit(show_outbox(loaded, action, id, language=quiet(loaded)))


for _one in DATA_COMMANDS:
    cli.add_command(_one)


if __name__ == "__main__":
    main()
