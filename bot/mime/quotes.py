"""Finds where the new words of a mail end and quoted history begins, line by line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.domain.quote_heads import INTRODUCES, attribution_start, header_block_end, header_label
from bot.domain.quote_lines import Line, Mark, is_separator
from bot.domain.quote_words import is_forward_banner, is_marker, is_original_banner

REPLY_ABOVE_MARKER: Final = "-- Reply above this line --"
"""The marker line that our own mails carry above the quoted history (a translation: see `MARKER`)."""


class _Kind(Enum):
    EMPTY = 0
    TEXT = 1
    QUOTE = 2
    ATTRIBUTION = 3
    RULE = 4


@dataclass(frozen=True, slots=True)
class _Scan:
    kinds: list[_Kind]
    cut: int | None
    """First line of what is history to the end, whatever follows."""
    forward: int | None
    """First line of a forwarded mail."""
    marker: bool
    """The cut is a help desk's "reply above this line"."""


def _scan(lines: Sequence[Line], *, labels: int) -> _Scan:
    kinds: list[_Kind] = []
    for line in lines:
        if line.depth:
            kinds.append(_Kind.QUOTE)
        elif line.is_empty:
            kinds.append(_Kind.EMPTY)
        elif line.mark is Mark.ATTRIBUTION and INTRODUCES.search(line.text):
            kinds.append(_Kind.ATTRIBUTION)
        elif is_separator(line):
            kinds.append(_Kind.RULE)
        else:
            kinds.append(_Kind.TEXT)
    for index, line in enumerate(lines):
        kind = kinds[index]
        if line.mark is Mark.HISTORY:
            return _Scan(kinds, index, None, False)
        if line.mark is Mark.FORWARD:
            return _Scan(kinds, None, index, False)
        if kind is _Kind.EMPTY or kind is _Kind.RULE or line.depth:
            continue
        text = line.text
        if len(text) < 200 and is_marker(text):
            return _Scan(kinds, index, None, True)
        if len(text) < 160:
            if is_forward_banner(text):
                return _Scan(kinds, None, index, False)
            if is_original_banner(text):
                return _Scan(kinds, index, None, False)
        if kind is not _Kind.ATTRIBUTION:
            start = attribution_start(lines, index, quote_follows=_quote_follows(lines, index))
            if start is not None:
                kinds[start : index + 1] = [_Kind.ATTRIBUTION] * (index + 1 - start)
                continue
        if ":" in text[:50] or "\uff1a" in text[:50]:
            before = _previous(lines, index)
            needed = 2 if before is not None and is_separator(lines[before]) else labels
            if header_block_end(lines, index, needed=needed) is not None:
                return _Scan(kinds, index, None, False)
    return _Scan(kinds, None, None, False)


def _quote_follows(lines: Sequence[Line], index: int) -> bool:
    depth = lines[index].depth
    for line in lines[index + 1 : index + 5]:
        if line.depth > depth:
            return True
        if not line.is_empty:
            return False
    return False


def _previous(lines: Sequence[Line], index: int) -> int | None:
    for before in range(index - 1, max(-1, index - 4), -1):
        if not lines[before].is_empty:
            return before
    return None


@dataclass(frozen=True, slots=True)
class History:
    """The quoted part of a mail."""

    folded: list[bool]
    """For each line whether it is quoted history; all False where the mail has nothing else, or is a forward."""
    passed_on: int | None = None
    """The line at which the words of a passed-on mail begin: below the banner and its header block."""
    forwards: bool = False
    """The mail holds a forwarded one, which is kept whole."""


def history(lines: Sequence[Line], footer: Collection[int] = (), *, is_reply: bool = True) -> History:
    """Tell the quoted history from the new words.

    Answers between quoted lines are kept with the quotes they answer; only the attribution lines go then.
    `footer` holds the indices of lines that are no words of the writer, so that a signature below a quote is no answer.
    Where a mail is no reply, a few labelled lines are rather a form than history.
    """
    folded = [False] * len(lines)
    scan = _scan(lines, labels=3 if is_reply else 4)
    kinds = scan.kinds
    for index in footer:
        kinds[index] = _Kind.EMPTY
    end = len(lines)
    if scan.cut is not None:
        if not _has_words(kinds[: scan.cut]):
            _fold_above_words(lines, kinds, scan.cut, folded)
            return History(folded, None if True in folded else _passed_on(lines, scan))
        end = _back_over_rules(kinds, scan.cut)
        folded[end:] = [True] * (len(lines) - end)
    elif scan.forward is not None and _Kind.ATTRIBUTION not in kinds[: scan.forward]:
        return History(folded, _passed_on(lines, scan), forwards=True)
    _mend_wrapped(lines, kinds, end)
    _fold_quotes(lines, kinds, end, folded)
    return History(folded)


def _has_words(kinds: Sequence[_Kind]) -> bool:
    return _Kind.TEXT in kinds


def _back_over_rules(kinds: Sequence[_Kind], index: int) -> int:
    """The cut moved up over the empty lines, rules and attributions right above it."""
    while index > 0 and kinds[index - 1] in (_Kind.EMPTY, _Kind.RULE, _Kind.ATTRIBUTION):
        index -= 1
    return index


def _fold_above_words(lines: Sequence[Line], kinds: list[_Kind], cut: int, folded: list[bool]) -> None:
    """A mail that begins with history: the answer may stand below the quoted lines."""
    quotes = [i for i in range(cut, len(kinds)) if kinds[i] is _Kind.QUOTE]
    if not quotes:
        return
    first, last = quotes[0], quotes[-1]
    only_headers = all(
        kinds[i] is not _Kind.TEXT or header_label(lines[i].text) is not None for i in range(cut + 1, first)
    )
    if only_headers and _has_words(kinds[last + 1 :]) and not _has_words(kinds[first:last]):
        folded[: last + 1] = [True] * (last + 1)


def _mend_wrapped(lines: Sequence[Line], kinds: list[_Kind], end: int) -> None:
    """A quoted line that was wrapped again leaves its last words on a line without a mark: they are quoted too."""
    for index in range(1, end - 1):
        if (
            kinds[index] is _Kind.TEXT
            and kinds[index - 1] is _Kind.QUOTE
            and kinds[index + 1] is _Kind.QUOTE
            and len(lines[index].text) <= 30
            and len(lines[index - 1].text) >= 60
        ):
            kinds[index] = _Kind.QUOTE


def _fold_quotes(lines: Sequence[Line], kinds: Sequence[_Kind], end: int, folded: list[bool]) -> None:
    first = next((i for i in range(end) if kinds[i] is _Kind.ATTRIBUTION), None)
    words = [i for i in range(end) if kinds[i] is _Kind.TEXT]
    if not words:
        return
    if first is not None and words[0] < first:
        after = [i for i in words if i > first]
        quoted_at_once = _next_is_quote(kinds, first, end)
        if not after or not quoted_at_once or _is_footer(lines, kinds, first, after, end):
            start = _back_over_rules(kinds, first)
            folded[start:] = [True] * (len(folded) - start)
            return
    runs = _quote_runs(kinds, end)
    if first is not None:
        for index in range(end):
            folded[index] = folded[index] or kinds[index] is _Kind.ATTRIBUTION
        if first < words[0] and len(runs) == 1 and runs[0][1] <= words[0]:
            # Answered below the one quote.
            folded[: runs[0][1]] = [True] * runs[0][1]
            return
    tail = end
    while tail > 0 and kinds[tail - 1] in (_Kind.EMPTY, _Kind.QUOTE, _Kind.RULE, _Kind.ATTRIBUTION):
        tail -= 1
    if any(kinds[i] is _Kind.QUOTE for i in range(tail, end)):
        folded[tail:end] = [True] * (end - tail)


def _next_is_quote(kinds: Sequence[_Kind], index: int, end: int) -> bool:
    while index < end and kinds[index] in (_Kind.ATTRIBUTION, _Kind.EMPTY):
        index += 1
    return index < end and kinds[index] is _Kind.QUOTE


def _quote_runs(kinds: Sequence[_Kind], end: int) -> list[tuple[int, int]]:
    """Runs of quoted lines (empty lines between do not part them): first index, index after."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    last = 0
    for index in range(end):
        if kinds[index] is _Kind.QUOTE:
            if start is None:
                start = index
            last = index + 1
        elif kinds[index] in (_Kind.TEXT, _Kind.RULE) and start is not None:
            runs.append((start, last))
            start = None
    if start is not None:
        runs.append((start, last))
    return runs


_GREETING_CHARS: Final = 40
_FOOTER_LINES: Final = 6


def _is_footer(lines: Sequence[Line], kinds: Sequence[_Kind], first: int, after: Sequence[int], end: int) -> bool:
    """A few short lines under the only quote of an answer written above it: a signature, not a second answer."""
    if len(after) > _FOOTER_LINES or len(_quote_runs(kinds, end)) != 1:
        return False
    above = [lines[i].text for i in range(first) if kinds[i] is _Kind.TEXT]
    if len(above) == 1 and len(above[0]) <= _GREETING_CHARS and above[0].endswith((",", "!", ":", "\uff0c")):
        return False
    return all(len(lines[i].text) <= 72 and not lines[i].text.endswith("?") for i in after) and (
        sum(len(lines[i].text) for i in after) / len(after) <= 45
    )


def _passed_on(lines: Sequence[Line], scan: _Scan) -> int | None:
    start = scan.forward if scan.forward is not None else scan.cut
    if start is None or scan.marker or _has_words(scan.kinds[:start]):
        return None
    banner = header_label(lines[start].text) is None
    index = start + 1 if banner else start
    while index < len(lines) and lines[index].is_empty:
        index += 1
    if index < len(lines):
        end = header_block_end(lines, index, needed=2)
        if end is not None:
            return end
    return index if banner else None
