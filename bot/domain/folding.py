"""Text as it is searched: words in small letters, without accents. One fold for what is kept and for what is asked."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 40
"""Letters of a word that count: what is longer is no word that somebody types."""
WORD: Final = re.compile(r"[^\W_]+")
MARKS: Final = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]+"
)
"""Combining marks of Latin, Greek, Cyrillic, Hebrew, Arabic and kana (Unicode, general category Mn)."""
_LIGATURES: Final = (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), ("đ", "d"))
"""Letters that no normal form takes apart, though people type them so."""


def fold(text: str) -> str:
    """The text in small letters without accents: `Œuvre d’Été` and `oeuvre d'ete` have the same words."""
    small = text.lower()
    if small.isascii():
        return small
    plain = MARKS.sub("", unicodedata.normalize("NFKD", small))
    for letter, letters in _LIGATURES:
        if letter in plain:
            plain = plain.replace(letter, letters)
    return plain


def folded_words(text: str) -> list[str]:
    """The words of a text, in order, as they are compared."""
    return [word[:LONGEST] for word in WORD.findall(fold(text))]
