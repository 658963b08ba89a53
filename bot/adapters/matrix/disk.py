"""Turns refusals of the disk under the device's folder into an outage: the bot waits, and nothing is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import peewee
import structlog

from bot.adapters.matrix.requests import SERVICE
from bot.ports import Unavailable

DISK_FAULTS = (OSError, sqlite3.Error, peewee.PeeweeException)
"""Faults of files, of our databases and of the library's. Faults of the network become answers where they happen."""

log = structlog.get_logger(__name__)


@contextmanager
def disk_faults_as_outage() -> Iterator[None]:
    """Raises: Unavailable, with the reason `storage`: the disk is full, broken, or read-only."""
    try:
        yield
    except DISK_FAULTS as fault:
        log.warning("matrix_folder_refused", fault=type(fault).__name__)
        raise Unavailable(SERVICE, "storage") from fault
