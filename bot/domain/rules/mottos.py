"""Mottos in signatures: words of somebody else between quotation marks, and where to follow a house."""

import re
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.words import bare_words

_QUOTED = pattern(
    r"(?:«[^«»]{8,200}»|“[^“”]{8,200}”|„[^„“”]{8,200}[“”]|\"[^\"]{8,200}\")[.!…]?"
    r"(?P<author>\s{0,3}[-\u2013\u2014(,]?\s{0,3}[^\d:?!«»\"“”]{2,60})?"
)
_FOLLOW = pattern(
    r"\W{0,6}(?:(?:suivez|retrouvez|rejoignez)[ -]nous|follow us|find us|like us)(?: aussi| also)? (?:sur|on)\b",
    re.IGNORECASE,
)
_PLACES: Final = frozenset(
    """facebook instagram twitter x linkedin youtube tiktok bluesky mastodon et and nos notre our les the reseaux
    sociaux page pages site sites web internet""".split()
)
_LINK = pattern(r"(?:https?://|www\.)\S{1,300}")
_MOST: Final = 300
"""Letters."""
_FEWEST: Final = 4
"""Words."""
_TO_SOMEBODY: Final = frozenset(
    """vous votre vos tu toi ton ta tes te you your je j i we nous merci thanks thank oui non yes no ok bonjour hello
    """.split()
)
"""With one of them it may be what its writer says to the reader."""
_AUTHOR_WORDS: Final = 6


def is_motto(paragraph: str) -> bool:
    """Whether a paragraph of a signature says nothing to its reader but such words."""
    said = " ".join(paragraph.split()).strip("*_ ")
    if len(said) > _MOST:
        return False
    if (start := _FOLLOW.match(said)) is not None:
        return _PLACES.issuperset(bare_words(_LINK.sub(" ", said[start.end() :])))
    found = _QUOTED.fullmatch(said)
    words = bare_words(said)
    if found is None or len(words) < _FEWEST or any(word.isdigit() or word in _TO_SOMEBODY for word in words):
        return False
    author = (found["author"] or "").split()
    return len(author) <= _AUTHOR_WORDS and not (author and author[-1].endswith(".") and len(author) > 1)
