"""Where what is quoted begins in a mail without the mark of a notification, and whether a client marked it."""

from typing import Final

from bot.domain.quote_heads import attribution_start, header_block_end
from bot.domain.quote_lines import Line, is_separator, text_lines
from bot.domain.quote_words import is_forward_banner, is_original_banner
from bot.domain.rules.client_heads import LABELS, is_quoted
from bot.domain.rules.notice_lines import is_of_notice

_LONG: Final = 60
"""A quoted line of so many letters may have been broken by a client, which then marks its first part only."""


def quotation_start(raw: list[str]) -> int:
    """The first line that is quoted, or may be, or is a notification's; all lines: there is none."""
    lines = text_lines(raw)
    is_first = True
    for at, line in enumerate(lines):
        if line.is_empty or is_separator(line):
            continue
        if line.depth or is_original_banner(line.text) or is_forward_banner(line.text) or is_of_notice(line.text):
            return _above_rules(lines, at)
        follows = next((one.depth > 0 for one in lines[at + 1 :] if not one.is_empty), True)
        start = attribution_start(lines, at, quote_follows=follows)
        if start is not None:
            return _above_rules(lines, start)
        if header_block_end(lines, at, needed=LABELS if is_first else LABELS + 1) is not None:
            return _above_rules(lines, at)
        is_first = False
    return len(raw)


def is_quotation_marked(raw: list[str], start: int) -> bool:
    """Whether what begins there is marked as quoted, but for a line that says whose it is."""
    first = next((at for at in range(start, len(raw)) if is_quoted(raw[at])), len(raw))
    before = text_lines(line for line in raw[start:first] if line.strip())
    return first < len(raw) and (not before or attribution_start(before, len(before) - 1, quote_follows=True) == 0)


def is_below(raw: list[str], start: int) -> bool:
    """Whether all that is not marked stands below all that is."""
    last = max(at for at in range(start, len(raw)) if is_quoted(raw[at]))
    above = raw[start : last + 1]
    first = next(at for at, line in enumerate(above) if is_quoted(line))
    return all(is_quoted(line) or not line.strip() for line in above[first:]) and not any(
        is_broken_off(line, raw[last]) for line in raw[last + 1 : last + 2]
    )


def is_letters_own(lines: list[str]) -> bool:
    """Whether what reads like a head is no client's: it names no address, and nothing is quoted below it."""
    said = [line for line in lines if line.strip()]
    return not any(is_quoted(line) or "@" in line or is_of_notice(line) for line in said) and not any(
        is_original_banner(line) or is_forward_banner(line) for line in said
    )


def _above_rules(lines: list[Line], at: int) -> int:
    while at and (lines[at - 1].is_empty or is_separator(lines[at - 1])):
        at -= 1
    return at


def is_broken_off(line: str, before: str) -> bool:
    """Whether it may be the end of the quoted line before it."""
    starts_small = line.lstrip()[:1].islower()
    return starts_small and len(before) >= _LONG and not before.rstrip().endswith((".", "?", "!", ":"))
