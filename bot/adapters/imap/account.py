"""The way to one mailbox's IMAP server, and the time to wait for it."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, Self, TypeAlias

from bot.adapters.imap.gate import Gate
from bot.ports import TokenSource

Security: TypeAlias = Literal["tls", "starttls", "none"]
PasswordSource: TypeAlias = Callable[[], Awaitable[str]]
"""Reads the password that holds now. Raises: NotRead."""
TrustSource: TypeAlias = Callable[[], ssl.SSLContext]
"""Gives the certificate authorities that are trusted now; asked for each connection."""


@dataclass(frozen=True, slots=True)
class ImapTimeouts:
    """Seconds."""

    connect: float = 20.0
    """TCP, TLS and the greeting."""
    command: float = 40.0
    """Without a byte from the server."""
    transfer: float = 60.0
    """Without a byte moved, while mails come or go; also for SEARCH in large folders."""
    sign_of_life: float = 15.0
    """For the answer to IDLE, DONE and NOOP, which are sent to hear whether the server is there."""


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """One mailbox on its server. With `token` it logs in by OAuth2 (XOAUTH2), else with `password`."""

    host: str
    port: int
    security: Security
    user: str = field(repr=False)
    password: str = field(repr=False, default="")
    label: str = ""
    """Names the mailbox in logs; never an address."""
    trusted: TrustSource | None = field(repr=False, default=None)
    """None: the system's certificate authorities. The host name is verified in any case."""
    token: TokenSource | None = field(repr=False, default=None)
    fresh: PasswordSource | None = field(repr=False, default=None)
    """Reads the password of each login, in place of `password`."""
    timeouts: ImapTimeouts = ImapTimeouts()
    gate: Gate = field(repr=False, compare=False, default_factory=Gate)
    """One gate for all accounts of a server."""

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
