"""Variables in words that are written once and used often: saved replies, signatures, names of senders.

A value is text wherever it stands: what a stranger put into a name or a subject never becomes Markdown.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.ids import INVISIBLE
from bot.domain.words import Word, bare, by_what_is_said

VARIABLES: Final = (
    Word("name", ("nom",)),
    Word("first_name", ("prénom",)),
    Word("address", ("adresse",)),
    Word("subject", ("objet",)),
    Word("number", ("numéro",)),
    Word("me", ("moi",)),
    Word("mailbox", ("boîte",)),
    Word("member.signature", ("membre.signature",)),
)
"""What stands between braces, with its French names; a room is told those of its language."""
SIGNATURE: Final = "member.signature"
"""The one variable whose value has several lines: a member's own."""
OF_NOBODY: Final = ("me", SIGNATURE)
"""Variables of a member who writes: where words leave by themselves, nobody writes them."""
MOST_VALUE: Final = 200
"""Characters of a value."""
_PLACE: Final = re.compile(r"\{[ ]?([^\W\d][\w.-]{0,30})[ ]?\}")
_BRACED: Final = re.compile(r"\{([ %]*[^\W\d][^{}\n]{0,60})\}")
_OWN: Final = by_what_is_said(VARIABLES)
_MARKS: Final = re.compile(r"([\\`*_\[\]{}])")
_AT_START: Final = re.compile(r"^(\d*)([#+.)>-])")
_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]{}#+.)>-])")
_ANGLES: Final = str.maketrans("<>", "‹›")
"""Markdown has no mark that takes their meaning from them."""
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WWW: Final = re.compile(r"\b(www)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filled:
    """The words with their values; a variable without one stands as it was written."""

    text: str
    empty: tuple[str, ...] = ()
    """Those without a value, as they were written."""


def names_signature(text: str) -> bool:
    """Whether the words say themselves where a member's own lines stand."""
    return any(_OWN.get(bare(name)) == SIGNATURE for name in _PLACE.findall(text))


def _lines(value: str) -> str:
    return "\n".join(as_text(line) for line in value.split("\n"))


def unknown(text: str) -> tuple[str, ...]:
    """What stands between braces and means nothing, also in the spelling of other programs: `{%customer.name%}`."""
    return tuple(dict.fromkeys(name for name in _BRACED.findall(text) if bare(name.strip(" ")) not in _OWN))


def filled(text: str, values: Mapping[str, str]) -> Filled:
    """The Markdown with values, by the variables' own names, each as text."""
    empty: dict[str, None] = {}

    def value(found: re.Match[str]) -> str:
        own = _OWN.get(bare(found[1]))
        words = _lines(values.get(own, "")) if own == SIGNATURE else as_text(values.get(own or "", ""))
        if not words:
            empty[found[1]] = None
        return words or found[0]

    return Filled(_PLACE.sub(value, text), tuple(empty))


def unknown_to_nobody(text: str) -> tuple[str, ...]:
    """What means nothing in words that no member writes."""
    values = {one.own: "x" for one in VARIABLES if one.own not in OF_NOBODY}
    return unknown(text) or filled(text, values).empty


def gaps(text: str) -> tuple[str, ...]:
    """Variables that stand in words which are to leave: nobody filled them in."""
    return tuple(dict.fromkeys(name for name in _PLACE.findall(text) if bare(name) in _OWN))


def closed(text: str, values: Mapping[str, str]) -> str:
    """The Markdown with values; a variable without one is left out, because the words leave as they are."""
    return _PLACE.sub(lambda found: "" if bare(found[1]) in _OWN else found[0], filled(text, values).text)


def filled_plainly(text: str, values: Mapping[str, str]) -> str:
    """Words that are no Markdown with values, in one line; a variable that has no value here stays."""

    def value(found: re.Match[str]) -> str:
        own = _OWN.get(bare(found[1]))
        return found[0] if own is None or own not in values else _in_one_line(values[own])

    return " ".join(_PLACE.sub(value, text).split())


def _in_one_line(value: str) -> str:
    # No value names another variable.
    return " ".join(value.translate(INVISIBLE).replace("{", "(").replace("}", ")").split())[:MOST_VALUE]


def as_text(value: str) -> str:
    """A value in one line of Markdown that shows it as it is: no mark of it counts, no page in it becomes a link."""
    line = " ".join(_SCHEME.sub("", value.translate(INVISIBLE)).split())[:MOST_VALUE]
    line = line.translate(_ANGLES)
    line = _WWW.sub(r"\1\.", _MARKS.sub(r"\\\1", line))
    return _AT_START.sub(r"\1\\\2", line)


def as_typed(text: str) -> str:
    """Markdown in a list, without the marks that `as_text` put in."""
    return _ESCAPED.sub(r"\1", text)


def first_name(name: str) -> str:
    """`Marie` of `Marie Dupont`, of `Dupont, Marie` and of `DUPONT Marie`; empty where it cannot be told."""
    words = " ".join(name.split())
    if "@" in words:
        return ""
    last, _, first = words.partition(",")
    parts = (first or last).split()
    given = [part for part in parts if not (part.isupper() and len(part) > 1)]
    return (given or parts or [""])[0]


def known_names(language: str, besides: Iterable[str] = ()) -> str:
    """All variables, but for some, as people type them in that language: `{name} {subject}`."""
    return braced(one.in_language(language) for one in VARIABLES if one.own not in besides)


def braced(names: Iterable[str]) -> str:
    """Names between braces, as they stand in words."""
    return " ".join(f"{{{name}}}" for name in names)
