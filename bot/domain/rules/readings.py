"""Two readings of the same words: the lines of one that are not in the other."""

import re
from typing import Final

from bot.domain.quote_lines import HIDDEN_CHARACTERS
from bot.domain.rules.banners import without_banner
from bot.domain.rules.program_lines import is_legal_notice
from bot.domain.signature_words import DISCLAIMER_START

MOST_LETTERS: Final = 50_000
"""What is longer is not compared."""
_RULE: Final = re.compile(r"\s*(?:--|__|\u2014|\u2013)\s*")
_ORDINAL: Final = re.compile(r"^\s*(?:-?\d{1,3}|[a-z]|[ivxlc]{1,7})[.)]\s", re.IGNORECASE)
_LINK: Final = re.compile(r"https?://\S+")
_FEW: Final = 8
_MOST_COMPARED: Final = 4000


def missing(words: str, *readings: str) -> str:
    """The lines that stand in none of the readings; what a server put above the words is none of them."""
    known = [form for one in readings for said in (one, _LINK.sub("", one)) if (form := _spaced(said[:MOST_LETTERS]))]
    together = [form.replace(" ", "") for form in known]
    lines = words[:MOST_LETTERS].split("\n")
    found: list[str] = []
    for line in without_banner(lines[:_MOST_COMPARED]):
        bare = _ORDINAL.sub("", line)
        forms = {form for said in (line, bare, _LINK.sub("", bare)) if (form := _spaced(said)).strip()}
        if forms and not any(_stands_in(form, known, together) for form in forms):
            found.append(line)
        elif _RULE.fullmatch(line):
            # Words under it count as a signature.
            found.append(line)
    for at, line in enumerate(found):
        if DISCLAIMER_START.match(line[:120]) and is_legal_notice(found[at:]):
            found = found[:at]
            break
    # What is not looked at stands nowhere.
    return "\n".join((*found, *lines[_MOST_COMPARED:], words[MOST_LETTERS:]))


def _spaced(words: str) -> str:
    """The words alone, a blank around each."""
    return re.sub(r"[\W_]+", " ", f" {HIDDEN_CHARACTERS.sub('', words)} ").casefold()


def _stands_in(form: str, known: list[str], together: list[str]) -> bool:
    """Whether the words stand there; short ones by themselves, since they are parts of others."""
    if len(form) <= _FEW:
        return any(form in one for one in known)
    return any(form.replace(" ", "") in one for one in together)
