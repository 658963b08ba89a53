"""An SMTP server that keeps what it gets, hands mail for known addresses on, and fails on demand."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import email.utils
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, assert_never

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.demo.servers.certificate import Certificate, make_certificate
from bot.demo.servers.process import LOOPBACK, free_port, server_folder

Deliver = Callable[[str, bytes], Awaitable[object]]
Takes = Callable[[str, str], bool]
"""Whether the access token is good for the user, told in this order: user, token."""
Security = Literal["none", "starttls", "tls"]
Stage = Literal["greeting", "mail", "rcpt", "data"]

_BY_PASSWORD = ("PLAIN", "LOGIN")
_SIZE_LIMIT = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RefuseRecipient:
    """RCPT gets this answer, for instance 450 (try later) or 550 (never)."""

    code: int = 550
    text: str = "5.1.1 no such user here"


@dataclass(frozen=True, slots=True)
class RefuseMessage:
    """The final dot gets this answer, for instance 452 or 554; nothing is kept."""

    code: int = 554
    text: str = "5.6.0 message refused"


@dataclass(frozen=True, slots=True)
class DropAfterDot:
    """The connection breaks after the final dot without an answer; `keep` says whether the mail was taken."""

    keep: bool = True


@dataclass(frozen=True, slots=True)
class SlowAnswer:
    """The mail is taken, and the 250 comes this many seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Closing:
    """421 and the end of the connection (RFC 5321 3.8) at this stage."""

    at: Stage = "mail"
    text: str = "4.3.2 system not accepting network messages"


Failure = RefuseRecipient | RefuseMessage | DropAfterDot | SlowAnswer | Closing


@dataclass(frozen=True, slots=True)
class Received:
    """One mail that the sink took."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    at: float
    """`time.monotonic()` when the final dot came."""
    tls: bool
    user: str | None
    """Who logged in."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer other than "go on" that the sink gave, and every mail that reached the final dot."""

    stage: Stage
    answer: str
    at: float
    recipients: tuple[str, ...] = ()


@dataclass(slots=True)
class _Rule:
    failure: Failure
    recipient: str | None
    left: int | None
    """How many times it still holds; None is for ever."""


class SmtpSink:
    """An SMTP server on loopback; use `SmtpSink.started`.

    `received` holds every mail that it took, in order, `attempts` what it answered.
    """

    def __init__(
        self,
        *,
        security: Security,
        login: tuple[str, str] | None,
        deliver: Deliver | None,
        certificate: Certificate,
        takes: Takes | None = None,
        passwords: Sequence[str] = _BY_PASSWORD,
    ) -> None:
        self._passwords = passwords
        self.host = LOOPBACK
        self.port = free_port()
        self.security: Security = security
        self.certificate = certificate
        self.received: list[Received] = []
        self.attempts: list[Attempt] = []
        self.connections = 0
        self.logins: list[str] = []
        """The mechanism of each login that was tried."""
        self._takes = takes
        self._login = login
        self._deliver = deliver
        self._rules: list[_Rule] = []
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.BaseTransport] = set()
        self._changed = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        *,
        security: Security = "none",
        login: tuple[str, str] | None = None,
        deliver: Deliver | None = None,
        takes: Takes | None = None,
        passwords: Sequence[str] = _BY_PASSWORD,
    ) -> AsyncIterator[Self]:
        """A listening sink.

        Args:
            security: "starttls" refuses MAIL before STARTTLS, "tls" speaks TLS from the first byte.
            login: a user and password to ask for; None asks for none.
            deliver: called with each recipient and the mail as a mailbox would hold it (with its trace headers).
            takes: asks for a login by XOAUTH2, and for none by a password.
            passwords: the ways of `login` that it offers.
        """
        with server_folder("smtp") as folder:
            certificate = make_certificate(Path(folder))
            sink = cls(
                security=security,
                login=login,
                deliver=deliver,
                certificate=certificate,
                takes=takes,
                passwords=passwords,
            )
            # It logs each command, with addresses.
            logging.getLogger("mail.log").setLevel(logging.ERROR)
            try:
                await sink.start()
                yield sink
            finally:
                await sink.stop()

    def fail(self, failure: Failure, *, recipient: str | None = None, times: int | None = 1) -> None:
        """Answer so at the next chance: for this recipient only, where one is given; `times=None` until `heal`."""
        self._rules.append(_Rule(failure=failure, recipient=recipient, left=times))

    def heal(self) -> None:
        """Forget every failure that was asked for."""
        self._rules.clear()

    def to(self, recipient: str) -> list[Received]:
        """The mails that were taken for this recipient."""
        return [mail for mail in self.received if recipient in mail.recipients]

    async def wait_for(self, predicate: Callable[[Received], bool], *, what: str, timeout: float = 30.0) -> Received:
        """The first mail that the predicate likes, among those here and those to come.

        Raises:
            TimeoutError: it did not come within `timeout` seconds.
        """
        looked_at = 0
        try:
            async with asyncio.timeout(timeout), self._changed:
                while True:
                    for mail in self.received[looked_at:]:
                        looked_at += 1
                        if predicate(mail):
                            return mail
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{what}: no such mail within {timeout:g} s; {len(self.received)} came") from None

    async def wait_for_attempt(
        self, predicate: Callable[[Attempt], bool], *, what: str, timeout: float = 30.0
    ) -> Attempt:
        """The first attempt that the predicate likes, among those made and those to come.

        Raises:
            TimeoutError: it did not come within `timeout` seconds.
        """
        looked_at = 0
        try:
            async with asyncio.timeout(timeout), self._changed:
                while True:
                    for attempt in self.attempts[looked_at:]:
                        looked_at += 1
                        if predicate(attempt):
                            return attempt
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{what}: no such attempt within {timeout:g} s; {len(self.attempts)} came") from None

    async def start(self) -> None:
        """Listen again after `stop`, on the same port."""
        if self._listening is not None:
            return
        context = self.certificate.server_context() if self.security == "tls" else None
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(self._protocol, self.host, self.port, ssl=context)

    async def stop(self) -> None:
        """Stop listening and break every connection."""
        listening, self._listening = self._listening, None
        if listening is None:
            return
        listening.close()
        for transport in list(self._open):
            if isinstance(transport, asyncio.WriteTransport):
                # Python's TLS transport that has just closed by itself has nothing left to abort, and says so thus.
                with contextlib.suppress(AttributeError):
                    transport.abort()
        await listening.wait_closed()

    def _protocol(self) -> SMTP:
        return _Protocol(
            self,
            login=self._login,
            excluded=_not_offered(self._passwords if self._login is not None else (), self._takes),
            takes=self._takes,
            security=self.security,
            certificate=self.certificate,
        )

    def _take(self, kind: tuple[type[Failure], ...], *, recipients: tuple[str, ...], stage: Stage) -> Failure | None:
        """The failure that holds now, counted as used."""
        for rule in self._rules:
            if not isinstance(rule.failure, kind):
                continue
            if isinstance(rule.failure, Closing) and rule.failure.at != stage:
                continue
            if rule.recipient is not None and rule.recipient not in recipients:
                continue
            if rule.left is not None:
                rule.left -= 1
                if rule.left == 0:
                    self._rules.remove(rule)
            return rule.failure
        return None

    async def _note(self, stage: Stage, answer: str, recipients: tuple[str, ...] = ()) -> None:
        async with self._changed:
            self.attempts.append(Attempt(stage=stage, answer=answer, at=time.monotonic(), recipients=recipients))
            self._changed.notify_all()

    async def _keep(self, mail: Received) -> None:
        async with self._changed:
            self.received.append(mail)
            self._changed.notify_all()
        if self._deliver is not None:
            for recipient in mail.recipients:
                await self._deliver(recipient, _as_delivered(mail, recipient))

    # --- aiosmtpd's hooks

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        closing = self._take((Closing,), recipients=(), stage="mail")
        if isinstance(closing, Closing):
            await self._close(server, closing, stage="mail")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        match self._take((RefuseRecipient, Closing), recipients=(address,), stage="rcpt"):
            case RefuseRecipient(code, text):
                await self._note("rcpt", f"{code} {text}", (address,))
                return f"{code} {text}"
            case Closing() as closing:
                await self._close(server, closing, stage="rcpt")
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Protocol, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        recipients = tuple(envelope.rcpt_tos)
        mail = Received(
            sender=envelope.mail_from or "",
            recipients=recipients,
            raw=content,
            at=time.monotonic(),
            tls=session.ssl is not None or self.security == "tls",
            user=server.user,
        )
        failure = self._take((RefuseMessage, DropAfterDot, SlowAnswer, Closing), recipients=recipients, stage="data")
        match failure:
            case RefuseMessage(code, text):
                await self._note("data", f"{code} {text}", recipients)
                return f"{code} {text}"
            case DropAfterDot(keep):
                if keep:
                    await self._keep(mail)
                await self._note("data", "dropped", recipients)
                _break(server, flush=False)
            case SlowAnswer(seconds):
                # Taken before the pause: a client that gives up meanwhile has sent it all the same.
                await self._keep(mail)
                await self._note("data", "slow", recipients)
                await asyncio.sleep(seconds)
            case Closing() as closing:
                await self._close(server, closing, stage="data")
            case None:
                await self._keep(mail)
                await self._note("data", "250", recipients)
            case RefuseRecipient():
                raise AssertionError("asked for at RCPT only")
            case _:
                assert_never(failure)
        return "250 2.0.0 ok: queued"

    async def _close(self, server: _Protocol, closing: Closing, *, stage: Stage) -> None:
        await self._note(stage, f"421 {closing.text}")
        await server.push(f"421 {closing.text}")
        _break(server, flush=True)


class _Protocol(SMTP):
    """aiosmtpd's server, which tells its sink about connections and may refuse at the greeting."""

    def __init__(
        self,
        sink: SmtpSink,
        *,
        login: tuple[str, str] | None,
        excluded: list[str],
        takes: Takes | None,
        security: Security,
        certificate: Certificate,
    ) -> None:
        self._sink = sink
        self._wanted = login
        self._takes = takes
        self.user: str | None = None
        super().__init__(
            sink,
            data_size_limit=_SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname="mail.example",
            ident="ESMTP",
            tls_context=certificate.server_context() if security == "starttls" else None,
            require_starttls=security == "starttls",
            authenticator=self._check,
            auth_require_tls=False,
            auth_exclude_mechanism=excluded,
        )
        # Not as an argument: aiosmtpd warns of logins without TLS, which on loopback are what is tested.
        self._auth_required = login is not None or takes is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._sink._open.add(transport)
        if self._original_transport is None:
            self._sink.connections += 1
            closing = self._sink._take((Closing,), recipients=(), stage="greeting")
            if isinstance(closing, Closing) and isinstance(transport, asyncio.WriteTransport):
                transport.write(f"421 {closing.text}\r\n".encode())
                transport.close()
                self._sink.attempts.append(Attempt("greeting", f"421 {closing.text}", time.monotonic()))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self._sink._open.discard(self.transport)
        super().connection_lost(error)

    def _check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object
    ) -> AuthResult:
        self._sink.logins.append(mechanism)
        if not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False)
        given = (auth_data.login.decode(), auth_data.password.decode())
        accepted = given == self._wanted
        if accepted:
            self.user = given[0]
        return AuthResult(success=accepted, handled=accepted)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - the name is aiosmtpd's
        """https://developers.google.com/gmail/imap/xoauth2-protocol, and as Microsoft does it."""
        self._sink.logins.append("XOAUTH2")
        said = base64.b64decode(args[1] if len(args) > 1 else await self._told()).decode()
        user, _, bearer = said.removesuffix("\x01\x01").partition("\x01auth=Bearer ")
        user = user.removeprefix("user=")
        if self._takes is not None and self._takes(user, bearer):
            self.user = user
            return AuthResult(success=True, handled=False)
        # The challenge says why; the client answers it with an empty line, and is refused then.
        await self.push("334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=")
        await self._reader.readline()
        await self.push("535 5.7.3 Authentication unsuccessful")
        return AuthResult(success=False, handled=True)

    async def _told(self) -> bytes:
        await self.push("334 ")
        return await self._reader.readline()


def _not_offered(passwords: Sequence[str], takes: Takes | None) -> list[str]:
    by_password = [one for one in _BY_PASSWORD if one not in passwords]
    return by_password if takes is not None else [*by_password, "XOAUTH2"]


def _break(server: SMTP, *, flush: bool) -> None:
    """End the connection, and with it aiosmtpd's task, as a lost connection does."""
    transport = server.transport
    if isinstance(transport, asyncio.WriteTransport):
        if flush:
            transport.close()
        else:
            transport.abort()
    raise asyncio.CancelledError


def _as_delivered(mail: Received, recipient: str) -> bytes:
    trace = (
        f"Return-Path: <{mail.sender}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Received: from localhost (localhost [{LOOPBACK}]) by mail.example with ESMTP\r\n"
        f"\tfor <{recipient}>; {email.utils.formatdate()}\r\n"
    )
    return trace.encode() + mail.raw
