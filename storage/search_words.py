"""The words of a text as each full-text index keeps them, and from one form to the other.

SQLite keeps them in order, with a break where two stand in no phrase. PostgreSQL keeps the places of each, a gap for a
break, and the text's month as its last word.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.domain.searching import BREAK

NAME_BITS: Final = 30
"""Of a number; two texts of one second have the same number once in a thousand million."""
_MOST_OF_ONE: Final = 250
"""Places of one word: PostgreSQL takes few more, and less than a megabyte of all (12.11)."""
_WORD: Final = re.compile(r"'([^']*)':([0-9,]+)")


def month(id: int) -> str:
    """The word for the month of a text."""
    moment = datetime.fromtimestamp(id >> NAME_BITS, UTC)
    return f"b:{moment.year:04}{moment.month:02}"


def vector(tokens: Sequence[str]) -> str:
    """The words as PostgreSQL reads a tsvector; none has a quote or a backslash."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens, 1):
        if token != BREAK:
            places.setdefault(token, []).append(str(place))
    return " ".join(f"'{token}':{','.join(at[:_MOST_OF_ONE])}" for token, at in places.items())


def places(vector: str) -> list[tuple[str, tuple[int, ...]]]:
    """Each word of a tsvector with where it stands, in the order of the words."""
    return sorted((word, tuple(int(one) for one in at.split(","))) for word, at in _WORD.findall(vector))


def vector_of(id: int, words: str) -> str:
    """What PostgreSQL keeps of what SQLite does."""
    return vector([*words.split(" "), month(id)] if words else [month(id)])


def words_of(id: int, vector: str) -> str:
    """What SQLite keeps of what PostgreSQL does; the places that this one left out of a frequent word are breaks."""
    at = {place: word for word, standing in places(vector) for place in standing}
    last = max((place for place, word in at.items() if word == month(id)), default=len(at) + 1)
    return " ".join(at.get(place, BREAK) for place in range(1, last))
