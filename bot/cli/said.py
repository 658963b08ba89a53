"""What the commands share: help in the person's language, options, and the ends that they come to."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from bot.domain.sentences import Sentence, sentence
from bot.process.statuses import EX_CONFIG

if TYPE_CHECKING:
    from bot.config import Config, ConfigMistakes


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


class SaidOption(click.Option):
    """An option whose help is the catalogue entry `cli.help.option.NAME`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], say(sentence(f"cli.help.option.{self.name}")))


class SaidCommand(click.Command):
    """A command whose help is the catalogue entry `cli.help.NAME`."""

    help_keys: str = "cli.help"
    """The entries before the command's name."""
    help_key: str = ""
    """The whole entry, where it is not made from the name."""
    _said_help_option: click.Option | None = None

    def _said(self) -> str:
        return say(sentence(self.help_key or f"{self.help_keys}.{self.name}"))

    def get_short_help_str(self, limit: int = 45) -> str:
        return self._said()

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self._said())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is None or isinstance(option, SaidOption):
            return option
        if self._said_help_option is None:
            self._said_help_option = SaidOption(
                option.opts, is_flag=True, is_eager=True, expose_value=False, callback=option.callback
            )
        return self._said_help_option


class SaidGroup(SaidCommand, click.Group):
    """A group of such commands."""

    command_class = SaidCommand


FILE: Final = click.Path(path_type=Path, dir_okay=False)
config_option = click.option(
    "-c", "--config", "config", cls=SaidOption, required=True, type=FILE, metavar="config.yaml"
)


def loaded_from(file: Path) -> Config:
    """The configuration; or its mistakes on standard error, and the end."""
    from bot.config import ConfigMistakes, load

    try:
        return load(file)
    except ConfigMistakes as found:
        _show_mistakes(found)
        sys.exit(EX_CONFIG)


def quiet(loaded: Config) -> str:
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


def fail(what: Sentence, status: int) -> NoReturn:
    """Say why on standard error, and end with this status."""
    click.echo(say(what), err=True)
    sys.exit(status)
