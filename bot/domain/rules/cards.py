"""Whether lines that the reader of mails left out are for sure a signature, typed without its delimiter."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.patterns import pattern
from bot.domain.rules.mottos import is_motto
from bot.domain.rules.own_words import (
    LINK,
    is_added,
    is_closing,
    is_name,
    is_phone,
    is_typed_rule,
    lines_of,
    names_of,
    says,
)

_MOST_LINES: Final = 30
_SHORT: Final = 70
_MOST_LETTERS: Final = 140
_SHORT_WORDS: Final = 8
POSTSCRIPT = pattern(r"\W*(?:p[. ]{0,2}){1,3}-?s\b|\W*post[ -]?scriptum\b", re.IGNORECASE)
_PLACE = pattern(
    r"\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av|bd|boulevard|place|chemin|route|impasse|all[ée]e|quai)\b.{1,60}"
    r"|\d{1,4} [\w ]{2,40} (?:street|st|road|rd|avenue|ave|lane|drive|square)\b.{0,20}"
    r"|(?:\d{5}|[A-Z]{1,2}-\d{4,5}) [^\W\d][^\d:]{1,40}",
    re.IGNORECASE,
)
_NUMBER = pattern(r"(?:\(?\+|\b0)[\d\s./()\u00a0\u202f-]{8,20}\d")
_OFFICE = pattern(
    r"(?:(?:vice|co)-?)?(?:pr[ée]sident|tr[ée]sori(?:er|[èe]re)|secr[ée]taire|direct(?:eur|rice)|responsable"
    r"|g[ée]rante?|coordinat(?:eur|rice)|animat(?:eur|rice)|b[ée]n[ée]vole|treasurer|secretary|chair|director|manager"
    r"|head of|coach)",
    re.IGNORECASE,
)
"""What somebody is: it stands under a name."""
WHEN = pattern(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|aujourd|midi|matin|soir|(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day|tomorrow|today|noon|janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre"
    r"|d[ée]cembre|january|february|march|april|may|june|july|august|september|october|november|december|euros?)\b|[€$£%]",
    re.IGNORECASE,
)


def is_card(text: str, writers: Sequence[Address], *, is_marked: bool = False) -> bool:
    """Whether each line is the writer's name, a closing, a number, a link, an address, a program's or a company's.

    A title, a company or a place is one only in a block with their name and a number or a link. What has a time, a
    date, an amount or a colon is a word of the letter.

    Args:
        is_marked: the program of the writer marks it as their signature: their name is enough, and a motto is one.
    """
    lines, names = lines_of(text), names_of(writers)
    if len(lines) > _MOST_LINES:
        return False
    is_named = has_contact = has_title = False
    for at, line in enumerate(lines):
        if is_typed_rule(line) or is_added(line, lines[at:]) or is_closing(line, names):
            continue
        if is_name(line, names):
            is_named = True
        elif is_marked and is_motto(line):
            continue
        elif is_phone(line) or LINK.fullmatch(line) or _PLACE.fullmatch(line):
            has_contact = True
        elif is_named and len(line) <= _SHORT and _OFFICE.match(line) and _is_title(line):
            continue
        elif len(line) <= _MOST_LETTERS and _is_title(_NUMBER.sub("", line)):
            has_contact = has_contact or _NUMBER.search(line) is not None
            has_title = True
        else:
            return False
    return not (has_contact or has_title) or (is_named and (has_contact or is_marked or not has_title))


def _is_title(line: str) -> bool:
    return (
        len(line.split()) <= _SHORT_WORDS
        and re.search(r"[\d:?!]", line) is None
        and POSTSCRIPT.match(line) is None
        and WHEN.search(line) is None
        and not says(line)
    )
