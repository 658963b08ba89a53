"""Addresses as MAIL and RCPT take them: checked first, because a wrong character would be a command of its own."""

import re
from dataclasses import dataclass
from typing import Final

import idna

from bot.domain.addresses import plain_labels

# RFC 5321 4.1.2. Blanks and angle brackets stand in quoted local parts only; control characters nowhere.
_LOCAL: Final = re.compile(r'[^\x00-\x20\x7f<>"(),:;\\@\[\]]+|"(?:[^\x00-\x1f\x7f"\\]|\\[\x20-\x7e])*"')
_DOMAIN: Final = re.compile(r"[A-Za-z0-9_.-]+|\[[A-Za-z0-9.:]+\]")
_MAX_LENGTH: Final = 320


@dataclass(frozen=True, slots=True)
class Path:
    """An address with its domain as A-labels."""

    text: str

    @property
    def needs_smtputf8(self) -> bool:
        """The local part is not ASCII (RFC 6531)."""
        return not self.text.isascii()

    @property
    def wire(self) -> bytes:
        return f"<{self.text}>".encode()


def path_of(address: str) -> Path:
    """The address for MAIL and RCPT; empty is the null sender.

    Raises:
        ValueError: it is no address.
    """
    if not address:
        return Path("")
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        # RFC 5890: the DNS knows A-labels only. UTS 46 maps capitals and full-width forms as browsers do.
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            domain = plain_labels(domain)
    if len(address) > _MAX_LENGTH or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError("not an address")
    return Path(f"{local}@{domain}")
