"""How a mailbox logs in to a server of any kind."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, Self, TypeAlias, TypeVar

from bot.ports import TokenSource

Security: TypeAlias = Literal["tls", "starttls", "none"]
PasswordSource: TypeAlias = Callable[[], Awaitable[str]]
"""Reads the password that holds now. Raises: NotRead."""
TrustSource: TypeAlias = Callable[[], ssl.SSLContext]
"""Gives the certificate authorities that are trusted now; asked for each connection."""
_Ended = TypeVar("_Ended")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """One mailbox at a server. With `token` it logs in by OAuth2 (XOAUTH2), else with `password`."""

    host: str
    port: int
    security: Security
    user: str = field(repr=False, default="")
    password: str = field(repr=False, default="")
    trusted: TrustSource | None = field(repr=False, default=None)
    """None: the system's certificate authorities. The host name is verified in any case."""
    token: TokenSource | None = field(repr=False, default=None)
    fresh: PasswordSource | None = field(repr=False, default=None)
    """Reads the password of each login, in place of `password`."""

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


async def with_token(
    source: TokenSource, log_in: Callable[[str], Awaitable[_Ended]], is_refused: Callable[[_Ended], bool]
) -> _Ended:
    """How `log_in` ended. A server may end a token before its time: where it refuses one, another is tried, once.

    Raises:
        CredentialsRefused, Unavailable: as the source.
    """
    token = await source()
    ended = await log_in(token)
    return await log_in(await source(token)) if is_refused(ended) else ended
