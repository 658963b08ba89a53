"""Whose mail was erased does not come back, whatever time it says of itself."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.flows.pump.left_out import LeftOut
from tests.fakes.reading import ReaderHere
from tests.fakes.writing import mail

ERASED = datetime(2026, 11, 25, tzinfo=UTC)
NOW = ERASED + timedelta(days=3)
DATE = b"Date: Mon, 23 Nov 2026 09:00:00 +0000"


@pytest.mark.parametrize(
    ("date", "came", "is_out"),
    [
        (DATE, None, True),
        (b"X-No: date", None, True),
        (b"Date: Mon, 23 Nov 2043 09:00:00 +0000", None, True),
        (b"Date: Mon, 23 Nov 2043 09:00:00 +0000", ERASED - timedelta(days=9), True),
        (b"Date: Fri, 27 Nov 2026 09:00:00 +0000", ERASED - timedelta(days=9), True),
        (b"Date: Fri, 27 Nov 2026 09:00:00 +0000", None, False),
        (b"Date: Fri, 27 Nov 2026 09:00:00 +0000", NOW, False),
        (b"X-No: date", NOW, False),
    ],
)
async def test_of_what_is_known_of_its_time_the_earlier_counts(
    date: bytes, came: datetime | None, is_out: bool
) -> None:
    out = LeftOut(ReaderHere(), frozenset(("contact@asso.example",)), lambda who, at: at < ERASED)
    assert await out.has(mail().replace(DATE, date), came, NOW) is is_out
