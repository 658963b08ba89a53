"""Takes pictures out of safe HTML, for rooms where they cannot stand in place."""

import re

from bot.domain.patterns import pattern

_IMAGE = pattern(r"<img\b[^>]*?>", re.IGNORECASE)
_ALT = pattern(r'\balt="([^"]*)"')


def without_images(html: str) -> str:
    """The HTML with each picture as its alternative text in brackets. Only for HTML that our sanitiser made."""

    def words(found: re.Match[str]) -> str:
        alt = _ALT.search(found[0])
        return f"[🖼 {alt[1]}]" if alt and alt[1] else "[🖼]"

    return _IMAGE.sub(words, html)


def without_image(html: str, source: str, words: str) -> str:
    """The HTML with `words`, which are HTML, for the picture from `source`. Only for HTML that our sanitiser made."""

    def told(found: re.Match[str]) -> str:
        return f"[{words}]" if source in found[0] else found[0]

    return _IMAGE.sub(told, html)
