"""The recovery key as people write it down, and what it encrypts (client-server API, "Secrets", "Recovery key")."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import reduce
from operator import xor

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.fields import JsonObject

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = bytes((0x8B, 0x01))
_LENGTH = 32
_PURPOSE = b"postroom recovery key 1"


class NotARecoveryKey(ValueError):
    """The text is no recovery key, or a mistyped one."""


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """32 bytes that open the account's secret storage."""

    raw: bytes

    def __repr__(self) -> str:
        return "RecoveryKey()"

    @classmethod
    def derived(cls, secret: str) -> "RecoveryKey":
        """The recovery key that belongs to a secret: the same configuration opens the same storage."""
        derived = HKDF(secret.encode(), _LENGTH, b"", SHA256, context=_PURPOSE)
        assert isinstance(derived, bytes)
        return cls(derived)

    @classmethod
    def read(cls, written: str) -> "RecoveryKey":
        """Raises: NotARecoveryKey."""
        number = 0
        for char in "".join(written.split()):
            digit = _ALPHABET.find(char)
            if digit < 0:
                raise NotARecoveryKey("character")
            number = number * 58 + digit
        try:
            raw = number.to_bytes(len(_PREFIX) + _LENGTH + 1, "big")
        except OverflowError as fault:
            raise NotARecoveryKey("length") from fault
        if raw[:2] != _PREFIX or reduce(xor, raw) != 0:
            raise NotARecoveryKey("check")
        return cls(raw[2:-1])

    def written(self) -> str:
        raw = _PREFIX + self.raw
        number = int.from_bytes(raw + bytes((reduce(xor, raw),)), "big")
        text = ""
        while number:
            number, digit = divmod(number, 58)
            text = _ALPHABET[digit] + text
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    def description(self, name: str) -> dict[str, object]:
        """Content of `m.secret_storage.key.ID`, by which another client checks that it has the right key."""
        check = self.encrypt("", bytes(_LENGTH))
        return {"name": name, "algorithm": ALGORITHM, "iv": check["iv"], "mac": check["mac"]}

    def opens(self, description: JsonObject) -> bool:
        """Whether a key description is this key's; a description without a check is believed (the secrets prove it)."""
        if description.get("algorithm") != ALGORITHM:
            return False
        iv, mac = fields.text(description, "iv"), fields.text(description, "mac")
        if not iv or not mac:
            return True
        try:
            check = self.encrypt("", bytes(_LENGTH), iv=signatures.raw_bytes(iv))
            return hmac.compare_digest(signatures.raw_bytes(mac), signatures.raw_bytes(check["mac"]))
        except ValueError:
            return False

    def encrypt(self, name: str, plain: bytes, *, iv: bytes | None = None) -> dict[str, str]:
        """The secret as `{iv, ciphertext, mac}`. Raises: ValueError: the iv is not 16 bytes long."""
        if iv is None:
            fresh = bytearray(secrets.token_bytes(16))
            # Some platforms count in 64 bits only: the bit above stays clear.
            fresh[8] &= 0x7F
            iv = bytes(fresh)
        aes, mac = self._keys(name)
        ciphertext = _counter(aes, iv).encrypt(plain)
        return {
            "iv": signatures.padded(iv),
            "ciphertext": signatures.padded(ciphertext),
            "mac": signatures.padded(hmac.new(mac, ciphertext, hashlib.sha256).digest()),
        }

    def decrypt(self, name: str, sealed: JsonObject) -> bytes:
        """Raises: NotARecoveryKey: another key encrypted it, or it is damaged."""
        try:
            iv, mac = (signatures.raw_bytes(fields.text(sealed, key)) for key in ("iv", "mac"))
            ciphertext = signatures.raw_bytes(fields.text(sealed, "ciphertext"))
            aes, mac_key = self._keys(name)
            if not hmac.compare_digest(mac, hmac.new(mac_key, ciphertext, hashlib.sha256).digest()):
                raise NotARecoveryKey("mac")
            return bytes(_counter(aes, iv).decrypt(ciphertext))
        except ValueError as fault:
            raise NotARecoveryKey("secret") from fault

    def _keys(self, name: str) -> tuple[bytes, bytes]:
        derived = HKDF(self.raw, 64, bytes(32), SHA256, context=name.encode())
        assert isinstance(derived, bytes)
        return derived[:32], derived[32:]


def _counter(key: bytes, iv: bytes) -> "AES.CtrMode":  # type: ignore[name-defined]
    if len(iv) != 16:
        raise ValueError("iv")
    return AES.new(key, AES.MODE_CTR, nonce=iv[:8], initial_value=iv[8:])
