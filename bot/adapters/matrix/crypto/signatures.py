"""Signed JSON of the Matrix specification, checked and made (appendices, 4.3)."""

import base64
import binascii
import json

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject


def canonical(value: JsonObject) -> bytes:
    """Without `signatures` and `unsigned`. Raises: ValueError: it cannot be written as UTF-8 JSON."""
    signed = {key: part for key, part in value.items() if key not in ("signatures", "unsigned")}
    try:
        return json.dumps(signed, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
    except RecursionError as fault:
        raise ValueError("nested too deep") from fault


def unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def raw_bytes(text: str) -> bytes:
    """Base64 with or without padding. Raises: ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, UnicodeError) as fault:
        raise ValueError("not base64") from fault


def is_signed(value: JsonObject, *, user: str, key_id: str, public_key: str) -> bool:
    """Whether `signatures[user][key_id]` is that Ed25519 key's signature of the value."""
    signature = fields.child(value, "signatures", user).get(key_id)
    if not isinstance(signature, str):
        return False
    try:
        key = eddsa.import_public_key(raw_bytes(public_key))
        eddsa.new(key, "rfc8032").verify(canonical(value), raw_bytes(signature))
    except (ValueError, TypeError):
        return False
    return True


def signature(value: JsonObject, seed: bytes) -> str:
    """The signature of the Ed25519 key made from 32 bytes."""
    key = ECC.construct(curve="Ed25519", seed=seed)
    return unpadded(eddsa.new(key, "rfc8032").sign(canonical(value)))


def public_key(seed: bytes) -> str:
    return unpadded(ECC.construct(curve="Ed25519", seed=seed).public_key().export_key(format="raw"))


def padded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
