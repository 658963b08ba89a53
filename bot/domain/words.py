"""Words as people type them: names of commands, filters, variables, in English and French."""

import unicodedata
from dataclasses import dataclass


def bare(word: str) -> str:
    """Small letters without accents: `!Répondre` and `!repondre` are one word."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class Word:
    """A word behind a command's name: a filter, a choice."""

    own: str
    french: tuple[str, ...] = ()
    """French words; French rooms are told the first."""
