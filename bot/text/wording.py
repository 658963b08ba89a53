"""Says sentences in a reader's language. Only this module reads the catalogues in `bot/text/catalogues`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from gettext import c2py
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final

from babel.messages.pofile import read_po

from bot.domain.sentences import OtherNames, Sentence, Value, sentence
from bot.text.dates import in_full, moment

if TYPE_CHECKING:
    from bot.domain.command import Command

FALLBACK: Final = "en"
LANGUAGES: Final = ("en", "fr")
MOST_VALUE: Final = 2_000
"""Characters of a value: an address or a server's answer can be of any length, and a room takes 64 KiB an event."""
BESIDE: Final = " · "
"""Between sentences that stand beside each other."""
PLACE: Final = re.compile(r"\{([a-z_]+)\}")
"""A place in a sentence. Anything else in braces is text."""
_TYPED: Final = re.compile(r"(?:!(?P<name>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*)?)|(?P<word>[^\W\d_]+))(?P<value>:\S+)?")
"""`tag:urgent`: what stands behind a word of ours is the reader's own."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language: the forms of each entry (one, or one for each plural), by key."""

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


@cache
def catalogue(language: str) -> Catalogue:
    """All files of one language, read once.

    Raises:
        KeyError: there is no such language.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    forms: dict[str, tuple[str, ...]] = {}
    plural = "(n != 1)"
    folder = files("bot.text") / "catalogues" / language
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".po"):
            continue
        entries = read_po(BytesIO(file.read_bytes()), locale=language)
        plural = entries.plural_expr
        for entry in entries:
            if entry.id:
                key = entry.id if isinstance(entry.id, str) else entry.id[0]
                forms[key] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return Catalogue(forms, c2py(plural))


def known_language(language: str) -> str:
    """The language of the catalogue that speaks for `language`: French for `fr-CA`, English where there is none."""
    short = language.lower().replace("_", "-").split("-")[0]
    return short if short in LANGUAGES else FALLBACK


def has(key: str) -> bool:
    """Whether the catalogues have an entry for the key."""
    return key in catalogue(FALLBACK).forms


def template(language: str, key: str, count: int = 1) -> str:
    """The entry as it stands in the catalogue, with its places open and commands between backticks.

    A key that no catalogue has is shown as it is: a strange word in the room is better than no answer.
    """
    for spoken in (known_language(language), FALLBACK):
        words = catalogue(spoken)
        forms = words.forms.get(key)
        if forms and forms[0]:
            return forms[min(words.plural(abs(count)), len(forms) - 1)] if len(forms) > 1 else forms[0]
    return key


def pieces(pattern: str) -> Iterator[tuple[str, bool]]:
    """The parts of an entry, and whether each is typed by people: a command between backticks."""
    for number, piece in enumerate(pattern.split("`")):
        yield piece, number % 2 == 1


def typed(language: str, text: str) -> str:
    """A command in the words of its language: catalogues and decisions write `!list mine`, a French room reads
    `!liste miennes`. The words are those of the command's row; words that the row does not know stay as they are."""
    spoken, row = known_language(language), None

    def own(found: re.Match[str]) -> str:
        return _own(found) + (found["value"] or "")

    def _own(found: re.Match[str]) -> str:
        nonlocal row
        if not found["name"]:
            return _word(row, found["word"], spoken)
        # A name of two words is looked for before a name of one.
        row = _row(found["name"])
        if row is not None:
            return "!" + row.name_in(spoken)
        name, _, second = found["name"].partition(" ")
        row = _row(name)
        rest = f" {_word(row, second, spoken)}" if second else ""
        return f"!{row.name_in(spoken) if row is not None else name}{rest}"

    return _TYPED.sub(own, text)


def _row(name: str) -> Command | None:
    # Two thirds of the domain stand behind the table; the command line mostly speaks of none of them.
    from bot.domain.commands.table import by_name

    return by_name(name)


def _word(row: Command | None, word: str, language: str) -> str:
    if row is None:
        return word
    named = _row(word) if row.takes_commands else None
    return named.name_in(language) if named is not None else row.word_in(word, language)


def count_of(s: Sentence) -> int:
    """The number that chooses the plural form."""
    for name, value in s.values:
        if name == "count" and isinstance(value, int):
            return value
    return 1


def value_words(language: str, place: str, value: Value, *, timezone: str) -> str:
    """A value as people read it.

    A time is said in the reader's way, with its weekday at the place `{when}`. A number is a size at a place whose name
    ends with `bytes`. A word with an entry `PLACE.WORD` in the catalogues is said by that entry: `pending` at
    `{status}` is said by `status.pending`.
    """
    if isinstance(value, Sentence):
        return say(language, value, timezone=timezone)
    if isinstance(value, tuple):
        return BESIDE.join(say(language, one, timezone=timezone) for one in value)
    if isinstance(value, OtherNames):
        return ", ".join(f"!{name}" for name in other_names(value, language))
    if isinstance(value, datetime) and place == "when":
        return in_full(value, language=language, timezone=timezone)
    if isinstance(value, datetime):
        return moment(value, language=language, timezone=timezone)
    if isinstance(value, int) and place.endswith("bytes"):
        return size_words(language, value)
    if isinstance(value, str) and has(entry := f"{place}.{value}"):
        return template(language, entry).replace("`", "")
    words = str(value)
    return words if len(words) <= MOST_VALUE else words[: MOST_VALUE - 1] + "…"


def other_names(value: OtherNames, language: str) -> tuple[str, ...]:
    """The other names of a command, besides the one that its reader is told."""
    row = _row(value.command)
    if row is None:
        return ()
    told = row.name_in(known_language(language))
    return tuple(name for name in row.names if name != told)


def size_words(language: str, size: int) -> str:
    """A number of bytes: `84 kB`, in French `84 ko`."""
    for unit, divisor in (("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1_000)):
        if size >= divisor:
            number = size / divisor
            figure = f"{number:.1f}" if number < 10 and unit != "kb" else str(round(number))
            if known_language(language) == "fr":
                figure = figure.replace(".", ",")
            return say(language, sentence(f"size.{unit}", figure=figure))
    return say(language, sentence("size.bytes", count=size))


def say(language: str, s: Sentence, *, timezone: str = "UTC") -> str:
    """The sentence as plain text. Its values stay as they came: `shown` makes them harmless."""
    values = dict(s.values)

    def fill(place: re.Match[str]) -> str:
        name = place.group(1)
        if name not in values:
            return "…"
        return value_words(language, name, values[name], timezone=timezone)

    said = ((PLACE.sub(fill, piece), is_typed) for piece, is_typed in pieces(template(language, s.key, count_of(s))))
    return "".join(typed(language, piece) if is_typed else piece for piece, is_typed in said)
