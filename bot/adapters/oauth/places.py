"""The pages of each provider, and what is asked for there. As of November 2026; sources in docs/oauth.md."""

from dataclasses import dataclass
from typing import Final

from yarl import URL

from bot.domain.sign_in import Provider

LOOPBACK: Final = "http://127.0.0.1"
"""Where Google sends the browser with its answer (RFC 8252 7.3). Nobody listens: the person copies the address."""


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of a provider; without `device` people are sent to `page`, and tell us what it answers."""

    token: URL
    scope: str
    device: URL | None = None
    page: URL | None = None


def places_of(provider: Provider, tenant: str) -> Places:
    """The places of a provider.

    Args:
        tenant: of Microsoft: whose accounts may sign in.
    """
    match provider:
        case Provider.MICROSOFT:
            base = URL("https://login.microsoftonline.com") / tenant / "oauth2/v2.0"
            return Places(
                token=base / "token",
                scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
                " offline_access",
                device=base / "devicecode",
            )
        case Provider.GOOGLE:
            # Google gives this scope to no device code.
            return Places(
                token=URL("https://oauth2.googleapis.com/token"),
                scope="https://mail.google.com/",
                page=URL("https://accounts.google.com/o/oauth2/v2/auth"),
            )
