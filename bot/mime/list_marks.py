"""What stands before the items of an ordered list, as a browser shows it: `2. `, `B. `, `iv. `."""

import re
from collections.abc import Mapping
from typing import Final

from bot.domain.patterns import pattern

BULLET: Final = "- "
_NUMBER = pattern(r"\s{0,3}(-?\d{1,6})\s{0,3}$")
_STYLE = pattern(
    r"list-style(?:-type)?\s{0,5}:[^;]{0,80}?\b(decimal|(?:lower|upper)-(?:alpha|latin|roman)|none|disc|circle|square)\b",
    re.IGNORECASE,
)
_TYPES: Final = {
    "decimal": "1", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN: Final = 3999
_LETTERS: Final = 26


class OrderedList:
    """The items of one `<ol>`, counted."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        start = _number(attributes.get("start"))
        self._step = -1 if "reversed" in attributes else 1
        self._next = 1 if start is None else start
        self._type = attributes.get("type", "1")
        if (style := _STYLE.search(attributes.get("style", "")[:2000])) is not None:
            self._type = _TYPES.get(style[1].lower(), "")
        if self._step < 0 and start is None:
            # It counts down from the number of its items.
            self._type = ""

    def mark(self, attributes: Mapping[str, str]) -> str:
        """What stands before the next item, which has these attributes."""
        if (value := _number(attributes.get("value"))) is not None:
            self._next = value
        at = self._next
        self._next += self._step
        shown = _shown(at, self._type)
        return f"{shown}. " if shown else BULLET


def _number(value: str | None) -> int | None:
    found = _NUMBER.match(value) if value else None
    return int(found[1]) if found is not None else None


def _shown(number: int, kind: str) -> str:
    match kind:
        case "":
            return ""
        case "a" | "A" if number > 0:
            letters = ""
            while number:
                number, rest = divmod(number - 1, _LETTERS)
                letters = chr(ord("a") + rest) + letters
            return letters.upper() if kind == "A" else letters
        case "i" | "I" if 0 < number <= _MOST_ROMAN:
            roman = ""
            for worth, letters in _ROMAN:
                roman += letters * (number // worth)
                number %= worth
            return roman.upper() if kind == "I" else roman
        case _:
            return str(number)
