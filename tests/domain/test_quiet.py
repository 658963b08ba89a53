"""Quiet hours and the times of a digest, as people write them, by their own clock."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.quiet import Digest, Span, next_digest, quiet_until, read_digest, read_span

PARIS = ZoneInfo("Europe/Paris")
NIGHT = Span(time(22), time(7))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("22:00-7:00", NIGHT),
        ("22h à 7h", NIGHT),
        ("de 22h à 7h", NIGHT),
        ("from 22 to 7", NIGHT),
        ("22:00 – 7:00", NIGHT),
        ("12h30-13h45", Span(time(12, 30), time(13, 45))),
        ("22 h à 7 h", NIGHT),
        ("22\u202fh à 7\u00a0h", NIGHT),
        ("de 22 h 30 à 7 h", Span(time(22, 30), time(7))),
        ("entre 22h et 7h", NIGHT),
        ("10pm-7am", NIGHT),
        ("between 10 p.m. and 7 a.m.", NIGHT),
        ("12am-12pm", Span(time(0), time(12))),
        ("13pm-7am", None),
        ("9-9", None),
        ("25-7", None),
        ("22:60-7", None),
        ("22:00", None),
        ("tonight", None),
        ("", None),
        ("1" * 90, None),
    ],
)
def test_hours_as_they_are_written(words: str, read: Span | None) -> None:
    assert read_span(words) == read
    assert read is None or read_span(read.written) == read


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("daily 8:00", Digest(time(8))),
        ("daily", Digest(time(8))),
        ("quotidien 7h30", Digest(time(7, 30))),
        ("weekly monday 8:00", Digest(time(8), 0)),
        ("weekly", Digest(time(8), 0)),
        ("hebdo vendredi à 17h", Digest(time(17), 4)),
        ("lundi 8h", Digest(time(8), 0)),
        ("8:00", Digest(time(8))),
        ("8 h 30", Digest(time(8, 30))),
        ("quotidien à 8 h", Digest(time(8))),
        ("chaque jour à 8h", Digest(time(8))),
        ("tous les jours 8h", Digest(time(8))),
        ("every day at 8am", Digest(time(8))),
        ("le lundi à 8\u202fh", Digest(time(8), 0)),
        ("weekly on monday at 8:00", Digest(time(8), 0)),
        ("every friday", Digest(time(8), 4)),
        ("daily noon", None),
        ("every", None),
        ("25h", None),
        ("weekly someday 8:00", None),
        ("", None),
    ],
)
def test_a_digest_as_it_is_written(words: str, read: Digest | None) -> None:
    assert read_digest(words) == read
    assert read is None or read_digest(read.written) == read


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "now", "until"),
    [
        ("22:00-07:00", at(23, 23), at(24, 7)),
        ("22:00-07:00", at(24, 3), at(24, 7)),
        ("22:00-07:00", at(23, 22), at(24, 7)),
        ("22:00-07:00", at(24, 7), None),
        ("22:00-07:00", at(23, 12), None),
        ("12:00-14:00", at(23, 13), at(23, 14)),
        ("12:00-14:00", at(23, 15), None),
        ("", at(23, 23), None),
        # Twice it is half past two in the night in which the clock goes back: the quiet ends at the first.
        ("22:00-02:30", datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("22:00-02:30", datetime(2026, 10, 25, 0, 45, tzinfo=UTC), None),
        ("22:00-02:30", datetime(2026, 10, 25, 1, 15, tzinfo=UTC), None),
        ("22:00-07:00", datetime(2026, 10, 25, 1, 15, tzinfo=UTC), at(25, 7, month=10)),
        ("02:15-02:30", datetime(2026, 10, 25, 1, 20, tzinfo=UTC), None),
        # The night in which the clock goes back, and the one in which it leaves out an hour.
        ("22:00-07:00", at(24, 23, month=10), at(25, 7, month=10)),
        ("22:00-02:30", at(28, 23, month=3), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_quiet_lasts_until_its_end_by_the_person_s_clock(written: str, now: datetime, until: datetime | None) -> None:
    assert quiet_until(written, now, PARIS) == until


@pytest.mark.parametrize(
    ("written", "now", "due"),
    [
        ("daily 08:00", at(23, 7), at(23, 8)),
        ("daily 08:00", at(23, 8), at(24, 8)),
        ("daily 08:00", at(23, 9), at(24, 8)),
        ("daily 08:00", at(24, 9, month=10), at(25, 8, month=10)),
        ("daily 02:30", at(28, 3, month=3), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("monday 08:00", at(23, 7), at(23, 8)),
        ("monday 08:00", at(23, 9), at(30, 8)),
        ("sunday 08:00", at(23, 9), at(29, 8)),
        ("", at(23, 7), None),
    ],
)
def test_a_digest_comes_at_its_next_time_by_the_person_s_clock(
    written: str, now: datetime, due: datetime | None
) -> None:
    assert next_digest(written, now, PARIS) == due
