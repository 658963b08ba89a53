"""Links that a company's server makes of those in a mail, and that leave of the old one its host alone."""

import re
from typing import Final

from bot.domain.patterns import pattern

_OPAQUE = pattern(
    r"[<(\[]?https://(?:[\w-]{1,40}\.){1,4}(?:mimecast|mimecastprotect)\.com/s/[\w-]{8,80}\?domain=([\w.-]{3,253})[>)\]]?",
    re.IGNORECASE,
)
_MOST: Final = 600


def host_left(link: str) -> str:
    """The host that a link of such a server names, in small letters; empty: the words are no such link alone."""
    found = _OPAQUE.fullmatch(link[:_MOST])
    return found[1].lower() if found is not None else ""
