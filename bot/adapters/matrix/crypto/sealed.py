"""A file of secrets, encrypted with the account's key and readable by its owner only."""

from pathlib import Path

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from Crypto.Random import get_random_bytes

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import write_secret
from bot.adapters.matrix.fields import JsonObject

_NONCE = 12
_TAG = 16
_PURPOSE = b"postroom sealed file 1"


class WrongKey(Exception):
    """The file was sealed with another key, or was changed."""


def write_sealed(path: Path, key: str, content: JsonObject) -> None:
    nonce = get_random_bytes(_NONCE)
    cipher = AES.new(_file_key(key), AES.MODE_GCM, nonce=nonce)
    ciphertext, tag = cipher.encrypt_and_digest(fields.dumps(content).encode())
    write_secret(path, nonce + tag + ciphertext)


def read_sealed(path: Path, key: str) -> JsonObject | None:
    """None where there is no such file. Raises: WrongKey."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        cipher = AES.new(_file_key(key), AES.MODE_GCM, nonce=raw[:_NONCE])
        content = cipher.decrypt_and_verify(raw[_NONCE + _TAG :], raw[_NONCE : _NONCE + _TAG])
        return fields.loads(content)
    except ValueError as fault:
        raise WrongKey(path.name) from fault


def _file_key(key: str) -> bytes:
    derived = HKDF(key.encode(), 32, b"", SHA256, context=_PURPOSE)
    assert isinstance(derived, bytes)
    return derived
