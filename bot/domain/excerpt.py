"""The words of a text around those by which it was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.folding import LONGEST, MARKS, WORD, fold
from bot.domain.searching import Term

BEFORE: Final = 50
"""Characters before the first word that was found."""
LENGTH: Final = 180
"""Characters in all."""
MOST_READ: Final = 20_000
"""Characters that are looked at."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they are those that were looked for."""

    text: str
    is_found: bool = False


def excerpt(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The text around the first word that was looked for, in one line; its beginning where none stands in it."""
    whole = {word for term in terms for word in (term.words[:-1] if term.is_start else term.words)}
    starts = tuple(term.words[-1] for term in terms if term.is_start)
    plain = " ".join(text[:MOST_READ].split())
    found = _places(plain, whole, starts)
    first = found[0][0] if found else 0
    begin = 0 if first <= BEFORE else _after_blank(plain, first - BEFORE, first)
    end = min(begin + LENGTH, len(plain))
    if end < len(plain):
        end = max(plain.rfind(" ", begin, end), found[0][1] if found else begin + 1)
    pieces, at = [Piece("… ")] if begin else [], begin
    for start, stop in found:
        if stop > end:
            break
        pieces += [Piece(plain[at:start]), Piece(plain[start:stop], is_found=True)]
        at = stop
    pieces.append(Piece(plain[at:end] + (" …" if end < len(plain) else "")))
    return tuple(piece for piece in pieces if piece.text)


def _places(text: str, whole: set[str], starts: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where words that were looked for stand, so many as one line has room for."""
    found: list[tuple[int, int]] = []
    for place in WORD.finditer(text):
        if found and place.start() > found[0][0] + LENGTH:
            break
        # `l’été` is two words, and one with marks of its own is one.
        for word in fold(MARKS.sub("", place[0])).split():
            if word[:LONGEST] in whole or (starts and word.startswith(starts)):
                found.append(place.span())
                break
    return found


def _after_blank(text: str, start: int, most: int) -> int:
    blank = text.find(" ", start, most)
    return start if blank < 0 else blank + 1
