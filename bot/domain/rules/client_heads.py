"""What a mail client puts above the mail that it quotes: a head, a line that says whose words follow, a drawn rule."""

import itertools
import re
from typing import Final

from bot.domain.quote_heads import attribution_start, header_block_end, header_label
from bot.domain.quote_lines import Line, is_separator, text_lines
from bot.domain.quote_words import is_forward_banner, is_original_banner

_QUOTED: Final = re.compile(r"[ \t]*>")
_LABELLED: Final = re.compile(r"\W*[^\W\d_][\w -]{0,24}[*_]{0,2}[ \u00a0\u202f]?[:\uff1a][*_]{0,2}(?:\s|$)")
_ADDRESS: Final = re.compile(r"\S@\S")
_COLON: Final = (":", "\uff1a")
LABELS: Final = 2
"""So many lines of a head below each other begin a quotation."""
_HEAD_LINES: Final = 60
"""A client's head is looked for among so many lines."""


def without_head(raw: list[str]) -> list[str]:
    """Without what a client puts above what it quotes, and without what is drawn above that."""
    end = len(raw)
    while end and is_quoted(raw[end - 1]):
        end -= 1
    if has_quoted("\n".join(raw[end:])):
        # Some mark that as quoted, too.
        return _without_rules(raw[:end])
    raw = _without_blanks(raw[:end])
    tail = text_lines(raw[-_HEAD_LINES:])
    start = _head_start(tail)
    return _without_rules(raw[: len(raw) - (len(tail) - start)])


def _without_rules(raw: list[str]) -> list[str]:
    raw = list(raw)
    for line in reversed(text_lines(raw[-_HEAD_LINES:])):
        if not (line.is_empty or is_separator(line) or is_original_banner(line.text) or is_forward_banner(line.text)):
            break
        raw.pop()
    return raw


def _head_start(lines: list[Line]) -> int:
    """Where the head begins with which these lines end; their number: they end with none."""
    if not lines:
        return 0
    end = len(lines)
    first = end
    while first and (lines[first - 1].is_empty or header_label(lines[first - 1].text) is not None):
        first -= 1
    paragraph = _paragraph_start(lines)
    # What is made of HTML may have blank lines in it.
    for at in itertools.chain(range(paragraph, end), range(first, paragraph)):
        if not lines[at].is_empty and header_block_end(lines, at, needed=LABELS) == end:
            return at
    start = attribution_start(lines, end - 1, quote_follows=True)
    return _unknown_start(lines) if start is None else start


def _unknown_start(lines: list[Line]) -> int:
    """The same of a head in another language: lines with labels, one of which has an address, or one that ends with a
    colon."""
    end = len(lines)
    first = end
    while first > _paragraph_start(lines) and _LABELLED.match(lines[first - 1].text):
        first -= 1
    known = [at for at in range(first, end) if header_label(lines[at].text) or _ADDRESS.search(lines[at].text)]
    if end - first >= LABELS and known and end - known[0] >= LABELS:
        return known[0]
    if not lines[-1].text.endswith(_COLON):
        return end
    is_broken = end > 1 and _ADDRESS.search(lines[-2].text) is not None
    return end - 2 if is_broken else end - 1


def _paragraph_start(lines: list[Line]) -> int:
    at = len(lines)
    while at and not lines[at - 1].is_empty and not is_separator(lines[at - 1]):
        at -= 1
    return at


def is_of_head(line: str) -> bool:
    """Whether it is a line of a client's head, or what is drawn above it."""
    (one,) = text_lines([line])
    is_drawn = is_separator(one) or is_original_banner(one.text) or is_forward_banner(one.text)
    return is_drawn or header_label(one.text) is not None or attribution_start([one], 0, quote_follows=True) == 0


def is_labelled(line: str) -> bool:
    """Whether it may be a line of a head, in whatever language."""
    return _LABELLED.match(line) is not None


def _without_blanks(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def is_quoted(line: str) -> bool:
    """Whether it is marked as somebody else's (RFC 3676 4.5)."""
    return _QUOTED.match(line) is not None


def has_quoted(words: str) -> bool:
    """Whether a line that says something is marked as quoted."""
    return any(is_quoted(line) and re.search(r"\w", line) for line in words.split("\n"))
