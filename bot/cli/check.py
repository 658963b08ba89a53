"""`postroom check`: the file, the folders and the secrets; with `--connect` the logins too."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.config import Config, Finding, Level
from bot.config.checks import READ_ONLY, check
from bot.domain.sentences import sentence
from bot.process.statuses import EX_CONFIG, EX_DISK
from bot.text.wording import say


def check_and_print(config: Config, file: Path, *, language: str, connect: bool) -> int:
    """Print each finding; the exit status: 78 for a mistake in the configuration, 1 for a server that refused."""
    findings = check(config, file)
    _show(findings, language)
    if _has_mistake(findings):
        click.echo(say(language, sentence("check.mistakes_found")))
        return EX_CONFIG
    if connect:
        from bot.cli.check_connect import check_connections

        answers = asyncio.run(check_connections(config))
        _show(answers, language)
        if _has_mistake(answers):
            click.echo(say(language, sentence("check.mistakes_found")))
            return 1
    key = "check.all_well" if connect else "check.all_well_try_connect"
    click.echo(say(language, sentence(key, file=str(file))))
    return 0


def stops_the_start(config: Config, file: Path, *, language: str) -> int:
    """Print mistakes and warnings to standard error before `run`; the status to end with, 0 if the bot may start.

    A disk that was made read-only is no mistake of the configuration: it is 73, after which starting again may help.
    """
    findings = tuple(one for one in check(config, file) if one.level is not Level.OK)
    _show(findings, language, to_stderr=True)
    mistakes = [one for one in findings if one.level is Level.MISTAKE]
    if not mistakes:
        return 0
    return EX_DISK if all(one.problem.key == READ_ONLY for one in mistakes) else EX_CONFIG


def _has_mistake(findings: tuple[Finding, ...]) -> bool:
    return any(one.level is Level.MISTAKE for one in findings)


def _show(findings: tuple[Finding, ...], language: str, *, to_stderr: bool = False) -> None:
    for one in findings:
        level = say(language, sentence(f"check.level.{one.level.value}"))
        problem = say(language, one.problem)
        if one.path:
            problem = say(language, sentence("config.at", path=one.path, problem=problem))
        click.echo(f"{level:<10} {problem}", err=to_stderr)
