"""Each reader of foreign text takes four times as long for four times the text, not sixteen times, whatever the text."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import Final

import pytest

from tests.mime.readers import BODIES, HEADERS, ROOMS, STARTS, UNITS, Read

_N: Final = 8_000
"""Characters: what grows by the square takes a second for 64 KB, and a tenth of that here."""
_NOISE: Final = 0.025
"""Seconds of CPU below which nothing is compared: so small a time is noise."""
_RATIO: Final = 9.0
"""Of four times the text: 4 for what grows as the text does, 16 for what grows by its square."""
_CLEAR: Final = 2.5
"""Of one measurement each: below it nothing has to be measured again. The square is 4."""
_TURNS: Final = 7
_READERS: Final = {**HEADERS, **BODIES, **ROOMS}


def _seconds(read: Read, text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started


def _text(start: str, unit: str, length: int) -> str:
    # The end fits nothing that was begun.
    return start + (unit * (length // len(unit) + 1))[:length] + "\x01"


def _grows_too_fast(read: Read, start: str, unit: str) -> str:
    """What was measured, where time grows faster than text; else empty."""
    short, long = (_text(start, unit, length) for length in (_N, 2 * _N))
    twice = _seconds(read, long)
    if twice < _NOISE or twice < _CLEAR * _seconds(read, short):
        return ""
    # Whatever else the machine does only adds to a time: the least of each, measured by turns, is the reader's own.
    # Of four times the text, because a processor that others share makes one of twice a square now and then.
    more = _text(start, unit, 4 * _N)
    pairs = [(_seconds(read, short), _seconds(read, more)) for _ in range(_TURNS)]
    once, four = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    if four < _RATIO * once:
        return ""
    return f"{start!r} + {unit!r}: {once:.3f} s, four times as much {four:.3f} s"


def _worst(read: Read, cases: Sequence[tuple[str, str]]) -> list[str]:
    gc.disable()
    try:
        read("warm")
        return [said for start, unit in cases if (said := _grows_too_fast(read, start, unit))]
    finally:
        gc.enable()


@pytest.mark.parametrize("name", _READERS)
def test_time_grows_as_text_does(name: str) -> None:
    starts = STARTS if name in HEADERS and name != "all headers" else STARTS[:1]
    cases = [(start, unit.replace("\\n", "\n").replace("\\t", " ")) for start in starts for unit in UNITS]
    assert _worst(_READERS[name], cases) == []
