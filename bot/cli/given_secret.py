"""Secrets of a command: from the environment, a file or a prompt, never from the arguments, which everybody sees."""

from __future__ import annotations

import sys

import click
from pydantic_core import PydanticCustomError

from bot.cli.ending import Refused
from bot.config.secret import named_secret
from bot.domain.sentences import sentence
from bot.text.wording import say


def is_named(words: str) -> bool:
    """Whether it says where a secret is, and is none."""
    return words.startswith(("env:", "file:"))


def words_at(named: str) -> str:
    """What is at `env:NAME` or `file:PATH`.

    Raises:
        Refused: nothing is.
    """
    try:
        return named_secret(named).reveal()
    except PydanticCustomError as fault:
        values = (fault.context or {}).get("values", {})
        raise Refused(sentence(fault.type, **values)) from None


def password_for(user: str, named: str | None, language: str) -> str:
    """The one that is named; else what is typed, where somebody sits there; else none.

    Raises:
        Refused
    """
    if named is not None:
        return words_at(named)
    if not sys.stdin.isatty():
        return ""
    asked = say(language, sentence("cli.import_password", user=user))
    return str(click.prompt(asked, hide_input=True, default="", show_default=False))
