"""What somebody wrote inside the notification that they answer, where their program marks it no other than the rest.

In red among the lines of an unmarked quotation, behind a question on its line, inside the indented block: what the
notification cannot have said is theirs.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import unquote

from bot.domain.mail import Mail
from bot.domain.mailed import Told
from bot.domain.marks import ABOVE
from bot.domain.quote_lines import HIDDEN_CHARACTERS
from bot.domain.rules.client_heads import is_quoted, without_heads
from bot.domain.rules.notice_end import notice_end, without_rests
from bot.domain.rules.notice_lines import is_heading_of_note, is_of_notice
from bot.domain.rules.own_words import Own, is_added, own_words
from bot.domain.rules.quoted_unmarked import quotation_start

_MARKS: Final = "> \t\u00a0"
_LINK: Final = re.compile(r"[<(\[]?\b(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_WITHIN: Final = re.compile(r"(?<=.)https?://[^\s&]+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^\W{0,9}\d{1,3}[.)]\s")
"""Programs count the items of a list."""
_LONG: Final = 20
"""So many letters in a row stand in nobody’s words by chance."""
_BESIDE: Final = 30
_PIECE: Final = 12
_MOST_LINES: Final = 1500
_MOST_LETTERS: Final = 200_000
_HIDDEN: Final = "…"


def inserted(mail: Mail, told: Told) -> str:
    """The lines inside the notification that it cannot have said; empty: there is none.

    Where what it quotes is marked as quoted, the lines that are not are not looked at: they are seen anyway.
    Under the heading of a note they may be words of a colleague who has changed or deleted them since: in their place
    stands `…`.
    """
    lines = [line.strip(_MARKS) for line in _inside(mail.text)]
    said = _Said.of(told)
    known = [said.has(line) for line in lines]
    found: list[str] = []
    is_note = False
    for at, line in enumerate(lines[:_MOST_LINES]):
        if is_of_notice(line) or _is_heading_of_note(lines, at):
            is_note = _is_heading_of_note(lines, at)
        elif not (known[at] or is_added(line, lines[at:]) or said.has_beside(lines, at)):
            found.append(_HIDDEN if is_note else line)
    if own_words("\n".join(found), mail.from_) is Own.NONE and _HIDDEN not in found:
        found = []
    if len(lines) > _MOST_LINES:
        found.append(_HIDDEN)
    return "\n".join(line for line, _ in groupby(found))


def _inside(text: str) -> list[str]:
    """The lines of what is quoted that say something."""
    above, mark, below = text.partition(ABOVE)
    if not mark:
        raw = text.split("\n")
        quoted = [line.lstrip(_MARKS) for line in raw[quotation_start(raw) :] if is_quoted(line)]
        return [line for line in without_heads(quoted) if _letters(line)]
    lines = without_rests(below)[0].split("\n")[1:]
    if is_quoted(above.rpartition("\n")[2]):
        lines = [line for line in lines if is_quoted(line)]
    return [line for line in lines[: notice_end(lines)] if _letters(line)]


def _is_heading_of_note(lines: Sequence[str], at: int) -> bool:
    """Whether it begins there; a program may have broken it."""
    if is_heading_of_note(lines[at]):
        return True
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return not is_heading_of_note(following) and is_heading_of_note(f"{lines[at]} {following}")


@dataclass(frozen=True, slots=True)
class _Said:
    """The letters alone of what may have been said."""

    sentences: frozenset[str]
    words: tuple[str, ...]
    pieces: frozenset[str]
    """All pieces of so many letters of the words: most that stands nowhere is known by them to do so."""
    links: frozenset[str]

    @classmethod
    def of(cls, told: Told) -> "_Said":
        whole = "\n".join((*told.sentences, *told.passages))[:_MOST_LETTERS]
        sentences = (form for one in told.sentences for line in one.split("\n") for form in _forms(line))
        links = (_letters(one) for one in _LINK.findall(whole))
        words = (_letters(whole), _letters(_LINK.sub(" ", whole)))
        pieces = (one[at : at + _PIECE] for one in words for at in range(len(one) - _PIECE + 1))
        return cls(frozenset(sentences), words, frozenset(pieces), frozenset(links))

    def has(self, line: str) -> bool:
        """Whether the line stands there, so that it needs no look at those beside it."""
        if any(form in self.sentences or (len(form) >= _LONG and self._has(form)) for form in _forms(line)):
            return True
        # Providers make an address of their own of a link, with the old one in it.
        return _LINK.match(line) is not None and any(
            _letters(one) in self.links for one in _WITHIN.findall(unquote(line))
        )

    def has_beside(self, lines: Sequence[str], at: int) -> bool:
        """Whether it follows there on the line above it, or the line below follows on it: short words stand in many."""
        above = _forms(lines[at - 1]) if at else ()
        below = _forms(lines[at + 1]) if at + 1 < len(lines) else ()
        return any(
            any(self._has(one[-_BESIDE:] + form) for one in above)
            or any(self._has(form + one[:_BESIDE]) for one in below)
            for form in _forms(lines[at])
        )

    def _has(self, letters: str) -> bool:
        if len(letters) >= _PIECE and not (letters[:_PIECE] in self.pieces and letters[-_PIECE:] in self.pieces):
            return False
        return any(letters in one for one in self.words)


def _forms(line: str) -> tuple[str, ...]:
    """The letters of a line, also without the links and the number that a program put there; none: it says nothing."""
    bare = _NUMBER.sub("", line)
    said = (line, bare, _LINK.sub(" ", line), _LINK.sub(" ", bare))
    return tuple(dict.fromkeys(form for one in said if (form := _letters(one))))


def _letters(words: str) -> str:
    shown = unicodedata.normalize("NFKC", HIDDEN_CHARACTERS.sub("", words))
    return re.sub(r"[\W_]+", "", shown).casefold()
