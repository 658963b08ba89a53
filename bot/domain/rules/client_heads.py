"""What a mail client puts above the mail that it quotes: a head, a line that says whose words follow, a drawn rule."""

import itertools
import re
from typing import Final

from bot.domain.quote_heads import attribution_start, header_block_end, header_label
from bot.domain.quote_lines import HIDDEN_CHARACTERS, Line, is_separator, text_lines
from bot.domain.quote_words import is_bare_banner, is_forward_banner, is_original_banner
from bot.domain.rules.banners import banner_start

_QUOTED: Final = re.compile(r"[ \t]*>")
_LABELLED: Final = re.compile(r"\W*[^\W\d_][\w -]{0,24}[*_]{0,2}[ \u00a0\u202f]?[:\uff1a][*_]{0,2}(?:\s|$)")
_BARE_LABEL: Final = re.compile(r"(?:de|\u00e0|date|objet|cc|from|to|subject|sent)[ \u00a0]\S", re.IGNORECASE)
"""As eM Client writes them."""
_ADDRESS: Final = re.compile(r"\S@\S")
_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[:h]\d{2}|\b(?:19|20)\d\d\b")
_COLON: Final = (":", "\uff1a")
LABELS: Final = 2
"""So many lines of a head below each other begin a quotation."""
_HEAD_LINES: Final = 60
"""A client's head is looked for among so many lines."""


def without_head(raw: list[str]) -> list[str]:
    """Without what a client puts above what it quotes, and without what is drawn above that.

    A server's warning may stand on top of what is quoted: it is left out where a head stands above it.
    """
    start = banner_start(raw)
    if start < len(raw) and _ends_with_head(raw[:start]):
        raw = raw[:start]
    end = len(raw)
    while end and is_quoted(raw[end - 1]):
        end -= 1
    end = _quoted_head_start(raw[:end])
    if has_quoted("\n".join(raw[end:])):
        # Some mark that as quoted, too.
        return _without_rules(raw[:end])
    raw = _without_blanks(raw[:end])
    tail = text_lines(raw[-_HEAD_LINES:])
    start = _head_start(tail)
    return _without_rules(raw[: len(raw) - (len(tail) - start)])


def _ends_with_head(raw: list[str]) -> bool:
    """Whether a client wrote the last lines for sure: what ends with a colon alone may be the writer's."""
    lines = text_lines(_without_blanks(raw)[-_HEAD_LINES:])
    start = _head_start(lines)
    head = [one.text for one in lines[start:]]
    return bool(head) and any(header_label(one) or _ADDRESS.search(one) or _DATE.search(one) for one in head)


def _quoted_head_start(raw: list[str]) -> int:
    """Where a head begins that is marked as quoted, with a blank line below it; their number: they end with none."""
    last = len(_without_blanks(raw))
    first = last
    while first and last - first < _HEAD_LINES and is_quoted(raw[first - 1]):
        first -= 1
    said = [line for line in (one.text.lstrip("> ") for one in text_lines(raw[first:last])) if line]
    # What is above the labels says that it is a message, and of when.
    known = [line for line in said[1:] if header_label(line) is not None]
    is_head = len(known) >= LABELS and len(known) == len(said) - 1 and any(_ADDRESS.search(line) for line in known)
    return first if is_head else len(raw)


def _without_rules(raw: list[str]) -> list[str]:
    raw = list(raw)
    for line in reversed(text_lines(raw[-_HEAD_LINES:])):
        if not (line.is_empty or _is_drawn(line)):
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
    if (bare := _bare_start(lines)) < end:
        return bare
    start = attribution_start(lines, end - 1, quote_follows=True)
    return _unknown_start(lines) if start is None else start


def _bare_start(lines: list[Line]) -> int:
    """The same of a head whose labels have no colon: a banner above it says that it is one."""
    first = end = len(lines)
    while first and _BARE_LABEL.match(lines[first - 1].text):
        first -= 1
    is_head = end - first >= LABELS and any(_ADDRESS.search(one.text) for one in lines[first:])
    return first - 1 if is_head and first and is_original_banner(lines[first - 1].text) else end


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


def _is_drawn(line: Line) -> bool:
    banners = (is_original_banner, is_forward_banner, is_bare_banner)
    return is_separator(line) or any(is_one(line.text) for is_one in banners)


def without_heads(raw: list[str]) -> list[str]:
    """Without all that is for sure a client's head: a line that says whose words follow, also one broken by a client,
    and lines with labels beside each other, two of them known, or one of them and an address or a date.

    One line with a label may be words of a letter.
    """
    lines = text_lines(raw)
    gone: set[int] = set()
    for at, line in enumerate(lines):
        if line.is_empty:
            continue
        if _is_drawn(line):
            gone.add(at)
        elif (start := attribution_start(lines, at, quote_follows=True)) is not None:
            gone.update(range(start, at + 1))
    for block in _labelled(lines):
        known = [at for at in block if header_label(lines[at].text) is not None]
        is_dated = any(_ADDRESS.search(lines[at].text) for at in block) or any(
            _DATE.search(lines[at].text) for at in known
        )
        if len(known) >= LABELS or (is_dated and (known or len(block) >= LABELS)):
            gone.update(block)
    return [line for at, line in enumerate(raw) if at not in gone]


def _labelled(lines: list[Line]) -> list[list[int]]:
    """The lines with labels, those beside each other together; blank lines may stand between them."""
    blocks: list[list[int]] = [[]]
    for at, line in enumerate(lines):
        if _LABELLED.match(line.text):
            blocks[-1].append(at)
        elif not line.is_empty:
            blocks.append([])
    return [block for block in blocks if block]


def heads_alone(words: str) -> bool:
    """Whether nothing stands there but a client's head, which names an address."""
    lines = words.split("\n")
    if _ADDRESS.search(words) is None or len(lines) > _HEAD_LINES:
        return False
    return not "".join(without_heads(lines)).strip()


def is_address_line(line: str) -> bool:
    """Whether it is the line of a head that may name an address."""
    (one,) = text_lines([line.lstrip()])
    return header_label(one.text.lstrip("> ")) is not None or attribution_start([one], 0, quote_follows=True) == 0


def _without_blanks(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not HIDDEN_CHARACTERS.sub("", lines[end - 1]).strip():
        end -= 1
    return lines[:end]


def is_quoted(line: str) -> bool:
    """Whether it is marked as somebody else's (RFC 3676 4.5)."""
    return _QUOTED.match(line) is not None


def has_quoted(words: str) -> bool:
    """Whether a line that says something is marked as quoted."""
    return any(is_quoted(line) and re.search(r"\w", line) for line in words.split("\n"))
