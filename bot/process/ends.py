"""The end of a process that cannot go on: last words for the operator, and an exit status."""

import errno
import sqlite3

import structlog

from bot.adapters.matrix.crypto.machine import KeysSealed
from bot.domain.sentences import Sentence, sentence
from bot.ports import CredentialsRefused
from bot.process.moved import not_served
from bot.process.statuses import EX_CONFIG, EX_DATA, EX_DISK, EX_SOFTWARE, EX_UNAVAILABLE
from storage.faults import (
    SQLITE_BROKEN,
    DatabaseBroken,
    Held,
    LeaseLost,
    MailboxTaken,
    Moved,
    NotErased,
    UnknownDatabase,
)

_DISK_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
_log = structlog.get_logger("app")


def last_words(error: BaseException, login: str = "password") -> tuple[Sentence, int]:
    """One sentence with what to do, and the status: 65 for a damaged database, 69 for a service, 78 for the
    configuration, 70 for a fault of ours, whose stack goes to the log without the words of what it failed on.

    Args:
        login: the key that the bot logs in to Matrix with.
    """
    one = _first(error)
    if isinstance(one, KeysSealed):
        return sentence("run.keys_sealed", path="secret_key"), EX_CONFIG
    if isinstance(one, CredentialsRefused):
        key = "run.matrix_refused" if login == "password" else "run.token_refused"
        return sentence(key, path=f"matrix.{login}"), EX_CONFIG
    if isinstance(one, UnknownDatabase):
        return sentence("run.database_newer" if one.is_newer else "run.database_edited"), EX_CONFIG
    if isinstance(one, Moved):
        return not_served(one.to, is_put_back=isinstance(one, NotErased)), EX_CONFIG
    if isinstance(one, MailboxTaken):
        return sentence("run.mailbox_taken", paths=", ".join(one.keys)), EX_CONFIG
    if isinstance(one, Held):
        return sentence("run.database_held"), EX_UNAVAILABLE
    if isinstance(one, LeaseLost):
        return sentence("run.lease_lost"), EX_UNAVAILABLE
    if isinstance(one, DatabaseBroken) or _is_broken(one):
        return sentence("run.database_broken"), EX_DATA
    _log.error("ended_by_a_fault", exc_info=error)
    return sentence("run.fault", kind=type(one).__name__), EX_SOFTWARE


def status_of_folder(error: OSError) -> int:
    """73 where the disk takes nothing for now, so that starting again may help; else a mistake in the configuration."""
    return EX_DISK if error.errno in _DISK_FAULTS else EX_CONFIG


def _first(error: BaseException) -> BaseException:
    """The one to tell of: of a group what explains it, else the first."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    every = [_first(one) for one in error.exceptions]
    telling = (KeysSealed, CredentialsRefused, UnknownDatabase, Moved, MailboxTaken, Held, LeaseLost, DatabaseBroken)
    return next((one for one in every if isinstance(one, telling) or _is_broken(one)), every[0])


def _is_broken(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.DatabaseError):
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in SQLITE_BROKEN
    return error is not None and _is_broken(error.__cause__)
