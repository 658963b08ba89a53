"""Lines of a mail that put a conversation off, as people say it to their team: `plus tard 3j`, `rappelle-moi lundi`."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from bot.domain.times import names_time
from bot.domain.words import bare

LATER: Final = frozenset(
    """snooze sleep later remind reminder postpone defer wait nudge bump followup
    reporter reporte report plus-tard tard rappel rappeler rappelle relancer relance remettre remets repousser repousse
    decaler decale differer differe ajourner ajourne attendre endormir endors dormir dors veille sommeil""".split()
)
"""Words that mean that it is to come back later. What is said to the correspondent (`rappelez`) is none of them."""
_AGAIN: Final = "revoir"
"""It means the same; no slip of it is looked for, since another word is one letter away (`prévoir`)."""
_BESIDE: Final = frozenset("plus repondre reply answer this that about again ca cela mail message de du d".split())
_OTHERWISE: Final = re.compile(r"\b(?:à|a) plus tard\b|\bla veille\b", re.IGNORECASE)
"""A farewell, and a day."""
_OVER: Final = ("é", "ée", "és", "ées")
"""`Reporté à lundi` says what has become of something."""
_MOST_WORDS: Final = 9


def puts_off(line: str, beside: Collection[str]) -> bool:
    """Whether a line is nothing but words that mean `later`, with or without a time, and such as stand around a command
    (`beside`, in the form in which words are compared)."""
    words = unicodedata.normalize("NFC", line).lower().split()
    if not 0 < len(words) <= _MOST_WORDS or _OTHERWISE.search(" ".join(words)):
        return False
    ends = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    return any(
        _is_of_words(words[:start] + words[end:], beside) and (start == end or names_time(" ".join(words[start:end])))
        for start, end in [(0, 0), *ends]
    )


def _is_of_words(words: list[str], beside: Collection[str]) -> bool:
    pieces = [piece for word in words for piece in re.split(r"[\W_]+", word) if piece]
    later = [piece for piece in pieces if (bare(piece) in LATER or piece == _AGAIN) and not piece.endswith(_OVER)]
    return bool(later) and all(piece in later or bare(piece) in _BESIDE or bare(piece) in beside for piece in pieces)
