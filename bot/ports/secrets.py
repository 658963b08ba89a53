"""The door to the key of this instance."""

from typing import Protocol

from bot.domain.ids import SecretId


class NotOpened(Exception):
    """A secret was sealed with another key, or under another name."""


class Vault(Protocol):
    """Seals what people tell in secret."""

    def close(self, words: str, id: SecretId) -> bytes: ...

    def open(self, sealed: bytes, id: SecretId) -> str:
        """Raises: NotOpened."""
        ...
