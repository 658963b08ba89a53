"""The way to the server that takes a mailbox's mail, and the time to wait for it."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, Self, TypeAlias

from bot.ports import TokenSource

Security: TypeAlias = Literal["tls", "starttls", "none"]
PasswordSource: TypeAlias = Callable[[], Awaitable[str]]
"""Reads the password that holds now. Raises: NotRead."""
TrustSource: TypeAlias = Callable[[], ssl.SSLContext]
"""Gives the certificate authorities that are trusted now; asked for each connection."""


@dataclass(frozen=True, slots=True)
class SmtpTimeouts:
    """Seconds (RFC 5321 4.5.3.2)."""

    connect: float = 30.0
    """TCP, TLS and the greeting; also EHLO and AUTH."""
    command: float = 300.0
    """MAIL and RCPT; also one block of the content."""
    data: float = 120.0
    """DATA, before its content."""
    final: float = 600.0
    """After the final dot: a client that gives up sooner sends twice."""


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """One mailbox at its server. An empty `user` sends without login; with `token` the login is by OAuth2."""

    host: str
    port: int
    security: Security
    user: str = field(repr=False, default="")
    password: str = field(repr=False, default="")
    trusted: TrustSource | None = field(repr=False, default=None)
    """None: the system's certificate authorities. The host name is verified in any case."""
    ehlo_name: str = "[127.0.0.1]"
    """Our name in EHLO. An address literal tells nobody this machine's name (RFC 5321 4.1.4)."""
    token: TokenSource | None = field(repr=False, default=None)
    fresh: PasswordSource | None = field(repr=False, default=None)
    """Reads the password of each login, in place of `password`."""
    timeouts: SmtpTimeouts = SmtpTimeouts()

    async def for_login(self) -> Self:
        """With the password as it is now. Raises: NotRead."""
        return self if self.fresh is None else replace(self, password=await self.fresh(), fresh=None)

    def tls(self) -> ssl.SSLContext:
        """The TLS context of one connection. Raises: OSError: the authorities cannot be read."""
        return self.trusted() if self.trusted is not None else _verified()


@cache
def _verified() -> ssl.SSLContext:
    # Reading the system's authorities takes some 20 ms: once is enough.
    return ssl.create_default_context()
