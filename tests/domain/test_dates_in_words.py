"""Days that have passed, as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates_in_words import read_days
from bot.domain.times import zone

NOW = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
"""A Wednesday evening; in Paris 23:30."""
PARIS = zone("Europe/Paris")


@pytest.mark.parametrize(
    ("words", "first", "after_last"),
    [
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-11", (2026, 11, 1), (2026, 12, 1)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2026-2-3", (2026, 2, 3), (2026, 2, 4)),
        ("25/10/2026", (2026, 10, 25), (2026, 10, 26)),
        ("25/11", (2026, 11, 25), (2026, 11, 26)),
        ("26/11", (2025, 11, 26), (2025, 11, 27)),
        ("29/2", (2024, 2, 29), (2024, 3, 1)),
        ("mercredi", (2026, 11, 25), (2026, 11, 26)),
        ("Thursday", (2026, 11, 19), (2026, 11, 20)),
        ("hier", (2026, 11, 24), (2026, 11, 25)),
        ("2w", (2026, 11, 11), (2026, 11, 12)),
    ],
)
def test_a_year_a_month_and_a_day_are_from_their_start_to_their_end(
    words: str, first: tuple[int, int, int], after_last: tuple[int, int, int]
) -> None:
    days = read_days(words, NOW, PARIS)
    assert days is not None
    assert (days.start, days.end) == (datetime(*first, tzinfo=PARIS), datetime(*after_last, tzinfo=PARIS))


@pytest.mark.parametrize("words", ["31/2", "99/99", "2026-13", "1969", "mars", "", "2026-11-31", "23/11/26"])
def test_what_is_no_day_is_none(words: str) -> None:
    assert read_days(words, NOW, PARIS) is None


@given(st.from_regex(r"\A[0-9a-z/.\-]{1,12}\Z"))
def test_whatever_is_written_is_read_as_days_or_as_none(words: str) -> None:
    days = read_days(words, NOW, PARIS)
    assert days is None or days.start < days.end
