"""A server's words, without a secret that it may repeat in them: as it was given, or as it was written on the wire."""

from base64 import b64encode
from typing import Final
from urllib.parse import quote

INSTEAD: Final = "…"
_PIECE: Final = 6
"""Letters of a form of the secret that tell too much of it: a server may cut its words anywhere."""


def without(secret: str, words: str) -> str:
    """The words with "…" in place of the secret; no words at all where a piece of the secret may be left in them."""
    left = words.replace(secret, INSTEAD)
    folded = "".join(left.split()).lower()
    return INSTEAD if any(piece in folded for form in _forms(secret) for piece in _pieces(form)) else left


def _forms(secret: str) -> set[str]:
    """The secret as plain words, quoted (RFC 3501 `quoted`, JSON, a URL), as other bytes, in hex, and in base64."""
    raw = secret.encode("utf-8", "replace")
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    forms = {secret, secret[::-1], quoted, ascii(secret)[1:-1], ascii(raw)[2:-1], quote(secret, safe=""), raw.hex()}
    forms |= {raw.decode("latin-1"), raw.decode("cp1252", "replace"), raw.decode("ascii", "replace")}
    forms |= {_octal(raw), *(_in_base64(raw, before) for before in range(3))}
    return {"".join(form.split()).lower() for form in forms}


def _octal(raw: bytes) -> str:
    """The bytes with those beyond ASCII as Dovecot and Postfix write them."""
    return "".join(chr(byte) if byte < 0x80 else f"\\{byte:03o}" for byte in raw)


def _in_base64(raw: bytes, before: int) -> str:
    """The letters that are the secret's alone, whatever stands around it: PLAIN puts the name before it (RFC 4616)."""
    encoded = b64encode(bytes(before) + raw).decode().rstrip("=")
    first = (before * 8 + 5) // 6
    last = (before + len(raw)) * 8 // 6
    return encoded[first:last]


def _pieces(form: str) -> set[str]:
    if len(form) <= _PIECE:
        return {form} - {""}
    return {form[at : at + _PIECE] for at in range(len(form) - _PIECE + 1)}
