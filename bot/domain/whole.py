"""Pages of all words of a conversation's mails: where each page begins and ends, by the lengths of the mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.conversation import MailRecord
from bot.domain.ids import MessageRow

PAGE: Final = 5_000
"""Characters of a page: an event has 64 KiB, with the words in it twice, of up to four bytes a character."""
MOST_ON_PAGE: Final = 30
"""Mails of a page."""
_HEAD: Final = 100
"""Characters that the line above each mail counts for."""
_WORD: Final = 60
"""Characters of a word that is not cut."""
MOST_MAILS: Final = 5_000
"""Mails of a conversation that are looked at, the oldest ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some characters of one mail."""

    row: MessageRow
    start: int
    stop: int
    length: int
    """Of the whole mail."""


@dataclass(frozen=True, slots=True)
class Words:
    """A part with its mail."""

    part: Part
    mail: MailRecord

    @property
    def text(self) -> str:
        return self.mail.text[_at_blank(self.mail.text, self.part.start) : _at_blank(self.mail.text, self.part.stop)]


def _at_blank(text: str, at: int) -> int:
    """The place shortly before, behind a blank, so that no word is cut in two; the place itself where there is none."""
    if not 0 < at < len(text):
        return at
    return max(text.rfind(" ", max(at - _WORD, 0), at), text.rfind("\n", max(at - _WORD, 0), at)) + 1 or at


@dataclass(frozen=True, slots=True)
class Whole:
    """One page, the oldest mail first."""

    words: tuple[Words, ...]
    pages: int
    mails: int


def pages_of(mails: Sequence[tuple[MessageRow, int]]) -> list[list[Part]]:
    """The parts on each page. A mail stands on one page where it fits on one; a longer one begins a page of its own."""
    pages: list[list[Part]] = []
    room = 0
    for row, length in mails:
        if not pages or min(length, PAGE - _HEAD) + _HEAD > room or len(pages[-1]) >= MOST_ON_PAGE:
            pages.append([])
            room = PAGE
        start = 0
        while length - start > room - _HEAD:
            stop = start + room - _HEAD
            pages[-1].append(Part(row, start, stop, length))
            pages.append([])
            start, room = stop, PAGE
        pages[-1].append(Part(row, start, length, length))
        room -= length - start + _HEAD
    return pages
