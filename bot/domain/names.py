"""Names of people as they are compared: their words, without accents and marks."""

import re

from bot.domain.words import bare

MOST_WORDS = 8
_LONGEST = 60
_WORD = re.compile(r"[^\W_]+")


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents, each once: `Dupont, Hélène` and `helene dupont` are one."""
    return tuple(dict.fromkeys(word[:_LONGEST] for word in _WORD.findall(bare(name))))[:MOST_WORDS]
