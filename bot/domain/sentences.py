"""A sentence for people, not yet in any language: a catalogue key and its values."""

from dataclasses import dataclass
from datetime import datetime

Value = str | int | datetime


@dataclass(frozen=True, slots=True)
class Sentence:
    """`key` names an entry of the catalogues (`bot/text/catalogues`); `values` fill its places."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()


def sentence(key: str, /, **values: Value) -> Sentence:
    """A sentence with its values by name. A value `count` chooses the plural form."""
    return Sentence(key, tuple(sorted(values.items())))
