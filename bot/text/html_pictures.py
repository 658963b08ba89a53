"""Which picture of a mail an `<img>` means, and how large it is."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import unquote, unquote_to_bytes

from bot.domain.patterns import pattern

NUMBER = pattern(r"^\s{0,3}(\d{1,5})(?:\.\d{1,4})?\s{0,3}(?:px)?\s{0,3}$")
"""A length in pixels."""
_DATA = pattern(r"^data:([\w.+/-]{0,80})((?:;[\w=.+-]{1,80}){0,5}),", re.IGNORECASE)


def pixels(value: str | None, style: str | None, name: str) -> int | None:
    """A width or height in pixels, from its attribute or else from the style; None where neither is in pixels."""
    found = NUMBER.match(value) if value else None
    if found is None and style and name in style:
        found = re.search(
            rf"(?:^|[;\s]){name}\s{{0,5}}:\s{{0,5}}(\d{{1,5}})(?:\.\d{{1,4}})?px", style[:2000], re.IGNORECASE
        )
    return int(found[1]) if found else None


def image_digest(source: str, images: Mapping[str, str]) -> str:
    """The sha256 of the inline image that a `src` means; empty where the mail holds no such image."""
    if not images or not source:
        return ""
    if source[:4].lower() == "cid:":
        name = source[4:].strip("<> ")
        for key in (name, unquote(name)):
            if key in images:
                return _hexadecimal(images[key])
        folded = unquote(name).casefold()
        return next((_hexadecimal(value) for key, value in images.items() if key.casefold() == folded), "")
    found = _DATA.match(source)
    if found is not None:
        data = _decoded(source[found.end() :], is_base64=";base64" in found[2].lower())
        return _hexadecimal(images.get(hashlib.sha256(data).hexdigest(), "")) if data else ""
    # RFC 2557: a Content-Location names the part.
    return _hexadecimal(images.get(source, ""))


def _decoded(data: str, *, is_base64: bool) -> bytes:
    raw = unquote_to_bytes(data)
    if not is_base64:
        return raw
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=False)
    except (binascii.Error, ValueError):
        return b""


def _hexadecimal(digest: str) -> str:
    return digest if re.fullmatch(r"[0-9a-f]{64}", digest) else ""
