"""How a command ends: one sentence, and the exit status."""

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.sentences import Sentence, sentence
from bot.process.moved import not_served
from bot.text.wording import say
from storage.database import StorageAway
from storage.faults import Moved, NotErased, UnknownDatabase


class Refused(Exception):
    """The command does nothing, and says why."""

    def __init__(self, told: Sentence) -> None:
        super().__init__(told.key)
        self.told = told


def end(language: str, told: Sentence, status: int = 1) -> int:
    """Say it, on standard error where it is a failure; the status."""
    click.echo(say(language, told), err=status != 0)
    return status


def of_database(fault: Moved | UnknownDatabase | StorageAway | SQLAlchemyError | OSError) -> Sentence:
    """Why the database cannot be used: the bot serves another one, its tables are of another version, it is away; or a
    wrong password, a database that is not there, tables that are missing."""
    match fault:
        case Moved():
            return not_served(fault.to, is_put_back=isinstance(fault, NotErased))
        case UnknownDatabase():
            return sentence("run.database_newer" if fault.is_newer else "run.database_edited")
        case StorageAway():
            return sentence("cli.database_away", reason=str(fault))
        case _:
            cause = getattr(fault, "orig", None) or fault
            return sentence("cli.database_unusable", reason=type(cause).__name__)
