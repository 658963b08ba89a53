"""What is written by hand beside a library does not grow unless its page says why."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| ((?:`[^`]+` ?)+)\| (\d+) \| [^|]+ \|$", re.MULTILINE)


def parts() -> list[tuple[str, list[str], int]]:
    page = (ROOT / "docs/by-hand.md").read_text(encoding="utf-8")
    return [(name, re.findall(r"`([^`]+)`", where), int(most)) for name, where, most in ROW.findall(page)]


def lines(where: str) -> int:
    place = ROOT / where
    files = [*place.rglob("*.py")] if place.is_dir() else [*place.parent.glob(place.name)]
    assert files, where
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def test_every_part_has_its_row_and_its_reasons() -> None:
    page = (ROOT / "docs/by-hand.md").read_text(encoding="utf-8")
    assert len(parts()) == 11
    assert page.count("**What would let us drop ours.**") == 11


@pytest.mark.parametrize(("name", "where", "most"), parts())
def test_a_part_is_no_larger_than_its_page_allows(name: str, where: list[str], most: int) -> None:
    """Grown by a case that the library fails as well? Then the page gets the case and the new number."""
    held = sum(lines(one) for one in where)
    assert most * 0.85 <= held <= most, f"{name}: {held} lines"
