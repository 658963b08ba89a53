"""Where in the words of notifications a line of a mail stands: each of these once, in their order."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, product
from typing import Final
from urllib.parse import unquote

from bot.domain.rules.opaque_links import host_left
from bot.domain.words import letters_of

_LINK: Final = re.compile(r"\b(?:https?://|mailto:|tel:)[^\s<>()\[\]]+", re.IGNORECASE)
_LINK_BEHIND: Final = re.compile(rf"[<(\[]\s{{0,9}}{_LINK.pattern}", re.IGNORECASE)
"""As programs put one behind the words that lead there."""
_SCHEME: Final = re.compile(r"^\W*(?:https?|mailto|tel):", re.IGNORECASE)
_WITHIN: Final = re.compile(r"(?<=.)https?://[^\s&]+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^\W{0,9}\d{1,3}[.)]\s", re.MULTILINE)
"""Programs count the items of a list."""
_LONG: Final = 20
"""So many letters in a row stand in nobody’s words by chance."""
_BESIDE: Final = 30
_PIECE: Final = 12
_KEY: Final = 3
_SHORTEST_LINK: Final = 8
_MOST_PLACES, _MOST_LINES = 30, 300
_ANY_LINK: Final = " ꙮ "
"""A letter of no language that is written today."""
_BARE, _KINDS = 1, 3
"""Readings with their links, without, and with any link in the place of each."""

Places = tuple[tuple[int, ...], ...]
"""Where what was said so far ends, in each reading."""


@dataclass(frozen=True, slots=True)
class _Form:
    """The letters of a line, as they may have been said."""

    letters: str
    is_counted: bool
    """A number before them was taken for that of a list: they begin a line."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """The letters alone of all that may have been said."""

    letters: str
    starts: tuple[int, ...]
    """Where a line of it begins, in order."""
    begins: Mapping[str, Sequence[int]]
    """The same by the first letters of the line."""
    borders: frozenset[int]
    """Where a mail, a note or a sentence begins: whatever may stand above it."""
    pieces: frozenset[str]
    """All pieces of so many letters: most that stands nowhere is known by them to do so."""
    shown: str
    """The letters of all lines of the mail."""

    @classmethod
    def of(cls, parts: Sequence[str], shown: str, *, has_signs: bool) -> "_Reading":
        lines = [[letters_of(line, has_signs=has_signs) for line in part.split("\n")] for part in parts]
        whole = "".join(map("".join, lines))
        starts = sorted({0, *accumulate(len(line) for part in lines for line in part)})
        borders = frozenset((0, *accumulate(sum(map(len, part)) for part in lines)))
        pieces = frozenset(whole[at : at + _PIECE] for at in range(len(whole) - _PIECE + 1))
        begins = defaultdict[str, list[int]](list)
        for at, size in product(starts, range(1, _KEY + 1)):
            begins[whole[at : at + size]].append(at)
        return cls(whole, tuple(starts), begins, borders, pieces, shown)

    def has(self, letters: str) -> bool:
        if len(letters) >= _PIECE and not (letters[:_PIECE] in self.pieces and letters[-_PIECE:] in self.pieces):
            return False
        return letters in self.letters

    def ends(self, form: _Form, after: Sequence[int], below: Sequence[_Form], *, is_cut: bool) -> Iterator[int]:
        """Where the line may end that stands in the mail behind what ended there.

        Args:
            below: the forms of the line below it.
            is_cut: its end was cut off.
        """
        if not self.has(form.letters):
            return
        size = len(form.letters)
        for at in after:
            if self.letters.startswith(form.letters, at) and (self._is_start(at) or not form.is_counted):
                end = at + size
                if is_cut or self._is_start(end) or self._goes_on(end, below):
                    yield end
        begins = self.begins.get(form.letters[:_KEY], ())[:_MOST_LINES]
        for at in islice((at for at in begins if self.letters.startswith(form.letters, at)), _MOST_PLACES):
            if self._is_first(at):
                end = at + size
                is_long = size >= _LONG and (is_cut or self._is_start(end))
                if is_long or self._goes_on(end, below):
                    yield end

    def _is_start(self, at: int) -> bool:
        return self.starts[bisect_left(self.starts, at) % len(self.starts)] == at

    def _is_first(self, at: int) -> bool:
        """Whether what stands above that line there was taken out of the mail. Else the line has been said where it
        follows on that, and who says it again is the reader."""
        if at in self.borders:
            return True
        above = self.letters[self.starts[bisect_left(self.starts, at) - 1] : at][-_BESIDE:]
        return above not in self.shown

    def _goes_on(self, end: int, below: Sequence[_Form]) -> bool:
        return any(
            self.letters.startswith(one.letters[:_BESIDE], end) and (self._is_start(end) or not one.is_counted)
            for one in below
        )


@dataclass(frozen=True, slots=True)
class ToldPlaces:
    """What may have been said, to be found line by line."""

    has_signs: bool
    """Whether pictures count as letters."""
    readings: tuple[_Reading, ...]
    """One of each kind with the numbers of lists, and one of each without."""
    links: frozenset[str]

    @classmethod
    def of(cls, parts: Sequence[str], lines: Sequence[str], *, has_signs: bool) -> "ToldPlaces":
        """Args: parts: sentences, mails and notes. lines: all of the mail that are looked for."""
        links = (letters_of(_SCHEME.sub("", one)) for part in parts for one in _LINK.findall(part))
        readings = list[_Reading]()
        for counted in (parts, [_NUMBER.sub("", part) for part in parts]):
            for link in (None, " ", _ANY_LINK):
                said, seen = (
                    [one if link is None else _LINK.sub(link, one) for one in each] for each in (counted, lines)
                )
                shown = "".join(letters_of(one, has_signs=has_signs) for one in seen)
                readings.append(_Reading.of(said, shown, has_signs=has_signs))
        return cls(has_signs, tuple(readings), frozenset(links))

    def nowhere(self) -> Places:
        return tuple(() for _ in self.readings)

    def after(self, places: Places, line: str, following: str) -> Places | None:
        """Where the line ends, if what stands above it ended in `places`; None: it cannot have been said there.

        Args:
            following: the line below it.
        """
        is_cut = line.endswith("…")
        forms, below = self._forms(line), self._forms(following)

        def found(at: int, said: Sequence[_Form]) -> tuple[int, ...]:
            ends = (self.readings[at].ends(one, places[at], below[at % _KINDS], is_cut=is_cut) for one in said)
            return _first(end for every in ends for end in every)

        ends = [found(at, forms[at % _KINDS]) for at in range(len(self.readings))]
        if any(ends) and _LINK.search(line) and self.knows_links_of(line):
            # The link was said in that place: without it the words go on there, too.
            bare = self._forms_of(without_links(line))
            ends = [old if at % _KINDS != _BARE else _first((*old, *found(at, bare))) for at, old in enumerate(ends)]
        return tuple(ends) if any(ends) else None

    def knows_links_of(self, line: str) -> bool:
        """Whether no link stands there that was not said."""
        return all(map(self._is_known, _LINK.findall(line)))

    def _forms(self, line: str) -> tuple[tuple[_Form, ...], ...]:
        """How the line may stand in a reading of each kind: also without the number of a list, and without known links
        that a program put behind words."""
        if not _LINK.search(line):
            return (self._forms_of(line),) * _KINDS
        if not self.knows_links_of(line):
            return self._forms_of(line), (), ()
        short = without_links_behind(line)
        any_link = self._forms_of(_LINK.sub(_ANY_LINK, line), _LINK.sub(_ANY_LINK, short))
        return self._forms_of(line, short), () if _LINK.search(short) else self._forms_of(short), any_link

    def _forms_of(self, *lines: str) -> tuple[_Form, ...]:
        forms = dict.fromkeys((self._letters(_NUMBER.sub("", one)) for one in lines), True)
        forms |= dict.fromkeys(map(self._letters, lines), False)
        return tuple(_Form(letters, is_counted) for letters, is_counted in forms.items() if letters)

    def _letters(self, words: str) -> str:
        return letters_of(words, has_signs=self.has_signs)

    def _is_known(self, link: str) -> bool:
        """Whether it was said, or made of words that were. Providers make an address of their own of it, with the old
        one in it."""
        if (host := host_left(link)) and any(one.startswith(letters_of(host)) for one in self.links):
            return True
        letters = letters_of(_SCHEME.sub("", link))
        if letters in self.links or (len(letters) >= _SHORTEST_LINK and self.readings[0].has(letters)):
            return True
        made = [letters_of(_SCHEME.sub("", one)) for one in _WITHIN.findall(unquote(link))]
        return any(len(old) >= _SHORTEST_LINK and one.startswith(old) for one in made for old in self.links)


def _first(ends: Iterable[int]) -> tuple[int, ...]:
    return tuple(islice(dict.fromkeys(ends), _MOST_PLACES))


def is_link_behind(line: str) -> bool:
    """Whether it is nothing but a link that a program put behind words."""
    return _LINK_BEHIND.search(line) is not None and not letters_of(without_links_behind(line), has_signs=True)


def without_links_behind(line: str) -> str:
    """Without those that a program put behind words."""
    return _LINK_BEHIND.sub(" ", line)


def without_links(line: str) -> str:
    return _LINK.sub(" ", line)
