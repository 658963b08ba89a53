"""Seals secrets that people tell, with a key from `secret_key`: the port `Vault`."""

from collections.abc import Sequence

from bot.adapters import aead
from bot.domain.ids import SecretId
from bot.ports import NotOpened

_STEP = 64
"""Bytes to whose multiples a secret is padded, so that its length does not show."""


class KeyVault:
    """See `ports.Vault`. Each secret is bound to its id, so that no secret opens in the place of another."""

    def __init__(self, key: bytes, former: Sequence[bytes] = ()) -> None:
        """The vault of a key of 32 bytes; what `former` keys closed is opened too."""
        self._key, self._former = key, former

    def close(self, words: str, id: SecretId) -> bytes:
        """See `ports.Vault.close`."""
        plain = words.encode("utf-8", "replace")
        return aead.closed(self._key, plain + b"\0" * (-len(plain) % _STEP), id.encode())

    def open(self, sealed: bytes, id: SecretId) -> str:
        """See `ports.Vault.open`."""
        try:
            return aead.opened_by((self._key, *self._former), sealed, id.encode()).rstrip(b"\0").decode()
        except ValueError as fault:
            raise NotOpened from fault

    def anew(self, sealed: bytes, id: SecretId) -> bytes | None:
        """See `ports.Vault.anew`."""
        try:
            aead.opened(self._key, sealed, id.encode())
        except ValueError:
            return self.close(self.open(sealed, id), id)
        return None
