"""Seals what people tell in secret, with a key from `secret_key`: the port `Vault`."""

from bot.adapters import aead
from bot.domain.ids import SecretId
from bot.ports import NotOpened

_STEP = 64
"""A secret's length says no more than how many of these it fills."""


class KeyVault:
    """See `ports.Vault`. Each secret is bound to its id: none can be put in the place of another."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes."""
        self._key = key

    def close(self, words: str, id: SecretId) -> bytes:
        """See `ports.Vault.close`."""
        plain = words.encode("utf-8", "replace")
        return aead.closed(self._key, plain + b"\0" * (-len(plain) % _STEP), id.encode())

    def open(self, sealed: bytes, id: SecretId) -> str:
        """See `ports.Vault.open`."""
        try:
            return aead.opened(self._key, sealed, id.encode()).rstrip(b"\0").decode()
        except ValueError as fault:
            raise NotOpened from fault
