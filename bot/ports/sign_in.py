"""The door to the pages at which people sign in, and to what is kept of a sign-in."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.ids import SecretId
from bot.domain.sign_in import Provider, SignedIn


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in that has begun."""

    url: str
    words: str
    """What is typed at the address; empty where its answer comes back by the person."""
    proof: str = field(repr=False)
    """What the sign-in is ended with: a secret."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody has signed in yet."""

    after: float
    """Seconds until it may be asked again."""


class SignInRefused(Exception):
    """The sign-in came to nothing. `code` is `denied`, `expired`, `bad_answer` or `client`; `text` their words."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class SignInPages(Protocol):
    """The providers, as this instance knows them."""

    async def begin(self, provider: Provider, address: str) -> Started:
        """Raises: SignInRefused, Unavailable."""
        ...

    async def look(self, provider: Provider, proof: str) -> SignedIn | Waiting:
        """Whether somebody has typed the words by now. Raises: SignInRefused, Unavailable."""
        ...

    async def answered(self, provider: Provider, proof: str, answer: str) -> SignedIn:
        """The login for what the page answered. Raises: SignInRefused, Unavailable."""
        ...


class KeptLogins(Protocol):
    """The sign-ins that are kept, sealed."""

    async def newest(self, id: SecretId) -> SignedIn | None:
        """As it is kept now; None where it is not, or not any more. Raises: Unavailable."""
        ...

    async def keep(self, id: SecretId, login: SignedIn) -> None:
        """In the place of the one before, where that is still kept. Raises: Unavailable."""
        ...


class TokenSource(Protocol):
    """Gives the access tokens of one login."""

    def __call__(self, refused: str = "") -> Awaitable[str]:
        """A token that is good now.

        Args:
            refused: one that a server has just not taken; it is not given again.

        Raises:
            CredentialsRefused: somebody must sign in again.
            Unavailable: there is none for now.
        """
        ...
