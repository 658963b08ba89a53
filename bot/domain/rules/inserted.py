"""What somebody wrote inside the notification that they answer, where their program marks it no other than the rest.

In red among the lines of an unmarked quotation, behind a question on its line, inside the indented block: what the
notification cannot have said is theirs.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final
from urllib.parse import unquote

from bot.domain.mail import Mail
from bot.domain.mailed import Told
from bot.domain.marks import ABOVE
from bot.domain.quote_lines import HIDDEN_CHARACTERS
from bot.domain.rules.client_heads import is_quoted, without_heads
from bot.domain.rules.notice_end import notice_end, without_rests
from bot.domain.rules.notice_lines import is_heading_of_note, is_last_of_notice, is_sentence_of_notice
from bot.domain.rules.opaque_links import as_before, host_left
from bot.domain.rules.own_words import is_added
from bot.domain.rules.quoted_unmarked import quotation_start

_MARKS: Final = "> \t\u00a0"
_LINK: Final = re.compile(r"\b(?:https?://|mailto:|tel:)[^\s<>()\[\]]+", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^\W*(?:https?|mailto|tel):", re.IGNORECASE)
_WITHIN: Final = re.compile(r"(?<=.)https?://[^\s&]+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^\W{0,9}\d{1,3}[.)]\s", re.MULTILINE)
"""Programs count the items of a list."""
_LONG: Final = 20
"""So many letters in a row stand in nobody’s words by chance."""
_BESIDE: Final = 30
_PIECE: Final = 12
_SENTENCE: Final = 15
_SHORTEST_LINK: Final = 8
_MOST_LINES: Final = 1500
_MOST_LETTERS: Final = 200_000
_MOST_PLACES: Final = 30
_HIDDEN: Final = "…"


def inserted(mail: Mail, told: Told) -> str:
    """The lines inside the notification that it cannot have said; empty: there is none.

    Where what it quotes is marked as quoted, the lines that are not are not looked at: they are seen anyway.
    From the heading of a note on that does not stand there as it is today they may be words of a colleague who has
    changed or deleted them since, or wrote them in another room: in their place stands `…`.
    """
    lines = [as_before(line.strip(_MARKS)) for line in _inside(mail.text)]
    said = _Said.of(told)
    whole = _letters("".join(lines)), _letters(" ".join(_LINK.sub(" ", line) for line in lines))
    found: list[str] = []
    before, is_hidden = "", False
    for at, line in enumerate(lines[:_MOST_LINES]):
        following = next((one for one in lines[at + 1 : at + 4] if _letters(one)), "")
        is_heading = _is_heading_of_note(line, following)
        heading = line if line.endswith(":") else f"{line} {following}"
        is_hidden = is_hidden or (is_heading and not said.has_notes(heading, whole))
        if is_heading or said.has(before, line, following):
            # A picture is beside nothing.
            before = line if _letters(line) else before
        elif not is_added(line, lines[at:]):
            found.append(_HIDDEN if is_hidden else line)
    if len(lines) > _MOST_LINES:
        found.append(_HIDDEN)
    return "\n".join(line for line, _ in groupby(found))


def _inside(text: str) -> list[str]:
    """The lines of what is quoted that say something."""
    above, mark, below = text.partition(ABOVE)
    if not mark:
        raw = text.split("\n")
        quoted = [line.lstrip(_MARKS) for line in raw[quotation_start(raw) :] if is_quoted(line)]
        return [line for line in without_heads(quoted) if _says(line)]
    beside, *lines = without_rests(below)[0].split("\n")
    if is_quoted(above.rpartition("\n")[2]):
        lines = [line for line in lines if is_quoted(line)]
    return [line for line in (beside, *lines[: notice_end(lines)]) if _says(line)]


def _is_heading_of_note(line: str, following: str) -> bool:
    """Whether it begins there; a program may have broken it."""
    if is_heading_of_note(line):
        return True
    return not is_heading_of_note(following) and is_heading_of_note(f"{line} {following}")


@dataclass(frozen=True, slots=True)
class _Words:
    """The letters alone of all that may have been said."""

    letters: str
    starts: frozenset[int]
    """Where a line of it begins."""
    pieces: frozenset[str]
    """All pieces of so many letters: most that stands nowhere is known by them to do so."""

    @classmethod
    def of(cls, words: str) -> "_Words":
        lines = [_letters(line) for line in words.split("\n")]
        whole = "".join(lines)
        starts = frozenset((0, *accumulate(map(len, lines))))
        return cls(whole, starts, frozenset(whole[at : at + _PIECE] for at in range(len(whole) - _PIECE + 1)))

    def has(self, letters: str) -> bool:
        if len(letters) >= _PIECE and not (letters[:_PIECE] in self.pieces and letters[-_PIECE:] in self.pieces):
            return False
        return letters in self.letters

    def _places(self, letters: str) -> Iterator[int]:
        """Where they begin, in the first places."""
        at = self.letters.find(letters) if self.has(letters) else -1
        for _ in range(_MOST_PLACES):
            if at < 0:
                return
            yield at
            at = self.letters.find(letters, at + 1)

    def has_line(self, letters: str, above: Sequence[str], below: Sequence[str], *, is_cut: bool) -> bool:
        """Whether the line stands there as it stands in the mail.

        Args:
            above: the forms of the line above it that was said, and `below` those of the line below it.
            is_cut: its end was cut off.
        """
        for tail in (one[-_BESIDE:] for one in above):
            for at in self._places(tail + letters):
                end = at + len(tail) + len(letters)
                if is_cut or end in self.starts or self._goes_on(end, below):
                    return True
        for at in self._places(letters):
            end = at + len(letters)
            # What stood above it there was taken out of the quotation.
            is_long = len(letters) >= _LONG and (is_cut or end in self.starts)
            if at in self.starts and (is_long or self._goes_on(end, below)):
                return True
        return False

    def _goes_on(self, end: int, below: Sequence[str]) -> bool:
        return any(self.letters.startswith(one[:_BESIDE], end) for one in below)


@dataclass(frozen=True, slots=True)
class _Said:
    sentences: frozenset[str]
    before_links: frozenset[str]
    """Those behind which a link stands: some providers make one of it in which nothing of the old one is."""
    readings: tuple[_Words, ...]
    """With links and numbers of lists, and without."""
    notes: tuple[tuple[str, ...], ...]
    """With their headings; and the same without links."""
    links: frozenset[str]
    signs: frozenset[str]

    @classmethod
    def of(cls, told: Told) -> "_Said":
        whole = "\n".join((*told.sentences, *told.passages))[:_MOST_LETTERS]
        bare = _LINK.sub(" ", whole)
        lines = [_LINK.sub(" ", line).rstrip() for one in told.sentences for line in one.split("\n")]
        before_links = frozenset(_letters(line) for line in lines if line.endswith(":"))
        links = (_letters(_SCHEME.sub("", one)) for one in _LINK.findall(whole))
        readings = dict.fromkeys((whole, bare, _NUMBER.sub("", whole), _NUMBER.sub("", bare)))
        sentences = frozenset(map(_letters, lines))
        passages = [one for one in told.passages if is_heading_of_note(one.partition("\n")[0])]
        notes = tuple(map(_letters, passages)), tuple(_letters(_LINK.sub(" ", one)) for one in passages)
        return cls(sentences, before_links, tuple(map(_Words.of, readings)), notes, frozenset(links), _signs(whole))

    def has(self, before: str, line: str, following: str) -> bool:
        """Whether it may have been said in that place.

        Args:
            before: the last line above it that was said, and `following` the line below it.
        """
        if not _signs(line) <= self.signs:
            return False
        forms = self._forms(line)
        if not forms:
            return _LINK.search(line) is None
        if self._is_sentence(line) or (host_left(line) and self._is_known(line)):
            return True
        above, below = self._forms(before), self._forms(following)
        is_cut = line.endswith(_HIDDEN)
        return any(one.has_line(form, above, below, is_cut=is_cut) for form in forms for one in self.readings)

    def _is_sentence(self, line: str) -> bool:
        letters = _letters(_LINK.sub(" ", line))
        if is_last_of_notice(line) or letters in (self.sentences if self._has_links_of(line) else self.before_links):
            return True
        # With words behind one it is none.
        is_more = any(len(one) >= _SENTENCE and letters.startswith(one) for one in self.sentences)
        return is_sentence_of_notice(line) and self._has_links_of(line) and not is_more

    def has_notes(self, heading: str, whole: Sequence[str]) -> bool:
        """Whether each note under that heading stands in the mail as it is today.

        Args:
            whole: the letters of all that is quoted, with links and without.
        """
        begins = _letters(heading)
        return any(
            0 < letters.count(begins) <= sum(one.startswith(begins) and one in letters for one in notes)
            for letters, notes in zip(whole, self.notes, strict=True)
        )

    def _forms(self, line: str) -> tuple[str, ...]:
        """The letters of a line, also without the number and the known links that a program put there."""
        bare = _NUMBER.sub("", line)
        said = [line, bare]
        if self._has_links_of(line):
            said += [_LINK.sub(" ", line), _LINK.sub(" ", bare)]
        return tuple(dict.fromkeys(form for one in said if (form := _letters(one))))

    def _has_links_of(self, line: str) -> bool:
        """Whether no link stands there that was not said."""
        return all(map(self._is_known, _LINK.findall(line)))

    def _is_known(self, link: str) -> bool:
        """Whether it was said, or made of words that were. Providers make an address of their own of it, with the old
        one in it."""
        if (host := host_left(link)) and any(one.startswith(_letters(host)) for one in self.links):
            return True
        letters = _letters(_SCHEME.sub("", link))
        if letters in self.links or (len(letters) >= _SHORTEST_LINK and self.readings[0].has(letters)):
            return True
        made = [_letters(_SCHEME.sub("", one)) for one in _WITHIN.findall(unquote(link))]
        return any(len(old) >= _SHORTEST_LINK and one.startswith(old) for one in made for old in self.links)


def _says(line: str) -> bool:
    return bool(_letters(line) or _signs(line))


def _signs(words: str) -> frozenset[str]:
    """The pictures among the letters."""
    return frozenset(letter for letter in words if unicodedata.category(letter) == "So")


def _letters(words: str) -> str:
    shown = unicodedata.normalize("NFKC", HIDDEN_CHARACTERS.sub("", words))
    return re.sub(r"[\W_]+", "", shown).casefold()
