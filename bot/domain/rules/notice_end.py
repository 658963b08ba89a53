"""Where a notification ends: at the address of its thread, of which a client may have broken off the rest."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.rules.notice_lines import is_last_of_notice, is_of_notice
from bot.domain.rules.program_lines import is_programs

_MOST_BROKEN: Final = 3
"""Of a long address so many more lines, where each has 76 letters."""
_MOST: Final = 400
_WHOLE: Final = re.compile(r"via(?:=|%3D)[\w-]+(?:\.[\w-]+)+(?::\d+)?$", re.IGNORECASE)
_HAS_SERVER: Final = re.compile(r"via(?:=|%3D)[\w-]+(?:\.[\w-]+)+\b", re.IGNORECASE)
_MARKS: Final = "> \t\u00a0"
_AROUND: Final = f"{_MARKS}<)]*_"


def without_rests(words: str) -> tuple[str, frozenset[str]]:
    """All lines but those that are the rest of a broken address of a thread, and these."""
    kept: list[str] = []
    rests: set[str] = set()
    lines = words.split("\n")
    at = 0
    while at < len(lines):
        kept.append(lines[at])
        count = _broken_off(lines, at) if is_last_of_notice(lines[at]) else 0
        rests |= {line.strip(_MARKS) for line in lines[at + 1 : at + 1 + count]}
        at += 1 + count
    return "\n".join(kept), frozenset(rests)


def notice_end(lines: Sequence[str]) -> int | None:
    """The line behind a notification that nobody marked as quoted; None: its end is not known.

    Addresses of threads may stand in its words, and in words below it.
    """
    ends = {at: None for at, line in enumerate(lines) if is_last_of_notice(line)}
    if not ends:
        return None
    said = (at for at, line in enumerate(lines) if at not in ends and is_of_notice(line))
    last = max(said, default=-1)
    return next((at for at in ends if at > last), max(ends)) + 1


def ends_as_notice(lines: Sequence[str]) -> bool:
    """Whether nothing stands below that a notification has no sentence for."""
    said = [line for line in lines if line.strip(_MARKS) and not is_programs(line.strip())]
    return not said or is_of_notice(said[-1])


def _broken_off(lines: Sequence[str], at: int) -> int:
    """How many lines are the rest of the address at the end of that one. It ends with a server, and has no blank."""
    address = lines[at][-_MOST:].rstrip(_AROUND).split(" ")[-1]
    if _HAS_SERVER.search(address):
        return 0
    for count, line in enumerate(lines[at + 1 : at + 1 + _MOST_BROKEN], 1):
        rest = line.strip(_MARKS)
        if not rest or len(rest) > _MOST or "://" in rest or len(rest.split()) > 1:
            return 0
        address += rest.rstrip(_AROUND)
        if _WHOLE.search(address):
            return count
    return 0
