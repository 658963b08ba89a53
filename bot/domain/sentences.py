"""A sentence for people, not yet in any language: a catalogue key and its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OtherNames:
    """The other names of a command, beside the one that its reader is told."""

    command: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """`key` names an entry of the catalogues (`bot/text/catalogues`); `values` fill its places."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()


Value = str | int | datetime | Sentence | tuple[Sentence, ...] | OtherNames
"""Several sentences stand beside each other, with a dot between them."""


def sentence(key: str, /, **values: Value) -> Sentence:
    """A sentence with its values by name. A value `count` chooses the plural form."""
    return Sentence(key, tuple(sorted(values.items())))


def numbered(numbers: Iterable[int]) -> str:
    """Conversations, as a sentence names them: `#1, #2`."""
    return ", ".join(f"#{number}" for number in numbers)
