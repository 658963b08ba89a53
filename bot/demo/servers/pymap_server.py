"""pymap in this process: the IMAP server of the demo where Dovecot is not installed.

It has no SPECIAL-USE, no STARTTLS and no CONDSTORE: a mailbox on it must name its Sent and Junk folders.
"""

from __future__ import annotations

import asyncio
import logging
from argparse import Namespace
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Self

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.config import BackendCapability
from pymap.imap import IMAPServer
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from bot.demo.servers.imap_server import DEFAULT_ACCOUNTS, SPECIAL_FOLDERS, ImapAccount, StoredMail, new_account
from bot.demo.servers.process import LOOPBACK, free_port


class _Config(Config):
    """pymap's configuration with IDLE as a choice."""

    def __init__(self, args: Namespace, *, idle: bool, **extra: Any) -> None:
        super().__init__(args, **extra)
        self._offers_idle = idle

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=self._offers_idle, object_id=True, multi_append=True)


class PymapServer:
    """An IMAP server in this event loop, mails in memory; use `PymapServer.started`."""

    def __init__(self, *, accounts: Sequence[ImapAccount], idle: bool) -> None:
        self.accounts = tuple(accounts)
        self.host = LOOPBACK
        self.port = free_port()
        self._idle = idle
        self._config: Config | None = None
        self._backend: DictBackend | None = None
        self._listening: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def started(
        cls, *, accounts: Iterable[ImapAccount] = DEFAULT_ACCOUNTS, idle: bool = True
    ) -> AsyncIterator[Self]:
        """A running server; `idle=False` leaves IDLE out, as some providers do."""
        # It logs each connection at a level that a demo's terminal shows.
        logging.getLogger("pymap").setLevel(logging.ERROR)
        server = cls(accounts=tuple(accounts), idle=idle)
        try:
            await server._make_accounts()
            await server.start()
            yield server
        finally:
            await server.stop()

    def password(self, user: str) -> str:
        return next(account.password for account in self.accounts if account.user == user)

    async def add_account(self, user: str | None = None) -> ImapAccount:
        """A new, empty mailbox while the server runs."""
        account = new_account(user, already=len(self.accounts))
        self.accounts += (account,)
        await self._make_account(account)
        return account

    async def start(self) -> None:
        """Listen again after `stop`, on the same port and with the same mails."""
        if self._listening is None:
            self._listening = await asyncio.start_server(self._serve, self.host, self.port)

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        listening, self._listening = self._listening, None
        if listening is None:
            return
        listening.close()
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await listening.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._backend is not None and self._config is not None
        # pymap's own listener keeps no reference to its connections' tasks, so that they can neither be ended nor
        # be relied on: on Python 3.13 some were collected in the middle.
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            self._config.apply_context()
            await IMAPServer(self._backend.login, self._config)(reader, writer, SocketInfo.get(writer, None))
        except (ConnectionError, EOFError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def deliver(
        self, user: str, raw: bytes, folder: str = "INBOX", *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int:
        """See `ImapServer.deliver`."""
        box = await self._folder(user, folder)
        words = frozenset(Flag(word.encode()) for word in flags)
        message = await box.append(AppendMessage(raw, at or datetime.now(UTC), words), recent=True)
        return int(message.uid)

    async def deliver_many(self, user: str, raws: Sequence[bytes], folder: str = "INBOX") -> None:
        """See `ImapServer.deliver_many`."""
        for raw in raws:
            await self.deliver(user, raw, folder)

    async def folder_contents(self, user: str, folder: str) -> list[StoredMail]:
        """See `ImapServer.folder_contents`."""
        box = await self._folder(user, folder)
        mails: list[StoredMail] = []
        async for message in box.messages():
            content = await message.load_content(FetchRequirement.CONTENT)
            words = frozenset(str(flag) for flag in message.permanent_flags)
            mails.append(StoredMail(uid=message.uid, flags=words, raw=bytes(content)))
        return sorted(mails, key=lambda mail: mail.uid)

    async def reset_uidvalidity(self, user: str, folder: str) -> None:
        """See `ImapServer.reset_uidvalidity`; ends every connection."""
        before = await self.folder_contents(user, folder)
        await self.stop()
        box = await self._folder(user, folder)
        await box.delete([mail.uid for mail in before])
        box._max_uid = 0
        box._uid_validity = max(MailboxSnapshot.new_uid_validity(), box._uid_validity + 1)
        for mail in before:
            await self.deliver(user, mail.raw, folder, flags=mail.flags)
        await self.start()

    async def _make_accounts(self) -> None:
        options = Namespace(
            host=LOOPBACK,
            port=self.port,
            debug=False,
            cert=None,
            key=None,
            tls=False,
            proxy_protocol=None,
            passlib_cfg=None,
            inherited_sockets=None,
            skip_services=[],
            demo_data=False,
            demo_user="",
            demo_password="",
        )
        # Hashing test passwords would only cost time.
        config = _Config.from_args(options, hash_context=Cleartext(), idle=self._idle)
        config.apply_context()
        login = Login(config)
        backend = DictBackend(login, config)
        self._backend, self._config = backend, config
        for account in self.accounts:
            await self._make_account(account)

    async def _make_account(self, account: ImapAccount) -> None:
        assert self._backend is not None and self._config is not None
        identity = Identity(account.user, self._backend.login, None, frozenset())
        await identity.set(UserMetadata(self._config, account.user, password=account.password))
        async with identity.new_session():
            boxes = self._boxes(account.user)
            for folder in SPECIAL_FOLDERS:
                await boxes.add_mailbox(folder)
                await boxes.set_subscribed(folder, True)

    def _boxes(self, user: str) -> MailboxSet:
        assert self._config is not None
        return self._config.set_cache[user][0]

    async def _folder(self, user: str, folder: str) -> MailboxData:
        return await self._boxes(user).get_mailbox(folder)
