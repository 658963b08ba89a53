"""Whom the first line of a letter greets, where it holds nothing but that."""

import re
from collections.abc import Collection, Sequence
from enum import Enum, auto
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.own_words import GREETING, PARTICLES, SAYS, TITLES, TO_ALL, Own, lines_of, own_words
from bot.domain.words import bare_words

_MOST: Final = 300
"""Letters of a line."""
_BETWEEN: Final = re.compile(r"[\s,.;!\u2026\u2013\u2014]+")
"""What may stand between and behind the words of a greeting."""
_PLAIN: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_DEAR: Final = frozenset("cher chere dear et and famille".split())
_SMILES: Final = re.compile(r"(?:\s*(?:[:;]-?[)D]|\^\^|[\U0001f300-\U0001faff\u2600-\u27bf\u263a\ufe0f\u200d]))+\s*$")
"""Behind a greeting."""
_WARMLY: Final = re.compile(r"(?:bien|tres|ma|mon)\s(?=ch[e\u00e8]re?\b)|re[-\s]?(?=bonjour\b)", re.IGNORECASE)
"""Before a greeting."""
_TO_SEVERAL: Final = TO_ALL | frozenset("all equipe team collegue collegues amis folks guys bureau".split())


class Greeted(Enum):
    """Whom a letter greets."""

    UNKNOWN = auto()
    """There is no such line, or it may be a colleague whom it greets."""
    UNNAMED = auto()
    """Whoever reads it: `Bonjour,`"""
    SOMEBODY = auto()
    """By a name that no colleague is known by; what who gets the answer is called nobody knows."""
    THEM = auto()
    """Who gets the answer, by name or title."""


def greeted(
    text: str,
    names: Collection[str],
    team: Collection[str],
    writers: Sequence[Address],
    *,
    is_anybody: bool = False,
) -> Greeted:
    """Whom a letter greets: its first line holds nothing but that (`Bonjour Marie,`, `Chère Madame Durand`, `Marie,`),
    and words of the person stand below it. What stands behind a name on its line may as well tell of them: `Marie, elle
    a payé`. What a colleague is called as well greets nobody by itself, but for a whole name.

    Args:
        names: of those who get the answer, in the form in which words are compared.
        team: all names of colleagues, likewise.
        is_anybody: nobody knows what who gets the answer is called.
    """
    first, *below = lines_of(text) or [""]
    if len(first) > _MOST:
        return Greeted.UNKNOWN
    first = _WARMLY.sub("", _SMILES.sub("", first), count=1)
    shown = [word for word in _BETWEEN.split(first) if word]
    if not shown or not all(map(_PLAIN.fullmatch, shown)):
        return Greeted.UNKNOWN
    said = [" ".join(bare_words(word)) for word in shown]
    found = GREETING.match(" ".join(said))
    count = len(found[0].split()) if found is not None and said[0] not in TITLES else 0
    whom = _whom(said[count:], shown[count:], names, team, is_greeting=count > 0, is_anybody=is_anybody)
    is_head = count > 0 or (whom is Greeted.THEM and first.endswith(","))
    return whom if is_head and own_words("\n".join(below), writers) is not Own.NONE else Greeted.UNKNOWN


def _whom(
    said: list[str],
    shown: list[str],
    names: Collection[str],
    team: Collection[str],
    *,
    is_greeting: bool,
    is_anybody: bool,
) -> Greeted:
    """Whom words name that stand behind a greeting, or alone."""
    whole = " ".join(word for word in said if word not in _DEAR | TITLES)
    if whole in names and whole not in team:
        return Greeted.THEM
    whom = Greeted.UNNAMED
    for word, as_shown in zip(said, shown, strict=True):
        is_behind = is_greeting and (as_shown[:1].isupper() or word in PARTICLES)
        is_known = word in names or word in TITLES
        is_first = is_anybody and is_greeting and as_shown[:1].isupper() and word not in _TO_SEVERAL | SAYS
        if word in team or not (is_known or word in _DEAR or (whom is not Greeted.UNNAMED and is_behind) or is_first):
            return Greeted.UNKNOWN
        if is_known:
            whom = Greeted.THEM
        elif is_first and whom is Greeted.UNNAMED:
            whom = Greeted.SOMEBODY
    return whom
