"""How a command ends: one sentence, and the exit status."""

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.sentences import Sentence, sentence
from bot.text.wording import say


def end(language: str, told: Sentence, status: int = 1) -> int:
    """Say it, on standard error where it is a failure; the status."""
    click.echo(say(language, told), err=status != 0)
    return status


def unusable(refused: SQLAlchemyError | OSError) -> Sentence:
    """A wrong password, a database that is not there, tables that are missing or of another version."""
    cause = getattr(refused, "orig", None) or refused
    return sentence("cli.database_unusable", reason=type(cause).__name__)
