"""Signing in at a provider that gives tokens in place of passwords (OAuth 2): the values of it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.ids import SecretId


class Provider(StrEnum):
    """A provider at whose mailboxes people sign in by its own page."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"

    @property
    def label(self) -> str:
        """The name that people know."""
        return self.value.capitalize()


_AT: Final = {
    "outlook.office365.com": Provider.MICROSOFT,
    "imap.gmail.com": Provider.GOOGLE,
    "imap.googlemail.com": Provider.GOOGLE,
}
REFUSED: Final = "oauth_client"
"""Why a server cannot be asked: the provider does not know this instance's application, or its secret is over."""
_WARNED: Final = (1, 7, 14)
"""Days before its end on which people are told of a client secret, last first."""
_MARK: Final = "\x02"
"""Before what is sealed of a sign-in. No password has it: nothing that cannot be printed is tried as one."""


def provider_at(host: str) -> Provider | None:
    """The provider whose IMAP server this is."""
    return _AT.get(host.lower().rstrip("."))


@dataclass(frozen=True, slots=True)
class Application:
    """This instance, as a provider knows it."""

    provider: Provider
    ends: date | None = None
    """The last day of its secret, as far as it is known."""


def days_before(ends: date, today: date) -> int | None:
    """Which of the warnings before the end of a client secret is due: that of 14, 7 or 1 days; None: none by now."""
    left = (ends - today).days
    return next((days for days in _WARNED if 0 <= left <= days), None)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login by tokens: what access tokens are asked for with."""

    provider: Provider
    refresh: str = field(repr=False)
    """The refresh token."""

    @property
    def words(self) -> str:
        """The login as it is sealed, in the place of a password."""
        return f"{_MARK}{self.provider}{_MARK}{self.refresh}"


def signed_in(words: str) -> SignedIn | None:
    """The sign-in in what was sealed; None where it is a password."""
    if not words.startswith(_MARK):
        return None
    provider, _, refresh = words.removeprefix(_MARK).partition(_MARK)
    return SignedIn(Provider(provider), refresh) if provider in list(Provider) and refresh else None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that somebody is led through."""

    provider: Provider
    code: SecretId
    """What the provider gave or got for this one sign-in: a device code, or what proves that the answer is ours."""
    grant: SecretId
    """Where the login is kept once it is there."""
    url: str = ""
    """The address to open; empty while it is asked for."""
    words: str = ""
    """What is typed there; empty where the page's answer is to be told to us."""

    @property
    def is_pasted(self) -> bool:
        """Whether the person tells us what the page answers."""
        return bool(self.url) and not self.words
