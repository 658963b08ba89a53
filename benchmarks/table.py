"""What was measured beside what it should be and what FreeScout needs, as a table for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `is_met` is None where there is no goal."""

    work: str
    measured: str
    goal: str = ""
    is_met: bool | None = None
    freescout: str = ""
    """FreeScout 1.8.235 at the same work, measured on a machine like the one that the goals were set on."""


def as_markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table that is also easy to read as text."""
    head = ("", "work", "measured", "goal", "FreeScout")
    marks = {True: "✅", False: "❌", None: "·"}
    lines = [(marks[row.is_met], row.work, row.measured, row.goal, row.freescout) for row in rows]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    rule = tuple("-" * max(width, 3) for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (head, rule, *lines)
    )


def middle(values: Sequence[float]) -> float:
    """The median."""
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def megabytes(size: float) -> str:
    return f"{size / 1e6:.0f} MB"
