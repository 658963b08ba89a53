"""AES-256-GCM for all that we store encrypted: a nonce of 12 bytes, a tag of 16, and the ciphertext."""

from collections.abc import Iterable

from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes

_NONCE = 12
_TAG = 16


def closed(key: bytes, plain: bytes, place: bytes = b"") -> bytes:
    """The bytes encrypted with a key of 32 bytes, and bound to `place`."""
    nonce = get_random_bytes(_NONCE)
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(place)
    ciphertext, tag = cipher.encrypt_and_digest(plain)
    return nonce + tag + ciphertext


def opened(key: bytes, raw: bytes, place: bytes = b"") -> bytes:
    """The bytes that `closed` encrypted.

    Raises:
        ValueError: another key or place closed them, or they were changed.
    """
    cipher = AES.new(key, AES.MODE_GCM, nonce=raw[:_NONCE])
    cipher.update(place)
    return cipher.decrypt_and_verify(raw[_NONCE + _TAG :], raw[_NONCE : _NONCE + _TAG])


def opened_by(keys: Iterable[bytes], raw: bytes, place: bytes = b"") -> bytes:
    """The bytes that one of these keys closed.

    Raises:
        ValueError: none of them did.
    """
    for key in keys:
        try:
            return opened(key, raw, place)
        except ValueError:
            continue
    raise ValueError("no key opens it")
