"""Names of people as they are compared: their words, without accents and marks; and who `@bob` is."""

import re
from collections.abc import Iterable

from bot.domain.ids import UserId
from bot.domain.words import bare

MOST_WORDS = 8
_LONGEST = 60
_WORD = re.compile(r"[^\W_]+")
MOST_NAMED = 20
"""People that a note may name."""
_BARE_NAME = re.compile(r"(?<![\w@./+-])@[\w./=+-]{1,80}(?::[\w.-]+(?::\d+)?)?")


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents, each once: `Dupont, Hélène` and `helene dupont` are one."""
    return tuple(dict.fromkeys(word[:_LONGEST] for word in _WORD.findall(bare(name))))[:MOST_WORDS]


def only_one_named(users: Iterable[UserId], name: str) -> UserId | None:
    """The only user whose id has this local part, `@bob`; None where there is none, or several."""
    fits = {user for user in users if user.partition(":")[0].lower() == name.lower()}
    return next(iter(fits)) if len(fits) == 1 else None


def bare_names(text: str) -> tuple[str, ...]:
    """`@bob` and `@bob:example.org` in a text, as they are written, each once; an address of mail is none."""
    return tuple(dict.fromkeys(found[0].rstrip(".:") for found in _BARE_NAME.finditer(text)))[:MOST_NAMED]
