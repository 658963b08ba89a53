"""The doors to the key of this instance, and to the passwords that lie outside of it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.domain.credentials import Lack, PasswordReference
from bot.domain.ids import MailboxId, SecretId


class NotOpened(Exception):
    """A secret was sealed with another key, or under another name."""


class Vault(Protocol):
    """Seals what people tell in secret."""

    def close(self, words: str, id: SecretId) -> bytes: ...

    def open(self, sealed: bytes, id: SecretId) -> str:
        """Raises: NotOpened."""
        ...

    def anew(self, sealed: bytes, id: SecretId) -> bytes | None:
        """Sealed with the key of today; None where it is so already. Raises: NotOpened."""
        ...


class NotRead(Exception):
    """A password that a reference names cannot be read."""

    def __init__(self, reason: Lack) -> None:
        super().__init__(reason.value)
        self.reason = reason.value


ReadsPassword = Callable[[MailboxId, PasswordReference], Awaitable[str]]
"""Reads the password that a reference names for this mailbox, as it is now. Raises: NotRead."""
