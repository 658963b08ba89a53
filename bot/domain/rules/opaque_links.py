"""Links that a company's server makes of those in a mail, in which the old one is not to be read as it was."""

import re
from typing import Final
from urllib.parse import unquote

from bot.domain.patterns import pattern

_OPAQUE = pattern(
    r"[<(\[]?https://(?:[\w-]{1,40}\.){1,4}(?:mimecast|mimecastprotect)\.com/s/[\w-]{8,80}\?domain=([\w.-]{3,253})[>)\]]?",
    re.IGNORECASE,
)
_SPELT = pattern(r"https://urldefense\.proofpoint\.com/v2/url\?u=([\w.-]{8,2000})(?:&[\w.=&;%-]{0,600})?")
"""Proofpoint's second way: `-` stands for `%`, and `_` for `/`."""
_MOST: Final = 600


def host_left(link: str) -> str:
    """The host that a link of such a server names, in small letters; empty: the words are no such link alone."""
    found = _OPAQUE.fullmatch(link[:_MOST])
    return found[1].lower() if found is not None else ""


def as_before(line: str) -> str:
    """The line with the links as they were of which a server has spelt each sign in another way."""
    return _SPELT.sub(lambda found: unquote(found[1].replace("-", "%").replace("_", "/")), line)
