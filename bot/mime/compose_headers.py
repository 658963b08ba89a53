"""Writes headers of an outgoing mail that the standard library breaks."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import (
    Address,
    HeaderRegistry,
    UniqueAddressHeader,
    UniqueUnstructuredHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Final

_SHORT_NAME: Final = 50
"""Characters of a name in ASCII that fit into a line."""


class _MsgIds(UnstructuredHeader):
    """A header of message ids, folded between ids.

    The standard library folds an id that is longer than the line as encoded words, which breaks every thread.
    """

    max_count = 1
    name: str

    def fold(self, *, policy: Policy[EmailMessage]) -> str:
        end = policy.linesep
        return f"{self.name}: " + (end + " ").join(str(self).split()) + end


class _Subject(UniqueUnstructuredHeader):
    """Words of a person.

    The standard library loses a space where it begins a new encoded word there (RFC 2047 6.2).
    """

    name: str

    def fold(self, *, policy: Policy[EmailMessage]) -> str:
        words = str(self)
        if words.isascii() and "=?" not in words:
            return str(super().fold(policy=policy))  # type: ignore[misc]  # the registry mixes BaseHeader in
        return f"{self.name}: {_encoded(words, self.name, policy.linesep)}{policy.linesep}"


class _Addresses(UniqueAddressHeader):
    """People, one a line; see `_Subject` for why this is not the standard library's."""

    name: str

    def fold(self, *, policy: Policy[EmailMessage]) -> str:
        end = policy.linesep
        return f"{self.name}: " + f",{end} ".join(_mailbox(one, end) for one in self.addresses) + end


def _mailbox(one: Address, end: str) -> str:
    name = one.display_name
    if not name or (name.isascii() and len(name) <= _SHORT_NAME and "=?" not in name):
        return str(one)
    return f"{_encoded(name, 'From', end)}{end} <{one.addr_spec}>"


def _encoded(words: str, header: str, end: str) -> str:
    """Encoded words (RFC 2047) that hold all of the spaces; the first line has room for the header's name."""
    return Header(words, "utf-8", maxlinelen=75, header_name=header).encode(linesep=end)


def _policy() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    registry.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # as below
    for name in ("from", "to", "cc"):
        registry.map_to_type(name, _Addresses)  # type: ignore[arg-type]  # as below
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _MsgIds)  # type: ignore[arg-type]  # the registry mixes BaseHeader in
    return SMTP.clone(header_factory=registry, max_line_length=78)


POLICY: Final = _policy()
"""For `EmailMessage`: CRLF, lines of at most 78 characters where they can be folded."""
