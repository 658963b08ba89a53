"""One connection to the server: greeted, under TLS, logged in, and ready for MAIL."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from functools import partial
from typing import Final, Self

import aiosmtplib

from bot.adapters.login import with_token
from bot.adapters.smtp.account import SmtpAccount
from bot.adapters.smtp.answers import Answer
from bot.ports import CredentialsRefused, NotRead, TokenSource, Unavailable

SERVICE: Final = "smtp"
_BUFFER: Final = 512 * 1024
"""The most bytes handed to the socket that it has not taken yet."""


class ServerAway(Unavailable):
    """The server cannot be used; `text` has its words, if it said any."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(SERVICE, reason)
        self.text = text


class SessionLost(Exception):
    """The connection ended or stayed silent within a command.

    `reason` is `connection_lost`, `timeout` or `bad_answer`.
    """

    def __init__(self, reason: str, *, sent_all: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent_all = sent_all
        """The final dot was handed over: the mail may have been taken."""


class Session:
    """Use `Session.open`. After `SessionLost` it is closed."""

    def __init__(self, account: SmtpAccount, client: aiosmtplib.SMTP) -> None:
        self._account = account
        self._client = client

    @classmethod
    async def open(cls, account: SmtpAccount) -> Self:
        """Connect, and log in where there is a user.

        Raises:
            ServerAway: not reachable, no TLS or login where it is asked for, closed for now, or no password to read.
            CredentialsRefused: the server refused user or password.
        """
        timeout = account.timeouts.connect
        try:
            account = await account.for_login() if account.user else account
        except NotRead as lack:
            raise ServerAway(lack.reason) from None
        try:
            context = account.tls() if account.security != "none" else None
        except OSError as error:
            raise ServerAway("ca_file") from error
        client = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            local_hostname=account.ehlo_name,
            timeout=timeout,
            use_tls=account.security == "tls",
            # Never None: that means "in clear where STARTTLS is not offered".
            start_tls=False,
            tls_context=context,
        )
        session = cls(account, client)
        try:
            await client.connect()
            await client.ehlo()
            if account.security == "starttls":
                await session._start_tls()
            if account.user:
                await session._log_in()
            _heed_cancellation()
        except (aiosmtplib.SMTPException, OSError) as error:
            session.abort()
            raise _away(error) from error
        except BaseException:
            session.abort()
            raise
        return session

    @property
    def is_open(self) -> bool:
        return self._client.is_connected

    @property
    def size_limit(self) -> int:
        """The largest mail in bytes (RFC 1870); 0 if the server names none."""
        limit = self._client.esmtp_extensions.get("size", "")
        return int(limit) if limit.isdigit() else 0

    def offers(self, extension: str) -> bool:
        return self._client.supports_extension(extension)

    async def begin_data(self) -> Answer:
        """DATA; 354 asks for the content. Raises: SessionLost."""
        return await self.command(b"DATA", timeout=min(self._account.timeouts.data, self._account.timeouts.command))

    async def command(self, *words: bytes, timeout: float | None = None) -> Answer:
        """One command and its answer. Raises: SessionLost."""
        seconds = self._account.timeouts.command if timeout is None else timeout
        try:
            response = await self._client.execute_command(*words, timeout=seconds)
            _heed_cancellation()
        except (aiosmtplib.SMTPException, OSError) as error:
            self.abort()
            raise SessionLost(_reason(error)) from error
        except BaseException:
            self.abort()
            raise
        return Answer.of(response.code, response.message)

    async def send_content(self, pieces: Iterator[bytes], end: bytes) -> Answer:
        """The content after 354, `end` being the final dot, and the answer to it.

        Piece by piece, so that a large mail is never in memory as a whole. A refusal that comes early ends it.

        Raises:
            SessionLost: `sent_all` says whether the dot had been handed over.
        """
        protocol = self._client.protocol
        if protocol is None:
            raise SessionLost("connection_lost")
        # Listening before the first byte goes out: an answer that nobody waits for would be dropped.
        answer = asyncio.create_task(protocol.read_response())
        sent_all = False
        response = None
        try:
            for piece in pieces:
                if answer.done():
                    break
                protocol.write(piece)
                await self._taken(answer)
            if not answer.done():
                protocol.write(end)
                sent_all = True
            async with asyncio.timeout(self._account.timeouts.final):
                response = await answer
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SessionLost(_reason(error), sent_all=sent_all) from error
        finally:
            if response is None or not sent_all:
                # Half a mail was sent, or nobody knows: nothing else can be said on this connection.
                self.abort()
                answer.cancel()
                await asyncio.wait({answer})
                if not answer.cancelled():
                    answer.exception()
        if not sent_all and 200 <= response.code < 300:
            raise SessionLost("bad_answer")
        return Answer.of(response.code, response.message)

    async def _taken(self, answer: "asyncio.Task[aiosmtplib.SMTPResponse]") -> None:
        """Return when the socket has taken nearly all, or the server answered. Raises: TimeoutError."""
        transport = self._client.transport
        if not isinstance(transport, asyncio.WriteTransport):
            return
        loop = asyncio.get_running_loop()
        waiting = transport.get_write_buffer_size()
        end = loop.time() + self._account.timeouts.command
        while waiting > _BUFFER and not answer.done():
            # The library has no public way to wait for the socket: a look every 10 ms is cheap.
            await asyncio.wait({answer}, timeout=0.01)
            left = transport.get_write_buffer_size()
            if left < waiting:
                end = loop.time() + self._account.timeouts.command
            elif loop.time() > end:
                raise TimeoutError
            waiting = left

    async def reset(self) -> None:
        """Forget the mail that was begun. Raises: SessionLost."""
        await self.command(b"RSET")

    def close(self) -> None:
        """Say goodbye without waiting for the answer."""
        if self._client.is_connected and self._client.protocol is not None:
            self._client.protocol.write(b"QUIT\r\n")
        self._client.close()

    def abort(self) -> None:
        """Drop the connection at once, with whatever was not sent yet."""
        transport = self._client.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        self._client.close()

    # --- inside

    async def _start_tls(self) -> None:
        if not self.offers("starttls"):
            raise ServerAway("starttls_not_offered")
        await self._client.starttls()
        await self._client.ehlo()

    async def _log_in(self) -> None:
        account = self._account
        refusal = await (self._by_password() if account.token is None else self._by_token(account.token))
        if refusal is None:
            return
        if refusal.refuses_login:
            raise CredentialsRefused(SERVICE, refusal.text)
        raise ServerAway(str(refusal.code), refusal.text)

    async def _by_password(self) -> Answer | None:
        """Log in by one mechanism, once: a second try with the same wrong password counts as a second failure there."""
        offered = self._client.server_auth_methods
        mechanisms = [name for name in ("plain", "login", "cram-md5") if name in offered]
        if not mechanisms:
            raise ServerAway("auth_not_offered")
        refusal: Answer | None = None
        for mechanism in mechanisms:
            refusal = await self._tried(mechanism, self._account.password)
            if refusal is None or not refusal.lacks_mechanism:
                break
        return refusal

    async def _by_token(self, source: TokenSource) -> Answer | None:
        try:
            return await with_token(
                source, partial(self._tried, "xoauth2"), lambda refusal: refusal is not None and refusal.refuses_login
            )
        except Unavailable as away:
            raise ServerAway(away.reason) from away

    async def _tried(self, mechanism: str, secret: str) -> Answer | None:
        """The refusal; None: logged in."""
        account, client = self._account, self._client
        try:
            match mechanism:
                case "xoauth2":
                    await client.auth_xoauth2(account.user, secret)
                case "plain":
                    await client.auth_plain(account.user, secret)
                case "login":
                    await client.auth_login(account.user, secret)
                case _:
                    await client.auth_crammd5(account.user, secret)
        except aiosmtplib.SMTPAuthenticationError as error:
            refusal = Answer.of(error.code, error.message)
            if refusal.code == 334:
                # The server still asks, and the mechanism has no more to say: cancel (RFC 4954 4).
                await client.execute_command(b"*")
            return refusal
        return None


def _heed_cancellation() -> None:
    """Before Python 3.12, `asyncio.wait_for`, by which the library waits, loses a cancellation that comes in the same
    moment as the answer (python/cpython#86296): whoever loops over us would never end. Raises: CancelledError."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _reason(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "timeout"
        case aiosmtplib.SMTPResponseException():
            return "bad_answer"
        case _:
            return "connection_lost"


def _away(error: Exception) -> ServerAway:
    match error:
        case aiosmtplib.SMTPResponseException() if error.code > 0:
            answer = Answer.of(error.code, error.message)
            return ServerAway(str(answer.code), answer.text)
        case aiosmtplib.SMTPResponseException():
            return ServerAway("bad_answer")
        case TimeoutError():
            return ServerAway("timeout")
        case aiosmtplib.SMTPConnectError() if isinstance(error.__cause__, OSError) and error.__cause__ is not error:
            return _away(error.__cause__)
        case ssl.SSLCertVerificationError():
            return ServerAway("certificate")
        case ssl.SSLError():
            return ServerAway("tls")
        case socket.gaierror():
            return ServerAway("dns")
        case ConnectionRefusedError():
            return ServerAway("refused")
        case aiosmtplib.SMTPServerDisconnected():
            return ServerAway("connection_lost")
        case _:
            return ServerAway("unreachable")
