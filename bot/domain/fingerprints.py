"""A person's public master key as people compare it: groups of four, as Element writes keys."""

import re
from collections.abc import Sequence

OTHER_IDENTITY = "OTHER_IDENTITY"
"""The code of a refused trust: the homeserver shows another key than the named one, or none was named. The
refusal's text is the key that it shows."""
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
"""32 bytes in unpadded base64 (appendices, "Unpadded Base64")."""


def grouped(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def key_of(words: Sequence[str]) -> str | None:
    """The key written in one word or in groups; empty without words, None for words that are no key."""
    key = "".join(words).rstrip("=")
    return key if not key or _KEY.fullmatch(key) else None
