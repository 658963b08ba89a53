"""Mailboxes for the tests of the IMAP adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import ImapAccount as TestAccount
from bot.demo.servers.imap_server import StoredMail

SHORT = ImapTimeouts(connect=10, command=10, transfer=10)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox on a Dovecot: how the adapter reaches it, and how a test fills it and looks into it."""

    server: Dovecot
    account: ImapAccount

    async def deliver(self, raw: bytes, folder: str = "INBOX", *, at: datetime | None = None) -> int:
        return await self.server.deliver(self.account.user, raw, folder, at=at)

    async def deliver_many(self, raws: list[bytes], folder: str = "INBOX") -> None:
        await self.server.deliver_many(self.account.user, raws, folder)

    async def contents(self, folder: str = "INBOX") -> list[StoredMail]:
        return await self.server.folder_contents(self.account.user, folder)

    def through(self, port: int) -> ImapAccount:
        """The same mailbox behind another port."""
        return replace(self.account, port=port)


def account_on(server: Dovecot, account: TestAccount) -> ImapAccount:
    return ImapAccount(
        host=server.host,
        port=server.port,
        security="none",
        user=account.user,
        password=account.password,
        trusted=server.certificate.client_context,
        timeouts=SHORT,
    )


@pytest.fixture
def mailbox(dovecot: Dovecot, dovecot_account: TestAccount) -> Mailbox:
    """An empty mailbox, for this test alone."""
    return Mailbox(dovecot, account_on(dovecot, dovecot_account))


@pytest.fixture
def mail() -> Callable[..., bytes]:
    """Makes small mails: `mail(3)` has the Message-ID `m3@example.org`."""

    def make(number: int, *, size: int = 0) -> bytes:
        head = f"From: a@example.org\r\nMessage-ID: <m{number}@example.org>\r\nSubject: number {number}\r\n\r\n"
        line = b"0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
        return head.encode() + b"body\r\n" + line * (size // len(line))

    return make
