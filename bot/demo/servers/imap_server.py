"""The common part of the demo's and the tests' IMAP servers, and a plain look into them from outside."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.demo.servers.process import ServerFailed

SPECIAL_FOLDERS = {"Sent": "\\Sent", "Junk": "\\Junk", "Trash": "\\Trash", "Drafts": "\\Drafts"}
# One for all accounts, so that a server can take new ones in while it runs.
PASSWORD = "mailbox-password"
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail in a folder as another client would find it."""

    uid: int
    flags: frozenset[str]
    raw: bytes


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A mailbox on a test server; the user is its address."""

    user: str
    password: str


DEFAULT_ACCOUNTS = (
    ImapAccount(user="contact@monasso.org", password=PASSWORD),
    ImapAccount(user="alice@example.org", password=PASSWORD),
)


def new_account(user: str | None, *, already: int) -> ImapAccount:
    """An account for one test; without a name, one that is not taken."""
    return ImapAccount(user=user or f"box{already}@monasso.org", password=PASSWORD)


class ImapServer(Protocol):
    """An IMAP server on loopback that a test can fill and look into."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...

    async def deliver(
        self, user: str, raw: bytes, folder: str = "INBOX", *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int:
        """Put a mail into a folder, as a delivery would, and give its UID."""

    async def deliver_many(self, user: str, raws: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put many mails into a folder, in this order."""

    async def folder_contents(self, user: str, folder: str) -> list[StoredMail]:
        """The mails of a folder, by UID; looking changes no flag."""

    async def reset_uidvalidity(self, user: str, folder: str) -> None:
        """Give a folder a new UIDVALIDITY and its mails new UIDs, as after a restored backup."""


class _Client(imaplib.IMAP4):
    """The standard library's client, with an APPEND that leaves the bytes alone (it would turn a lone CR into CRLF)."""

    def append_as_is(
        self, folder: str, *, flags: tuple[str, ...], at: datetime | None, raw: bytes
    ) -> tuple[str, list[bytes | None]]:
        words = [folder]
        if flags:
            words.append(f"({' '.join(flags)})")
        if at is not None:
            words.append(imaplib.Time2Internaldate(at))
        setattr(self, "literal", raw)  # noqa: B010 - declared as text in typeshed, taken as bytes
        status, answer = self._simple_command("APPEND", *words)
        return status, answer


class Probe:
    """Looks into and fills mailboxes over IMAP with the standard library, in a thread; knows nothing of the bot."""

    def __init__(self, host: str, port: int, accounts: Iterable[ImapAccount]) -> None:
        self._host = host
        self._port = port
        self._passwords = {account.user: account.password for account in accounts}

    async def append(
        self, user: str, raws: Sequence[bytes], *, folder: str, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int:
        """Append in order; the UID of the last one, 0 where the server does not tell.

        Raises:
            ServerFailed: the server refused.
        """
        return await asyncio.to_thread(self._append, user, list(raws), folder, tuple(flags), at)

    async def contents(self, user: str, folder: str) -> list[StoredMail]:
        """Every mail of the folder, without setting flags.

        Raises:
            ServerFailed: the folder does not exist.
        """
        return await asyncio.to_thread(self._contents, user, folder)

    def _connect(self, user: str) -> _Client:
        try:
            client = _Client(self._host, self._port, timeout=_TIMEOUT)
            client.login(user, self._passwords[user])
        except (OSError, imaplib.IMAP4.error) as error:
            raise ServerFailed(f"cannot look into the IMAP server: {error}") from error
        return client

    def _append(self, user: str, raws: list[bytes], folder: str, flags: tuple[str, ...], at: datetime | None) -> int:
        client = self._connect(user)
        uid = 0
        try:
            for raw in raws:
                status, answer = client.append_as_is(_quoted(folder), flags=flags, at=at, raw=raw)
                if status != "OK":
                    raise ServerFailed(f"APPEND was refused: {answer!r}")
                found = re.search(rb"APPENDUID \d+ (\d+)", answer[0] or b"")
                uid = int(found[1]) if found else 0
        finally:
            _log_out(client)
        return uid

    def _contents(self, user: str, folder: str) -> list[StoredMail]:
        client = self._connect(user)
        try:
            status, answer = client.select(_quoted(folder), readonly=True)
            if status != "OK":
                raise ServerFailed(f"SELECT was refused: {answer!r}")
            if answer[0] == b"0":
                return []
            _, rows = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
            return _parsed(rows)
        finally:
            _log_out(client)


def _parsed(rows: Sequence[object]) -> list[StoredMail]:
    mails: list[StoredMail] = []
    for index, row in enumerate(rows):
        if not isinstance(row, tuple):
            continue
        # Items may stand before or after the literal.
        after = rows[index + 1] if index + 1 < len(rows) else b""
        head = row[0] + b" " + (after if isinstance(after, bytes) else b"")
        uid = re.search(rb"UID (\d+)", head)
        flags = re.search(rb"FLAGS \(([^)]*)\)", head)
        if uid is not None:
            words = flags[1].decode().split() if flags else []
            mails.append(StoredMail(uid=int(uid[1]), flags=frozenset(words), raw=bytes(row[1])))
    return sorted(mails, key=lambda mail: mail.uid)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _log_out(client: imaplib.IMAP4) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error):
        client.shutdown()
