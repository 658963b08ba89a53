"""One logged-in IMAP connection: connect, TLS, login, and commands one at a time. Any failure drops it."""

import asyncio
import contextlib
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

import aioimaplib.aioimaplib as library

from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.dial import dial, network_reason
from bot.adapters.imap.protocol import Exchange, Protocol
from bot.adapters.imap.reply import SERVICE, ConnectionLost, IdleRefused, Reply
from bot.adapters.imap.responses import Code, code_of, codes_of
from bot.adapters.imap.wire import folder_argument, quote
from bot.adapters.login import with_token
from bot.ports import CredentialsRefused, NotRead, Unavailable

_SEND_BUFFER: Final = 4 * 1024 * 1024
"""Bytes that a system buffers at most for one connection (Linux: tcp_wmem)."""
_SLOWEST: Final = 64 * 1024
"""Bytes a second that an upload must reach."""
_LOGIN_LITERAL: Final = re.compile(r'[^\x20-\x7e]|["\\]')


@dataclass(frozen=True, slots=True)
class Selected:
    """An opened folder. 0 stands for what the server did not say."""

    uidvalidity: int
    uidnext: int
    exists: int


class Connection:
    """A connection that is logged in. Not for two tasks at once."""

    def __init__(self, account: ImapAccount, protocol: Protocol) -> None:
        self._account = account
        self._protocol = protocol

    @classmethod
    async def open(cls, account: ImapAccount) -> Self:
        """Connect and log in.

        Raises:
            Unavailable: not reachable, no TLS where it is asked for, refused for now, or there is no password to read.
            CredentialsRefused: the server refused user or password.
        """
        try:
            account = await account.for_login()
        except NotRead as lack:
            raise Unavailable(SERVICE, lack.reason) from None
        async with account.gate.passing():
            return await cls._opened(account)

    @classmethod
    async def _opened(cls, account: ImapAccount) -> Self:
        protocol = await dial(account)
        connection = cls(account, protocol)
        try:
            if account.security == "starttls":
                await connection._start_tls()
            if protocol.state == library.NONAUTH:
                await connection._log_in()
            # The greeting's list is incomplete: servers name MOVE, IDLE and SPECIAL-USE after login only.
            await connection._ask_capabilities()
            if connection.has("ID"):
                # RFC 2971; some providers let only clients in that say who they are.
                await connection.run("ID", '("name" "Postroom")')
        except BaseException:
            connection.abort()
            raise
        return connection

    # --- state

    def has(self, capability: str) -> bool:
        return capability in self._protocol.capabilities

    @property
    def is_lost(self) -> bool:
        return self._protocol.lost.is_set()

    def expect_alive(self) -> None:
        """Raises: Unavailable: the connection ended."""
        if self.is_lost:
            raise self._lost()

    @property
    def has_news(self) -> bool:
        """The folder has grown since `forget_news`."""
        return self._protocol.news.is_set()

    @property
    def silent_for(self) -> float:
        """Seconds since the server said something."""
        return self._protocol.silent_for

    @property
    def patience(self) -> float:
        """Seconds within which the server has to give a sign of life."""
        return min(self._account.timeouts.sign_of_life, self._account.timeouts.command)

    def forget_news(self) -> None:
        if not self._protocol.lost.is_set():
            self._protocol.news.clear()

    def abort(self) -> None:
        """Drop the connection at once."""
        transport = self._protocol.transport
        if transport is not None:
            transport.abort()

    def close(self) -> None:
        """Say goodbye without waiting for the answer."""
        transport = self._protocol.transport
        if transport is None or transport.is_closing():
            return
        self._protocol.send(f"{self._protocol.new_tag()} LOGOUT")
        transport.close()

    # --- commands

    async def run(
        self, name: str, *args: str, uid: bool = False, timeout: float | None = None, replies: Iterable[bytes] = ()
    ) -> Reply:
        """Send one command and wait for its end. `timeout`: seconds without a byte from the server.

        Raises:
            Unavailable: the connection is lost, or was dropped because the server did not answer in time.
        """
        exchange = self._exchange(name, *args, uid=uid, timeout=timeout, replies=replies)
        with self._dropped_on_failure():
            await self._protocol.execute(exchange)
        return self._reply(exchange)

    async def select(self, folder: str, *, writable: bool = False) -> Selected | Reply:
        """Open a folder, read-only unless `writable`; the reply where the server refused.

        Raises:
            Unavailable: see `run`.
        """
        self._protocol.exists = 0
        reply = await self.run("SELECT" if writable else "EXAMINE", folder_argument(folder))
        if not reply.is_ok:
            if reply.is_outage or reply.result == "BAD":
                reply.expect_ok()
            # RFC 3501 6.3.1: a failed SELECT leaves no folder open.
            self._protocol.state = library.AUTH
            return reply
        # The library does not know that EXAMINE opens a folder, too.
        self._protocol.state = library.SELECTED
        self.forget_news()
        codes = codes_of(reply.rows)
        return Selected(
            uidvalidity=codes.get("UIDVALIDITY", Code()).number(0),
            uidnext=codes.get("UIDNEXT", Code()).number(0),
            exists=self._protocol.exists,
        )

    async def append(
        self, folder: str, *, flags: tuple[str, ...], date: str, size: int, content: Iterator[bytes]
    ) -> Reply:
        """APPEND `content`, `size` bytes long, which is not begun before the server agrees.

        Raises:
            Unavailable: see `run`.
        """
        exchange = self._exchange(
            "APPEND",
            folder_argument(folder),
            f"({' '.join(flags)})",
            date,
            f"{{{size}}}",
            # The last bytes, though handed over, still wait in the system's buffer.
            timeout=self._account.timeouts.transfer + min(size, _SEND_BUFFER) / _SLOWEST,
        )
        with self._dropped_on_failure():
            async with self._running(exchange) as task:
                await exchange.ready.wait()
                if not exchange.result and not task.done():
                    await self._upload(exchange, content)
                await task
        return self._reply(exchange)

    async def _upload(self, exchange: Exchange, content: Iterator[bytes]) -> None:
        for chunk in content:
            if exchange.result or self.is_lost:
                return
            self._protocol.transport.write(chunk)
            await self._protocol.drained()
            exchange.is_alive()
        self._protocol.transport.write(library.CRLF)

    async def idle(self, seconds: float) -> None:
        """IDLE (RFC 2177) until the folder grows, at most `seconds`.

        Raises:
            IdleRefused: the server does not do what it announced; without a word from it the connection is dropped.
            Unavailable: see `run`.
        """
        answer = self.patience
        exchange = self._exchange("IDLE", timeout=None)
        with self._dropped_on_failure():
            async with self._running(exchange) as task:
                try:
                    async with asyncio.timeout(answer):
                        await exchange.ready.wait()
                except TimeoutError:
                    raise IdleRefused(was_silent=True) from None
                if not exchange.result and not task.done():
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(seconds):
                            await self._protocol.news.wait()
                    if not self.is_lost:
                        self._protocol.send("DONE")
                async with asyncio.timeout(answer):
                    await task
        if not self._reply(exchange).is_ok:
            raise IdleRefused(was_silent=False)

    async def rest(self, seconds: float) -> None:
        """Wait without asking, until the folder grows by itself or `seconds` passed.

        Raises:
            Unavailable: the connection ended meanwhile.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._protocol.news.wait()
        self.expect_alive()

    # --- inside

    def _exchange(
        self, name: str, *args: str, uid: bool = False, timeout: float | None, replies: Iterable[bytes] = ()
    ) -> Exchange:
        if timeout is None and name != "IDLE":
            timeout = self._account.timeouts.command
        protocol = self._protocol
        return Exchange(
            name,
            protocol.new_tag(),
            *args,
            prefix="UID" if uid else "",
            replies=replies,
            loop=protocol.loop,
            timeout=timeout,
        )

    @contextlib.contextmanager
    def _dropped_on_failure(self) -> Iterator[None]:
        """Whatever goes wrong within a command leaves the connection in an unknown state: it is dropped."""
        try:
            yield
        except BaseException as error:
            self.abort()
            match error:
                case library.CommandTimeout() | TimeoutError():
                    raise Unavailable(SERVICE, "timeout") from None
                case library.AioImapException() | OSError():
                    raise self._lost() from None
                case _:
                    raise

    @contextlib.asynccontextmanager
    async def _running(self, exchange: Exchange) -> AsyncIterator[asyncio.Task[object]]:
        """A task for a command that needs more than one line; the task ends with the block."""
        task = asyncio.create_task(self._protocol.execute(exchange))
        task.add_done_callback(lambda _: exchange.ready.set())
        try:
            yield task
        finally:
            if not task.done():
                task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()

    def _lost(self) -> Unavailable:
        code = code_of(self._protocol.goodbye).name
        return ConnectionLost(f"bye_{code.lower()}" if code else "bye" if self._protocol.goodbye else "connection_lost")

    def _reply(self, exchange: Exchange) -> Reply:
        return Reply(exchange.result, exchange.text, tuple(exchange.rows))

    async def _start_tls(self) -> None:
        account, protocol = self._account, self._protocol
        if protocol.state != library.NONAUTH:
            # A PREAUTH greeting would keep the whole session in clear.
            raise Unavailable(SERVICE, "starttls_impossible")
        reply = await self.run("STARTTLS")
        if not reply.is_ok:
            raise Unavailable(SERVICE, "starttls_not_offered")
        if protocol.has_stray_data:
            raise Unavailable(SERVICE, "starttls_injection")
        try:
            async with asyncio.timeout(account.timeouts.connect):
                transport = await protocol.loop.start_tls(
                    protocol.transport, protocol, account.tls(), server_hostname=account.host
                )
        except (OSError, TimeoutError) as error:
            raise Unavailable(SERVICE, network_reason(error)) from error
        if protocol.has_stray_data or transport is None:
            raise Unavailable(SERVICE, "starttls_injection")
        protocol.thaw(transport)

    async def _ask_capabilities(self) -> None:
        reply = (await self.run("CAPABILITY")).expect_ok()
        words = [row[0].decode("ascii", "replace").upper().split() for row in reply.rows]
        self._protocol.capabilities = {word for line in words if line[:1] == ["CAPABILITY"] for word in line[1:]}

    async def _log_in(self) -> None:
        await self._ask_capabilities()
        account = self._account
        if account.token is not None:
            reply = await with_token(account.token, self._xoauth2, lambda reply: reply.refuses_login)
        elif self.has("AUTH=PLAIN"):
            reply = await self._authenticate("PLAIN", f"\0{account.user}\0{account.password}")
            if reply.result == "BAD" and not self.has("LOGINDISABLED"):
                reply = await self._login()
        elif self.has("LOGINDISABLED"):
            raise Unavailable(SERVICE, "login_disabled")
        else:
            reply = await self._login()
        if reply.is_ok:
            self._protocol.state = library.AUTH
        elif reply.refuses_login:
            raise CredentialsRefused(SERVICE, reply.words)
        else:
            raise Unavailable(SERVICE, (reply.code.name or "login").lower())

    async def _xoauth2(self, token: str) -> Reply:
        return await self._authenticate("XOAUTH2", f"user={self._account.user}\x01auth=Bearer {token}\x01\x01")

    async def _authenticate(self, mechanism: str, secret: str) -> Reply:
        response = b64encode(secret.encode())
        if self.has("SASL-IR"):
            return await self.run("AUTHENTICATE", mechanism, response.decode())
        return await self.run("AUTHENTICATE", mechanism, replies=[response])

    async def _login(self) -> Reply:
        user, password = self._account.user, self._account.password
        if not _LOGIN_LITERAL.search(user + password):
            return await self.run("LOGIN", quote(user), quote(password))
        # RFC 3501 9: a quoted string is ASCII; a literal takes any byte, and no server mistakes its quotes.
        sent_user, sent_password = user.encode(), password.encode()
        replies = [sent_user + f" {{{len(sent_password)}}}".encode(), sent_password]
        return await self.run("LOGIN", f"{{{len(sent_user)}}}", replies=replies)
