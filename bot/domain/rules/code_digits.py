"""Where the digits of a code stand in a text, however somebody splits them who copies it.

A code is its digits, in their order, with no other digit among them: what stands between is looked at for its length
alone. So no list of blanks and signs is ever too short, and a number that is none of the few codes that count is found
by chance in one of a hundred million.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MOST_BETWEEN: Final = 16
"""The most characters, tags of HTML apart, from one digit to the next: digits that are further apart are of two
numbers."""
_IN_TEXT: Final = re.compile(r"\d")
_NO_DIGITS: Final = re.compile(r"\D+")
_TAG: Final = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_IN_HTML: Final = re.compile(rf"(?P<tag>{_TAG.pattern})|(?P<entity>&#?[0-9a-zA-Z]{{1,31}};)|\d")


@dataclass(frozen=True, slots=True)
class _Digit:
    value: str
    """From 0 to 9, whatever script or width it is written in."""
    start: int
    end: int
    """The characters of it: those of an entity of HTML are several."""
    after: int
    """How many visible characters stand before its end."""


def codes_in(text: str, codes: Collection[str]) -> frozenset[str]:
    """Those of the codes whose digits stand in a text, or in a text of HTML."""
    return frozenset(code for digits in _readings(text, codes) for code in codes if _places(digits, code))


def covered(text: str, codes: Collection[str], cover: str = "•") -> str:
    """The text with a cover for each digit of the codes. What stands between stays, so that HTML stays what it is."""
    found: set[tuple[int, int]] = set()
    for digits in _readings(text, codes):
        for code in codes:
            for at in _places(digits, code):
                found |= {(one.start, one.end) for one in digits[at : at + len(code)]}
    for start, end in sorted(found, reverse=True):
        text = text[:start] + cover + text[end:]
    return text


def _readings(text: str, codes: Collection[str]) -> Iterator[Sequence[_Digit]]:
    """The digits of a text as it is, and as a reader of HTML sees it, who sees no tags; where a code may be there.

    Nearly none has one, and to say so of a long text is quick.
    """
    if _may_have(text, codes):
        yield tuple(_Digit(_value(one[0]), one.start(), one.end(), one.end()) for one in _IN_TEXT.finditer(text))
    if ("<" in text or "&#" in text) and _may_have(html.unescape(_TAG.sub("", text)), codes):
        yield _seen(text)


def _may_have(text: str, codes: Collection[str]) -> bool:
    digits = _NO_DIGITS.sub("", text)
    written = digits if digits.isascii() else "".join(map(_value, digits))
    return any(code in written for code in codes)


def _seen(text: str) -> Sequence[_Digit]:
    found, hidden = [], 0
    for one in _IN_HTML.finditer(text):
        if one["tag"] is not None:
            hidden += len(one[0])
            continue
        value = one[0] if one["entity"] is None else html.unescape(one[0])
        hidden += len(one[0]) - 1
        if len(value) == 1 and value.isdecimal():
            found.append(_Digit(_value(value), one.start(), one.end(), one.end() - hidden))
    return tuple(found)


def _value(digit: str) -> str:
    return str(unicodedata.decimal(digit))


def _places(digits: Sequence[_Digit], code: str) -> list[int]:
    """At which of the digits the code begins."""
    written, found = "".join(one.value for one in digits), []
    at = written.find(code)
    while at >= 0:
        part = digits[at : at + len(code)]
        if all(later.after - one.after <= MOST_BETWEEN + 1 for one, later in pairwise(part)):
            found.append(at)
        at = written.find(code, at + 1)
    return found
