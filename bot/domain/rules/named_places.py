"""What people say in a letter of answers that stand among the lines below it."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.own_words import Own, own_words

_SHORT: Final = 300
"""An answer of fewer letters may say no more than where its words stand."""
_PLACES: Final = (
    r"(?:en (?:rouge|bleu|vert|gras|couleur)|dans (?:le|ton|votre|son) (?:texte|corps|mail|message)|ci-dessous|plus bas"
    r"|entre les lignes|in (?:red|blue|green|bold|line)|in-?line|in the text|below)"
)
_BELOW: Final = re.compile(
    rf"\b(?:voir|voyez|cf|see|r[ée]ponses?|r[ée]ponds?|r[ée]pondu|answers?|answered|repl(?:y|ies|ied)|comments?"
    rf"|commentaires?|remarques?)\b[^.!?\n]{{0,60}}\b{_PLACES}\b"
    rf"|\b{_PLACES}\b[^.!?\n]{{0,20}}\b(?:r[ée]ponses?|answers?|repl(?:y|ies)|commentaires?|comments?)\b"
    rf"|^\W*(?:\w+\W+){{0,3}}{_PLACES}\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_OURS: Final = re.compile(
    r"\b(?:mes|nos|les|my|our|the) (?:r[ée]ponses?|commentaires?|remarques?|answers|replies|comments|remarks)\b"
    r"[^\n:]{0,40}:?\W*$|^\W*(?:\w+\W+){0,2}(?:voir|voyez|cf|see)\W*$",
    re.IGNORECASE | re.MULTILINE,
)


def says_answers_are_below(words: str, writers: Sequence[Address]) -> bool:
    """Whether a short letter names the place of its answers, or its answers and none behind that."""
    if len(words) >= _SHORT:
        return False
    if _BELOW.search(words) is not None:
        return True
    found = _OURS.search(words)
    return found is not None and own_words(words[found.end() :], writers, is_behind=True) is Own.NONE
