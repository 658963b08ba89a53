"""Finds the footers under the new words of a mail: signatures, device lines, disclaimers, list footers."""

from collections.abc import Sequence
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.quote_lines import Line, Mark, is_separator
from bot.domain.signature_words import (
    DISCLAIMER_START,
    LIST_FOOTER,
    OUTSIDE_BANNER,
    OUTSIDE_LINE,
    is_boilerplate,
    is_device_line,
)

_DELIMITER = pattern(r"^(?:--|\u2014|\u2013|__|-- -)$")
_DELIMITED_LINES: Final = 40
_RULED_LINES: Final = 12
_LAST_LINES: Final = 150
_BANNER_LINES: Final = 5
_BANNER_CHARS: Final = 500
_ROUNDS: Final = 10
"""Footers that may stand under one another."""


def below_quotes(lines: Sequence[Line]) -> set[int]:
    """The signature and other footers that stand below the last quoted line."""
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].depth), None)
    if last is None or last == len(lines) - 1:
        return set()
    below = range(last + 1, len(lines))
    if all(lines[i].is_empty for i in below):
        return set()
    top = Line(text="x")
    return {i + last for i in footers([top, *lines[last + 1 :]], range(len(lines) - last), with_signature=True)}


def footers(lines: Sequence[Line], shown: Sequence[int], *, with_signature: bool) -> set[int]:
    """Which of the shown lines (indices, in order) are a footer and may be folded.

    Disclaimers and list footers always; signatures and device lines only `with_signature`. Never all of the words.
    """
    folded: set[int] = set()
    left = list(shown)
    if with_signature:
        folded.update(_contained(lines, left))
        left = [i for i in left if i not in folded]
    for _ in range(_ROUNDS):
        before = len(folded)
        for rule in (_banner, _list_footer, _disclaimer, *((_delimited, _devices) if with_signature else ())):
            found = rule(lines, left)
            if found and any(lines[i].text for i in left if i not in found):
                folded |= found
                left = [i for i in left if i not in folded]
        if len(folded) == before:
            break
    return folded


def _contained(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """The words of a signature container of HTML, if it ends the mail."""
    inside = {i for i in shown if lines[i].mark is Mark.SIGNATURE}
    if not inside or not any(lines[i].text for i in shown if i not in inside):
        return set()
    # Its "-- " may stand right above the container.
    above = [i for i in shown if i < min(inside) and not lines[i].is_empty]
    if above and _DELIMITER.match(lines[above[-1]].text):
        inside.add(above[-1])
    return inside


def _delimited(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """From a signature delimiter (RFC 3676 4.3, and what people make of it) to the end or the next quoted line."""
    words_above = len(shown) > _LAST_LINES
    shown = shown[-_LAST_LINES:]
    for at, index in enumerate(shown):
        line = lines[index]
        if line.is_empty or line.depth:
            continue
        text = line.text
        delimits = bool(_DELIMITER.match(text))
        if words_above and (delimits or is_separator(line)):
            block: set[int] = {index}
            for later in shown[at + 1 :]:
                if lines[later].depth:
                    break
                block.add(later)
            filled = [lines[i].text for i in block if i != index and lines[i].text]
            if delimits and len(filled) <= _DELIMITED_LINES:
                return block
            if len(filled) <= _RULED_LINES and sum(map(len, filled)) <= 60 * max(1, len(filled)):
                return block
        elif not is_separator(line):
            words_above = True
    return set()


def _devices(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    return {i for i in shown if not lines[i].depth and is_device_line(lines[i].text)}


def _list_footer(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """The last rule of the mail with a few lines under it that speak of a list."""
    for at in range(len(shown) - 1, max(-1, len(shown) - 14), -1):
        line = lines[shown[at]]
        if line.depth:
            return set()
        if is_separator(line):
            below = shown[at + 1 :]
            return {*shown[at:]} if any(LIST_FOOTER.search(lines[i].text[:400]) for i in below) else set()
    return set()


def _banner(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """The first paragraph, if a server put it there to warn of mail from elsewhere."""
    start = next((at for at, index in enumerate(shown) if not lines[index].is_empty), len(shown))
    if start < len(shown) and not lines[shown[start]].depth and OUTSIDE_LINE.match(lines[shown[start]].text):
        return {shown[start]}
    paragraph: list[int] = []
    for index in shown[start : start + _BANNER_LINES]:
        if lines[index].is_empty or lines[index].depth:
            break
        paragraph.append(index)
    text = " ".join(lines[i].text for i in paragraph)
    return set(paragraph) if len(text) < _BANNER_CHARS and OUTSIDE_BANNER.match(text) else set()


def _disclaimer(lines: Sequence[Line], shown: Sequence[int]) -> set[int]:
    """The last paragraph, if it is legal boilerplate."""
    end = len(shown)
    while end and lines[shown[end - 1]].is_empty:
        end -= 1
    start = end
    while start and not lines[shown[start - 1]].is_empty and not lines[shown[start - 1]].depth and end - start < 40:
        start -= 1
        # One line of HTML is a paragraph; look no further up than where the boilerplate begins.
        if DISCLAIMER_START.match(lines[shown[start]].text[:120]):
            text = " ".join(lines[i].text for i in shown[start:end])[:6000]
            if is_boilerplate(text):
                return {*shown[start:]}
    return set()
