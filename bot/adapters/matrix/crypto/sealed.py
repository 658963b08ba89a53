"""Encryption with the account's key alone: a file of secrets, and words to the next device of the account."""

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path

from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from bot.adapters import aead
from bot.adapters.matrix import fields
from bot.adapters.matrix.account import write_secret
from bot.adapters.matrix.fields import JsonObject

_FILE = b"postroom sealed file 1"
_WORD = b"postroom sealed word 1"
_STEP = 256
"""Bytes: sealed words are padded to a multiple of this, so that their length says little."""


class WrongKey(Exception):
    """The file was sealed with another key, or was changed."""


def write_sealed(path: Path, key: str, content: JsonObject) -> None:
    write_secret(path, aead.closed(_key(key, _FILE), fields.dumps(content).encode()))


def read_sealed(path: Path, *keys: str) -> JsonObject | None:
    """The content of a file that one of these keys sealed; None if the file is missing. Raises: WrongKey."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return fields.loads(aead.opened_by((_key(key, _FILE) for key in keys), raw))
    except ValueError as fault:
        raise WrongKey(path.name) from fault


class Seal:
    """Seals words that lie on the homeserver, for devices that have the key; each word is bound to its place."""

    def __init__(self, key: str, former: Sequence[str] = ()) -> None:
        """
        Args:
            former: keys of before, whose words still lie there.
        """
        self._key, self._former = _key(key, _WORD), tuple(_key(one, _WORD) for one in former)

    def close(self, word: JsonObject, place: str) -> str:
        """The word sealed for its place, as Base64 without padding."""
        plain = fields.dumps(word).encode()
        plain += b" " * (-len(plain) % _STEP)
        return base64.b64encode(aead.closed(self._key, plain, place.encode())).rstrip(b"=").decode()

    def open(self, text: str, place: str) -> JsonObject | None:
        """The sealed word; None if it was sealed with another key, for another place, or was changed."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
            return fields.loads(aead.opened_by((self._key, *self._former), raw, place.encode()))
        except (ValueError, binascii.Error):
            return None


def _key(key: str, purpose: bytes) -> bytes:
    derived = HKDF(key.encode(), 32, b"", SHA256, context=purpose)
    assert isinstance(derived, bytes)
    return derived
