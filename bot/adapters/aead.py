"""AES-256-GCM, as everything of ours is encrypted that rests somewhere: a nonce, a tag, and the ciphertext."""

from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes

_NONCE = 12
_TAG = 16


def closed(key: bytes, plain: bytes, place: bytes = b"") -> bytes:
    """Encrypted, and bound to its place."""
    nonce = get_random_bytes(_NONCE)
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(place)
    ciphertext, tag = cipher.encrypt_and_digest(plain)
    return nonce + tag + ciphertext


def opened(key: bytes, raw: bytes, place: bytes = b"") -> bytes:
    """Raises: ValueError, where it was closed with another key, for another place, or was changed."""
    cipher = AES.new(key, AES.MODE_GCM, nonce=raw[:_NONCE])
    cipher.update(place)
    return cipher.decrypt_and_verify(raw[_NONCE + _TAG :], raw[_NONCE : _NONCE + _TAG])
