"""The own address of the writer of an answer by mail: who gets the answer learns it from no signature.

A line of the signature that holds nothing else is left out; whether it may leave in other words is asked about.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from bot.domain.mail import Address
from bot.domain.rules.cards import is_card
from bot.domain.rules.own_words import LINK, is_closing, is_name, is_phone, is_typed_rule, names_of
from bot.domain.words import bare_words

_LABELS: Final = frozenset(
    """e mail email courriel mel adresse address contact mailto tel telephone phone mob mobile port portable fixe fax
    cell t m p f""".split()
)
_BETWEEN: Final = re.compile(r"\s*[|\u2022\u00b7]\s*|\s[/\u2013\u2014-]\s")
"""What stands between the pieces of a signature on one line."""
_HIDDEN: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Letters without a shape."""
_MOST_LINES: Final = 500
_CARD_LINES: Final = 8
"""A signature with an address has at most so many lines above it."""


def names_personal(text: str, personal: Collection[str]) -> bool:
    """Whether it names one of these addresses (given in `addresses.normal` form), or a sub-address of one, also where a
    program encoded it in a link."""
    small = _folded(text)
    return any(_named(one).search(small) is not None for one in personal)


def _folded(text: str) -> str:
    """For comparing: without percent signs of links, without letters of another width or none."""
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", unquote(text))).casefold()


@lru_cache(maxsize=256)
def _named(address: str) -> re.Pattern[str]:
    local, _, domain = address.rpartition("@")
    return re.compile(rf"{re.escape(local)}(?:\+[^@\s:;,<>\"]{{0,64}})?[ \t]?@[ \t]?{re.escape(domain)}(?!\.?[\w-])")


def without_personal(text: str, personal: Collection[str], writers: Sequence[Address]) -> str:
    """Without the lines of a signature that hold nothing but one of these addresses, a label and a telephone number."""
    lines = text.split("\n")
    if len(lines) > _MOST_LINES or not names_personal(text, personal):
        return text
    kept = [
        _without_piece(lines, at, personal, writers)
        for at in range(len(lines))
        if not _is_of_signature(lines, at, personal, writers)
    ]
    return text if kept == lines else "\n".join(kept).strip()


def _without_piece(lines: list[str], at: int, personal: Collection[str], writers: Sequence[Address]) -> str:
    """The line; where it is a whole signature, `Alice | alice@… | 06 …`, below a closing phrase, the name or a rule,
    and nothing but a signature follows, without the piece that holds the address."""
    line, names = lines[at], names_of(writers)
    pieces = _BETWEEN.split(line.strip())
    left = [one for one in pieces if not _is_alone(one, personal)]
    above = [one.strip() for one in lines[:at] if one.strip()]
    if len(left) in (0, len(pieces)) or not above or (len(above) > 1 and above[-2].endswith(":")):
        return line
    is_begun = is_closing(above[-1], names) or is_name(above[-1], names) or is_typed_rule(above[-1])
    is_whole = all(is_name(one, names) or is_phone(one) or LINK.fullmatch(one) for one in left)
    is_last = is_card("\n".join((above[-1], *left, *lines[at + 1 :])), writers)
    return " | ".join(left) if is_begun and is_whole and is_last else line


def _is_of_signature(lines: list[str], at: int, personal: Collection[str], writers: Sequence[Address]) -> bool:
    if not _is_alone(lines[at], personal):
        return False
    names = names_of(writers)
    above = [line for line in lines[:at] if line.strip()]
    for start in range(max(0, len(above) - _CARD_LINES), len(above)):
        block = [line for line in above[start:] if not _is_alone(line, personal)]
        first = above[start].strip()
        is_begun = is_name(first, names) or is_closing(first, names)
        is_given = start > 0 and above[start - 1].rstrip().endswith(":")
        if is_begun and not is_given and is_card("\n".join((*block, next(iter(personal)))), writers):
            return True
    return False


def _is_alone(line: str, personal: Collection[str]) -> bool:
    if not names_personal(line, personal):
        return False
    rest = _folded(line)
    for one in personal:
        rest = _named(one).sub(" ", rest)
    return all(word in _LABELS or word.isdigit() for word in bare_words(rest))
