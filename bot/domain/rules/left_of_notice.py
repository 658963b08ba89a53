"""Lines of a notification that stand in the words of an answer, where nothing marks them.

Outlook and others mark nothing as quoted: whoever takes out its beginning leaves the rest below their letter.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from bot.domain.mailed import Told
from bot.domain.rules.notice_lines import is_heading_of_note
from bot.domain.rules.told_places import without_links
from bot.domain.words import letters_of

_LONG: Final = 20
"""So many letters of a note in a row stand in no letter by chance; a sentence of ours does with fewer."""
_SENTENCE: Final = 8
_SHORTEST: Final = 3
"""Letters of each of two lines that stand in a note one below the other."""
_MOST_LETTERS: Final = 100_000


def left_of_notice(words: str, told: Told) -> tuple[str, str] | None:
    """What stands above the first line that the notification said for the team, and what below is not its own;
    None: there is none.

    What the correspondent or a colleague wrote to the other is looked for by nobody: both have read it.
    """
    lines = words.split("\n")
    said = [_letters(line) for line in lines]
    ours = {one for line in told.sentences if len(one := _letters(line)) >= _SENTENCE}
    notes, mails = _passages(told)
    couples = {(above, below) for note in notes for above, below in pairwise(note) if _are_words(above, below)}
    wholly = {at for at, one in enumerate(said) if one in ours or _is_of_a_note(one, notes, mails)}
    wholly |= {at for pair in _pairs(said) if (said[pair[0]], said[pair[1]]) in couples for at in pair}
    found = wholly | {at for at, one in enumerate(said) if _has_one_of_a_note(one, notes, mails)}
    if not found:
        return None
    first = min(found)
    behind = (line for at, line in enumerate(lines) if at >= first and at not in wholly and line.strip())
    return "\n".join(lines[:first]).strip(), "\n".join(behind)


def _letters(line: str) -> str:
    return letters_of(without_links(line))


def _passages(told: Told) -> tuple[list[list[str]], str]:
    """The lines of each note below its heading, and the letters of all mails."""
    notes, mails = list[list[str]](), list[str]()
    size = 0
    for passage in told.passages:
        size += len(passage)
        if size > _MOST_LETTERS:
            break
        heading, *lines = passage.split("\n")
        if is_heading_of_note(heading):
            notes.append([one for line in lines if (one := _letters(line))])
        else:
            mails += map(_letters, lines)
    return notes, "".join(mails)


def _is_of_a_note(letters: str, notes: Sequence[Sequence[str]], mails: str) -> bool:
    """Whether it stands in one, word by word."""
    return len(letters) >= _LONG and letters not in mails and any(letters in "".join(note) for note in notes)


def _has_one_of_a_note(letters: str, notes: Sequence[Sequence[str]], mails: str) -> bool:
    """Whether a whole line of one stands in it, beside what a program or somebody put there."""
    return any(len(line) >= _LONG and line in letters and line not in mails for note in notes for line in note)


def _pairs(said: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Two lines with nothing but blank ones between them."""
    yield from pairwise(at for at, one in enumerate(said) if one)


def _are_words(*lines: str) -> bool:
    return min(map(len, lines)) >= _SHORTEST
