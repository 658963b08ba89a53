"""Words of an answer by mail that may be for the team: a note, talk of the conversation, or words to a colleague.

Whatever may be one is asked about, and never leaves unasked.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.about_it import is_talk_of_it
from bot.domain.rules.broken_lines import is_broken
from bot.domain.rules.cards import POSTSCRIPT, is_card
from bot.domain.rules.ends_to import ends_to
from bot.domain.rules.own_words import (
    Own,
    begins_with_greeting,
    greets_by_name,
    is_closing,
    names_of,
    names_only,
    own_words,
)
from bot.domain.rules.turned_to import turns_to
from bot.domain.stories.nearly_lines import ENDED, ENDS
from bot.domain.stories.team_labels import (
    IN_BRACKETS,
    is_for_the_team,
    is_label_of_letter,
    is_misspelt_note,
    is_set_off,
    note_in,
)

_MOST_LINES: Final = 1000
"""A note below so many lines is not looked for."""
_AGAIN: Final = re.compile(r"\s*(?:re|tr|fwd?)\s?:\s*", re.IGNORECASE)
_NOTED: Final = re.compile(r"\W*n[. ]{0,2}b\b", re.IGNORECASE)
"""Stands before what is said beside the letter, as `PS` does."""
_SIGNED: Final = re.compile(
    r"(?:(?:pour|for)\s)?(?:toute\s)?(?:l['\u2019]|the\s|votre\s|notre\s|your\s)?(?:[ée]quipe|team)"
    r"(?:\s(?:de\s|du\s|des\s|d['\u2019]|of\s|at\s)[^.,;:!?\n]{1,60})?[,.]?",
    re.IGNORECASE,
)
"""The last line of a letter that somebody signs for the team: `Pour l'équipe,` above their name."""
_PARAGRAPHS: Final = 5
_LAST: Final = 3
"""So many first and last paragraphs may begin with words to somebody else than the first; the last of all are often a
signature."""


def line_for_the_team(words: str, team: Collection[str] = (), writers: Sequence[Address] = ()) -> str | None:
    """The line that says that words which begin no note may be one; None: none does.

    Args:
        team: names of colleagues, as `rules/team_names.py` gives them.
        writers: whose answer it is.
    """
    lines = words.split("\n")[:_MOST_LINES]
    is_greeted = greets_by_name(next((line for line in lines if line.strip()), ""))
    for at, first in _first_lines(lines, writers):
        above = "\n".join(lines[:at])
        if above.strip() and (_is_signed(lines[at:], writers) or names_only("\n".join(lines[at:]), writers)):
            continue
        is_below_words = own_words(above, writers) is Own.WORDS
        paragraph = list(itertools.takewhile(str.strip, lines[at:]))
        is_of_letter = is_label_of_letter(first, paragraph[1:], is_below_words, is_greeted=is_greeted)
        if is_for_the_team(first) and not is_of_letter:
            return lines[at]
        is_all = not above.strip() and is_by_itself(lines[at + 1 :], writers)
        if ends_to(" ".join(paragraph), team):
            return lines[at]
        is_first = not is_below_words
        if turns_to(first, team) or is_talk_of_it(first, ENDS, ENDED, team, is_first=is_first, is_all=is_all):
            return lines[at]
    return _note_below(words) or _label_within(lines, team)


def _label_within(lines: Sequence[str], team: Collection[str]) -> str | None:
    """The line inside of a paragraph that begins with a label for the team, or with a colleague's name set off as one:
    many type one line break between a letter and what is for the others. A list of names and their like is a letter's.
    """
    for at, line in enumerate(lines):
        above, below = lines[at - 1] if at else "", lines[at + 1] if at + 1 < len(lines) else ""
        is_begun = is_set_off(line) or _beside(line) != ""
        if not above.strip() or not line.strip() or is_broken(above, line) or not is_begun:
            continue
        is_listed = not IN_BRACKETS.match(line) and (is_set_off(above) or is_set_off(below))
        is_of_letter = any(is_label_of_letter(line, [one], is_below_words=True) for one in (above, below))
        if is_for_the_team(line) and not is_of_letter:
            return line
        if turns_to(line, team) and not is_listed:
            return line
        beside = _beside(line)
        if beside and (is_for_the_team(beside) or turns_to(beside, team)):
            return line
    return None


def _beside(line: str) -> str:
    """What a postscript says behind its mark; empty: the line is none."""
    mark = POSTSCRIPT.match(line) or _NOTED.match(line)
    return line[mark.end() :].lstrip(" \t\u00a0\u202f.,:\uff1a\u2013\u2014-*_)") if mark is not None else ""


def _first_lines(lines: Sequence[str], writers: Sequence[Address]) -> Iterator[tuple[int, str]]:
    """The first line of each of the first and last paragraphs, and that below a greeting, and where they stand; of a
    postscript what it says, too."""
    starts = [at for at, line in enumerate(lines) if line.strip() and (not at or not lines[at - 1].strip())]
    found = {*starts[:_PARAGRAPHS], *starts[-_LAST:]}
    if starts and begins_with_greeting(greeting := lines[starts[0]]) and own_words(greeting, writers) is Own.NONE:
        found |= {at for at in (starts[0] + 1,) if at < len(lines) and lines[at].strip()}
    for at in sorted(found):
        yield at, _AGAIN.sub("", lines[at], count=1) if _AGAIN.match(lines[at]) else lines[at]
        if beside := _beside(lines[at]):
            yield at, beside


def is_by_itself(below: Sequence[str], writers: Sequence[Address]) -> bool:
    """Whether nothing stands below a line but a name and the like, or a letter of its own. A closing phrase makes a
    letter of the line."""
    said = [line.strip() for line in below if line.strip()]
    if said and begins_with_greeting(said[0]):
        return True
    names = names_of(writers)
    return is_card("\n".join(said), writers) and not any(is_closing(line, names) for line in said)


def _is_signed(lines: Sequence[str], writers: Sequence[Address]) -> bool:
    """Whether these last lines are the signature of somebody for the team."""
    return _SIGNED.fullmatch(lines[0].strip(" \t\u00a0\u202f*_")) is not None and is_card("\n".join(lines[1:]), writers)


def _note_below(words: str) -> str | None:
    """A later line that says it is a note: a server may have put something above, or the writer a greeting."""
    lines = words.split("\n")[:_MOST_LINES]
    for above, line in itertools.pairwise(lines):
        if isinstance(note := note_in(line), str) and (note.strip() or not above.strip()):
            return line
        if is_misspelt_note(line):
            return line
    return None
