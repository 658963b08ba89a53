"""The keys of our device are encrypted anew where `pickle_key` is another than the one that encrypted them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
from nio.crypto import InboundGroupSession, OlmAccount, Session

from bot.adapters.matrix.account import Device, MatrixAccount
from bot.adapters.matrix.crypto.sealed import WrongKey, read_sealed, write_sealed

_log = structlog.get_logger(__name__)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)

_Convert = Callable[[bytes, str, str], bytes]


def _account(raw: bytes, old: str, new: str) -> bytes:
    return bytes(OlmAccount.from_pickle(raw, old).pickle(new))


def _session(raw: bytes, old: str, new: str) -> bytes:
    return bytes(Session.from_pickle(raw, _EPOCH, old).pickle(new))


def _room_key(raw: bytes, old: str, new: str) -> bytes:
    return bytes(InboundGroupSession.from_pickle(raw, "", "", "", old).pickle(new))


_PICKLES: Final[tuple[tuple[str, str, _Convert], ...]] = (
    ("SELECT rowid, account FROM accounts", "UPDATE accounts SET account = ? WHERE rowid = ?", _account),
    ("SELECT rowid, session FROM olmsessions", "UPDATE olmsessions SET session = ? WHERE rowid = ?", _session),
    (
        "SELECT rowid, session FROM megolminboundsessions",
        "UPDATE megolminboundsessions SET session = ? WHERE rowid = ?",
        _room_key,
    ),
)
"""Where the library's store has something encrypted, and how it is encrypted anew."""


def keys_file(device: Device) -> str:
    """The name of the library's store."""
    return f"keys-{''.join(char if char.isalnum() and char.isascii() else '_' for char in device.device_id)[:64]}.db"


def encrypt_anew(account: MatrixAccount, device: Device) -> None:
    """Bring what former keys encrypted under the key of today; a kill at any moment leaves each file whole, under one
    of them. What no key opens stays, for whoever reads it next to say so.

    Raises:
        OSError, sqlite3.Error
    """
    if not account.former_pickle_keys:
        return
    _identity(account)
    path = account.store_dir / keys_file(device)
    if path.exists():
        _store(path, account)


def _identity(account: MatrixAccount) -> None:
    path = account.identity_file
    try:
        read_sealed(path, account.pickle_key)
    except WrongKey:
        try:
            content = read_sealed(path, *account.former_pickle_keys)
        except WrongKey:
            return
        assert content is not None
        write_sealed(path, account.pickle_key, content)


def _store(path: Path, account: MatrixAccount) -> None:
    new = account.pickle_key
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        # What the old key encrypted does not stay in free pages.
        store.execute("PRAGMA secure_delete = ON")
        store.execute("BEGIN IMMEDIATE")
        accounts = [bytes(raw) for (raw,) in store.execute("SELECT account FROM accounts")]
        keys = (new, *account.former_pickle_keys)
        old = next((key for key in keys if accounts and all(_opens(raw, key) for raw in accounts)), new)
        count = 0
        if old != new:
            for ask, put, convert in _PICKLES:
                for row, raw in store.execute(ask).fetchall():
                    try:
                        fresh = convert(bytes(raw), old, new)
                    except ValueError:
                        continue
                    store.execute(put, (fresh, row))
                    count += 1
        store.execute("COMMIT")
    if count:
        _log.info("matrix_keys_encrypted_anew", count=count)


def _opens(raw: bytes, key: str) -> bool:
    try:
        OlmAccount.from_pickle(raw, key)
    except ValueError:
        return False
    return True
