"""Draws the chart of `!stats` as a PNG: mails day by day, and what is open by its age.

The ground is drawn as well, so that it reads the same in a light and in a dark client. The letters are those of
Pillow's own font, which has ASCII alone: names and sentences stand in the message above the picture.
"""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.domain.page import Chart
from bot.text.wording import template

SIZE: Final = (1200, 480)
"""Pixels; clients show half of them."""
_GROUND, _INK, _FAINT = "#ffffff", "#1b1d22", "#d5d9e0"
_CAME, _LEFT, _OPEN = "#1f6feb", "#d9730d", "#5b6470"
_TOP, _FLOOR, _EDGE, _MIDDLE, _RIGHT = 84, 410, 64, 830, 890
_LETTERS: Final = 22
_MOST_LABELS: Final = 10


def chart(shown: Chart, language: str) -> bytes:
    """The PNG; the same bytes for the same figures."""
    image = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_LETTERS)
    _days(draw, font, shown, language)
    _ages(draw, font, shown.open_by_age, language)
    made = io.BytesIO()
    image.quantize(16).save(made, "PNG", optimize=True)
    return made.getvalue()


_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _days(draw: ImageDraw.ImageDraw, font: _Font, shown: Chart, language: str) -> None:
    most = _axis(draw, font, (*shown.came, *shown.left), _EDGE, _MIDDLE)
    at = _legend(draw, font, _EDGE, _CAME, template(language, "stats.chart.came"))
    _legend(draw, font, at, _LEFT, template(language, "stats.chart.left"))
    width = (_MIDDLE - _EDGE) / len(shown.days)
    every = -(-len(shown.days) // _MOST_LABELS)
    for number, day in enumerate(shown.days):
        left = _EDGE + number * width
        bar = width * 0.38
        _bar(draw, left + width * 0.1, bar, shown.came[number], most, _CAME)
        _bar(draw, left + width * 0.1 + bar, bar, shown.left[number], most, _LEFT)
        if (len(shown.days) - 1 - number) % every == 0:
            _centred(draw, font, left + width / 2, f"{day.day}/{day.month}")


def _ages(draw: ImageDraw.ImageDraw, font: _Font, counts: Sequence[int], language: str) -> None:
    most = _top(max(counts))
    _legend(draw, font, _RIGHT, _OPEN, template(language, "stats.chart.open"))
    width = (SIZE[0] - 24 - _RIGHT) / len(counts)
    draw.line((_RIGHT, _FLOOR, SIZE[0] - 24, _FLOOR), fill=_INK, width=2)
    for number, (count, label) in enumerate(zip(counts, ("<1", "1-3", "3-7", ">7"), strict=True)):
        left = _RIGHT + number * width
        _bar(draw, left + width * 0.15, width * 0.7, count, most, _OPEN)
        _centred(draw, font, left + width / 2, label)
        top = _FLOOR - (_FLOOR - _TOP) * count / most
        draw.text((left + width / 2, top - 4), str(count), fill=_INK, font=font, anchor="ms")


def _axis(draw: ImageDraw.ImageDraw, font: _Font, counts: Sequence[int], left: int, right: int) -> int:
    """Lines with their numbers; the number at the top."""
    most = _top(max(counts))
    for part in range(5):
        value = most * part / 4
        y = _FLOOR - (_FLOOR - _TOP) * part / 4
        draw.line((left, y, right, y), fill=_INK if part == 0 else _FAINT, width=2)
        draw.text((left - 8, y), f"{value:g}", fill=_INK, font=font, anchor="rm")
    return most


def _top(most: int) -> int:
    """The round number above the largest."""
    power = 1
    while True:
        for step in (4, 8, 20):
            if step * power >= most:
                return step * power
        power *= 10


def _bar(draw: ImageDraw.ImageDraw, left: float, width: float, count: int, most: int, colour: str) -> None:
    if count:
        # One mail is seen beside thousands.
        top = min(_FLOOR - (_FLOOR - _TOP) * count / most, _FLOOR - 3)
        draw.rectangle((round(left), round(top), round(left + width) - 2, _FLOOR - 1), fill=colour)


def _legend(draw: ImageDraw.ImageDraw, font: _Font, left: float, colour: str, words: str) -> float:
    """A patch of the colour with its words; where the next may stand."""
    draw.rectangle((left, 24, left + 22, 46), fill=colour)
    draw.text((left + 32, 35), words, fill=_INK, font=font, anchor="lm")
    return left + 64 + font.getlength(words)


def _centred(draw: ImageDraw.ImageDraw, font: _Font, at: float, words: str) -> None:
    draw.text((at, _FLOOR + 12), words, fill=_INK, font=font, anchor="mt")
