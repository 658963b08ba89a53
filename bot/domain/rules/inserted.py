"""What somebody wrote inside the notification that they answer, where their program marks it no other than the rest.

In red among the lines of an unmarked quotation, behind a question on its line, inside the indented block: what the
notification cannot have said is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final

from bot.domain.mail import Mail
from bot.domain.mailed import Told
from bot.domain.marks import ABOVE
from bot.domain.rules.client_heads import is_quoted, without_heads
from bot.domain.rules.notice_end import notice_end, without_rests
from bot.domain.rules.notice_lines import is_heading_of_note, is_last_of_notice, is_sentence_of_notice
from bot.domain.rules.opaque_links import as_before, host_left
from bot.domain.rules.own_words import is_added
from bot.domain.rules.quoted_unmarked import quotation_start
from bot.domain.rules.told_places import ToldPlaces, is_link_behind, without_links, without_links_behind
from bot.domain.words import is_pictured, letters_of

_MARKS: Final = "> \t\u00a0"
_SENTENCE: Final = 15
_MOST_LINES: Final = 1500
_MOST_LETTERS: Final = 200_000
_HIDDEN: Final = "…"


def inserted(mail: Mail, told: Told) -> str:
    """The lines inside the notification that it cannot have said; empty: there is none.

    Where what it quotes is marked as quoted, the lines that are not are not looked at: they are seen anyway.
    From the heading of a note on that does not stand there as it is today they may be words of a colleague who has
    changed or deleted them since, or wrote them in another room: in their place stands `…`.
    """
    lines = [as_before(line.strip(_MARKS)) for line in _inside(mail.text)]
    # Many programs leave pictures out: lines without one are looked for among the letters alone.
    notes = _Notes.of(told, lines)
    readers = [_Reader.of(told, lines, has_signs=has_signs) for has_signs in sorted({False, *map(is_pictured, lines)})]
    places = [reader.said.nowhere() for reader in readers]
    found: list[str] = []
    is_hidden = False
    for at, line in enumerate(lines[:_MOST_LINES]):
        following = next((one for one in lines[at + 1 : at + 4] if letters_of(one)), "")
        is_heading = _is_heading_of_note(line, following)
        heading = line if line.endswith(":") else f"{line} {following}"
        is_hidden = is_hidden or (is_heading and not notes.are_all(heading))
        after = [reader.said.after(old, line, following) for reader, old in zip(readers, places, strict=True)]
        compared = list(zip(readers, after, strict=True))[: 1 + is_pictured(line)]
        if is_heading or all(new is not None or reader.is_anywhere(line) for reader, new in compared):
            places = [new or old for new, old in zip(after, places, strict=True)]
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
class _Notes:
    """Those that may have been said, as they are today, beside what the mail quotes: with links, and without."""

    readings: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, told: Told, lines: Sequence[str]) -> "_Notes":
        notes = [one for one in told.passages if is_heading_of_note(one.partition("\n")[0])]
        bare = "".join(map(without_links, lines)), [without_links(one) for one in notes]
        every = (("".join(lines), notes), bare)
        return cls(tuple((letters_of(shown), tuple(map(letters_of, each))) for shown, each in every))

    def are_all(self, heading: str) -> bool:
        """Whether each note under that heading stands in the mail as it is."""
        begins = letters_of(heading)
        return any(
            0 < shown.count(begins) <= sum(one.startswith(begins) and one in shown for one in notes)
            for shown, notes in self.readings
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    """What may have been said, to be gone through line by line."""

    sentences: frozenset[str]
    before_links: frozenset[str]
    """Those behind which a link stands: some providers make one of it in which nothing of the old one is."""
    said: ToldPlaces

    @classmethod
    def of(cls, told: Told, lines: Sequence[str], *, has_signs: bool) -> "_Reader":
        ours = [without_links(line).rstrip() for one in told.sentences for line in one.split("\n")]
        sentences, before = (
            frozenset(letters_of(line, has_signs=has_signs) for line in ours if line and line.endswith(end))
            for end in ("", ":")
        )
        said = ToldPlaces.of(_first((*told.sentences, *told.passages), _MOST_LETTERS), lines, has_signs=has_signs)
        return cls(sentences, before, said)

    def is_anywhere(self, line: str) -> bool:
        """Whether it may stand in any place: a sentence of ours, and what says nothing."""
        if not letters_of(line, has_signs=self.said.has_signs):
            return True
        is_put_there = is_link_behind(line) or bool(host_left(line))
        return self._is_sentence(line) or (is_put_there and self.said.knows_links_of(line))

    def _is_sentence(self, line: str) -> bool:
        letters, bare = (
            letters_of(one, has_signs=self.said.has_signs) for one in (without_links_behind(line), without_links(line))
        )
        knows_links = self.said.knows_links_of(line)
        if is_last_of_notice(line) or bare in self.before_links or (knows_links and letters in self.sentences):
            return True
        # With words behind one it is none.
        is_more = any(len(one) >= _SENTENCE and letters.startswith(one) for one in self.sentences)
        return is_sentence_of_notice(line) and knows_links and not is_more


def _says(line: str) -> bool:
    return bool(letters_of(line) or is_pictured(line))


def _first(parts: Sequence[str], most: int) -> tuple[str, ...]:
    """As much of them as so many letters hold."""
    ends = accumulate(map(len, parts), initial=0)
    return tuple(part[: max(0, most - before)] for part, before in zip(parts, ends, strict=False))
