"""Words as people type them: names of commands, filters, variables, in English and French."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.quote_lines import HIDDEN_CHARACTERS

_MOST_OF_EMOJI: Final = 16
"""Characters: families and flags are sequences (UTS 51)."""


def bare(word: str) -> str:
    """Small letters without accents: `!Répondre` and `!repondre` are one word."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def bare_words(text: str) -> list[str]:
    """The words of a text, each in the form in which words are compared."""
    return [bare(word) for word in re.split(r"[\W_]+", text) if word]


@dataclass(frozen=True, slots=True)
class Word:
    """A word behind a command's name: a filter, a choice."""

    own: str
    french: tuple[str, ...] = ()
    """French words; French rooms are told the first."""

    def in_language(self, language: str) -> str:
        """The word that people are told in that language."""
        return self.french[0] if language == "fr" and self.french else self.own

    @property
    def said(self) -> tuple[str, ...]:
        """All that people type for it, in the form in which words are compared."""
        return tuple(map(bare, (self.own, *self.french)))


NUMBERED: Final = re.compile(r"[(\[]?#(\d{1,12})[)\],;:.]*")
"""A word that names a conversation, as people write it in a line of words: `#2, #3`."""
DEFAULT: Final = Word("default", ("défaut", "par-défaut"))
"""What config.yaml says, in place of what the house does."""


def meant(words: Iterable[Word], said: str) -> str:
    """The own word that a person's word means; empty where it means none of these."""
    wanted = bare(said)
    return next((one.own for one in words if wanted in one.said), "")


def by_what_is_said(words: Iterable[Word]) -> Mapping[str, str]:
    """The own words by all that people type for them, as it is compared."""
    return {name: one.own for one in words for name in one.said}


def letters_of(words: str, *, has_signs: bool = False) -> str:
    """The letters and digits alone, in small letters: what stays of words whatever a program makes of blanks, line
    breaks and marks.

    Args:
        has_signs: pictures (emoji) count as letters.
    """
    shown = unicodedata.normalize("NFKC", HIDDEN_CHARACTERS.sub("", words))
    if has_signs and not shown.isascii():
        return "".join(one for one in shown if one.isalnum() or _is_sign(one)).casefold()
    return re.sub(r"[\W_]+", "", shown).casefold()


def is_pictured(words: str) -> bool:
    """Whether pictures (emoji) are among the letters."""
    return any(map(_is_sign, words))


def emoji_in(words: str) -> str:
    """The words, if they are one emoji, or a few, and nothing else."""
    words = words.strip()
    if len(words) > _MOST_OF_EMOJI or not is_pictured(words):
        return ""
    kept = ("So", "Sk", "Mn", "Me", "Cf")
    return words if all(unicodedata.category(char) in kept or char in "#*0123456789" for char in words) else ""


def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter) == "So"
