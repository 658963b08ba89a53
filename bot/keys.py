"""The keys of this instance, and what works with them; apart from the accounts, so that no command loads every adapter
for a key.
"""

import hashlib
import hmac

from bot.adapters.vault import KeyVault
from bot.config import Config
from bot.domain.signing import Signer


def derived_keys(config: Config, purpose: str) -> tuple[bytes, ...]:
    """A key of its own for each purpose, from the one secret of the instance (HKDF-like, HMAC-SHA256).

    That of today, then those of `former_secret_keys`: with them nothing is made, and what they made is still known.
    """
    secrets = (config.secret_key, *config.former_secret_keys)
    return tuple(hmac.new(one.reveal().encode(), purpose.encode(), hashlib.sha256).digest() for one in secrets)


def key_mark(config: Config) -> str:
    """Tells the key of today from another one, and gives it away to nobody."""
    return derived_keys(config, "which key")[0].hex()[:16]


def vault(config: Config) -> KeyVault:
    """The vault that seals passwords which people give."""
    key, *former = derived_keys(config, "secrets")
    return KeyVault(key, former)


def signer(config: Config) -> Signer:
    """What signs the ids of our mails, and recognises them."""
    key, *former = derived_keys(config, "message-id")
    return Signer(key, tuple(former))
