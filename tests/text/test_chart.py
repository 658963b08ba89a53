"""The chart is one picture of a fixed size, the same for the same figures, in letters that its font has."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.domain.page import Chart
from bot.text.chart import SIZE, chart
from bot.text.wording import LANGUAGES, template

FIRST = date(2026, 11, 27)


def days(count: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=one) for one in range(count))


@pytest.mark.parametrize("most", [0, 1, 5, 37, 4_000, 1_000_000])
@pytest.mark.parametrize("count", [7, 30])
def test_any_figures_make_one(count: int, most: int) -> None:
    shown = Chart(days(count), (most,) * count, (0,) * count, (most, 0, 1, 2))
    raw = chart(shown, "en")
    with Image.open(io.BytesIO(raw)) as image:
        assert (image.size, image.format) == (SIZE, "PNG")
    assert raw == chart(shown, "en")
    assert len(raw) < 20_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_words_are_those_that_the_font_has(language: str) -> None:
    assert all(template(language, f"stats.chart.{one}").isascii() for one in ("came", "left", "open"))
