"""Times as people write them, in both languages: cases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.times import MOST_AHEAD, NoTime, read_time

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=PARIS)
"""A Friday."""


def read(words: str, now: datetime = NOW) -> str | NoTime:
    found = read_time(words, now.astimezone(UTC), PARIS)
    return found if isinstance(found, NoTime) else found.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("lundi 9h", "2026-11-30 09:00"),
        ("lundi", "2026-11-30 09:00"),
        ("Lundi à 9h30", "2026-11-30 09:30"),
        ("lundi prochain à 9 h 30", "2026-11-30 09:30"),
        ("9h30 lundi", "2026-11-30 09:30"),
        ("monday 9:00", "2026-11-30 09:00"),
        ("mon 9:00", "2026-11-30 09:00"),
        ("next monday at 2pm", "2026-11-30 14:00"),
        ("on monday, at 9", "2026-11-30 09:00"),
        ("9 am monday", "2026-11-30 09:00"),
        ("« lundi 9h »", "2026-11-30 09:00"),
        ("friday", "2026-12-04 09:00"),
        ("vendredi 14h", "2026-11-27 14:00"),
        ("vendredi 9h", "2026-12-04 09:00"),
        ("vendredi prochain 14h", "2026-12-04 14:00"),
        ("3d", "2026-11-30 09:00"),
        ("3j", "2026-11-30 09:00"),
        ("3 jours", "2026-11-30 09:00"),
        ("in 2 weeks", "2026-12-11 09:00"),
        ("dans 2 semaines", "2026-12-11 09:00"),
        ("dans 3 jours à 14h", "2026-11-30 14:00"),
        ("a week", "2026-12-04 09:00"),
        ("dans un mois", "2026-12-27 09:00"),
        ("3 months", "2027-02-27 09:00"),
        ("demain", "2026-11-28 09:00"),
        ("demain 14h", "2026-11-28 14:00"),
        ("tomorrow 14:00", "2026-11-28 14:00"),
        ("tomorrow morning", "2026-11-28 09:00"),
        ("demain après-midi", "2026-11-28 14:00"),
        ("demain soir", "2026-11-28 18:00"),
        ("après-demain", "2026-11-29 09:00"),
        ("the day after tomorrow", NoTime.UNREADABLE),
        ("day after tomorrow", "2026-11-29 09:00"),
        ("today 17:00", "2026-11-27 17:00"),
        ("aujourd’hui 17h", "2026-11-27 17:00"),
        ("ce soir", "2026-11-27 18:00"),
        ("tonight", "2026-11-27 18:00"),
        ("cet après-midi", "2026-11-27 14:00"),
        ("midi", "2026-11-27 12:00"),
        ("noon", "2026-11-27 12:00"),
        ("15:30", "2026-11-27 15:30"),
        ("9:30", "2026-11-28 09:30"),
        ("à 9h", "2026-11-28 09:00"),
        ("at 11", "2026-11-27 11:00"),
        ("12am", "2026-11-28 00:00"),
        ("in 9h", "2026-11-27 19:00"),
        ("dans 3 heures", "2026-11-27 13:00"),
        ("2 hours", "2026-11-27 12:00"),
        ("48h", "2026-11-29 10:00"),
        ("90 min", "2026-11-27 11:30"),
        ("next week", "2026-11-30 09:00"),
        ("la semaine prochaine", "2026-11-30 09:00"),
        ("le mois prochain", "2026-12-01 09:00"),
        ("3/12", "2026-12-03 09:00"),
        ("3/12 9h", "2026-12-03 09:00"),
        ("le 3 décembre", "2026-12-03 09:00"),
        ("jeudi 3 décembre à 8h15", "2026-12-03 08:15"),
        ("1er mars", "2027-03-01 09:00"),
        ("dec 3", "2026-12-03 09:00"),
        ("december 3rd 9am", "2026-12-03 09:00"),
        ("2026-12-03", "2026-12-03 09:00"),
        ("2026-12-03 17:30", "2026-12-03 17:30"),
        ("15.01.2027 8h30", "2027-01-15 08:30"),
        ("15/1/27", "2027-01-15 09:00"),
        ("26/11", "2027-11-26 09:00"),
        ("lundi à 9 heures", "2026-11-30 09:00"),
        ("demain à 14 heures", "2026-11-28 14:00"),
        ("9 heures 30", "2026-11-28 09:30"),
        ("lundi 9 heures 30", "2026-11-30 09:30"),
        ("à 9 heures", "2026-11-28 09:00"),
        ("dans 9 heures", "2026-11-27 19:00"),
        ("48 heures", "2026-11-29 10:00"),
        ("minuit", "2026-11-28 00:00"),
        ("midnight", "2026-11-28 00:00"),
        ("demain à minuit", "2026-11-29 00:00"),
        ("monday at midnight", "2026-12-01 00:00"),
        ("demain à midi", "2026-11-28 12:00"),
        ("prochain lundi", "2026-11-30 09:00"),
        ("le prochain vendredi à 14h", "2026-12-04 14:00"),
        ("next monday", "2026-11-30 09:00"),
        ("lundi en huit", "2026-12-07 09:00"),
        ("lundi en huit à 14 heures", "2026-12-07 14:00"),
        ("vendredi en huit", "2026-12-04 09:00"),
        ("demain en quinze", "2026-12-12 09:00"),
        ("d’aujourd’hui en huit", "2026-12-04 09:00"),
        ("on monday week at 2pm", "2026-12-07 14:00"),
        ("le 25", "2026-12-25 09:00"),
        ("le 25 à 9h", "2026-12-25 09:00"),
        ("le 27 à 14 heures", "2026-11-27 14:00"),
        ("le 27", "2026-12-27 09:00"),
        ("le 1er", "2026-12-01 09:00"),
        ("the 30th at 2pm", "2026-11-30 14:00"),
        ("on the 31st", "2026-12-31 09:00"),
        # --- spans of several units, and numbers in words
        ("1d 2h", "2026-11-28 12:00"),
        ("1j 2h", "2026-11-28 12:00"),
        ("1d2h", "2026-11-28 12:00"),
        ("in 1 day and 2 hours", "2026-11-28 12:00"),
        ("dans 1 jour et 9 heures", "2026-11-28 19:00"),
        ("3d 9h", "2026-11-30 09:00"),
        ("dans 3 jours 9h", "2026-11-30 09:00"),
        ("1 week 2 days", "2026-12-06 09:00"),
        ("1 semaine et 2 jours à 14h", "2026-12-06 14:00"),
        ("2h 30min", "2026-11-27 12:30"),
        ("1h30min", "2026-11-27 11:30"),
        ("dans 1h30", "2026-11-27 11:30"),
        ("in 1h30", "2026-11-27 11:30"),
        ("1 hour 30 minutes", "2026-11-27 11:30"),
        ("in two weeks", "2026-12-11 09:00"),
        ("deux jours", "2026-11-29 09:00"),
        ("dans trois semaines", "2026-12-18 09:00"),
        ("quinze jours", "2026-12-12 09:00"),
        ("lundi neuf heures trente", NoTime.UNREADABLE),
        ("lundi à neuf heures", "2026-11-30 09:00"),
        ("7 sept", "2027-09-07 09:00"),
        ("à 1h30", "2026-11-28 01:30"),
        ("9h30", "2026-11-28 09:30"),
        ("14h30", "2026-11-27 14:30"),
        ("1:30", "2026-11-28 01:30"),
        # --- a time beside the part of its day
        ("demain matin 8h", "2026-11-28 08:00"),
        ("lundi matin 9h", "2026-11-30 09:00"),
        ("lundi matin à 9h30", "2026-11-30 09:30"),
        ("tomorrow morning at 8", "2026-11-28 08:00"),
        ("monday evening 7pm", "2026-11-30 19:00"),
        ("lundi soir 8h", "2026-11-30 20:00"),
        ("lundi 8h du soir", "2026-11-30 20:00"),
        ("demain à 3h de l’après-midi", "2026-11-28 15:00"),
        ("9 in the morning", "2026-11-28 09:00"),
        ("ce soir 20h", "2026-11-27 20:00"),
        ("tonight at 8", "2026-11-27 20:00"),
        ("lundi matin 14h", NoTime.UNREADABLE),
        ("lundi soir 2h", NoTime.UNREADABLE),
        ("mercredi 2 matin", NoTime.UNREADABLE),
        # --- abbreviations, dates, instants
        ("lun. 9h", "2026-11-30 09:00"),
        ("3 déc. 9h", "2026-12-03 09:00"),
        ("monday 9 a.m.", "2026-11-30 09:00"),
        ("lundi 30", "2026-11-30 09:00"),
        ("lundi 30 à 14h", "2026-11-30 14:00"),
        ("mardi 30", NoTime.UNREADABLE),
        ("monday the 7th", "2026-12-07 09:00"),
        ("monday 9", NoTime.UNREADABLE),
        ("2026-11-30T09:00", "2026-11-30 09:00"),
        ("2026-11-30T09:00:00Z", "2026-11-30 10:00"),
        ("2026-11-30T09:00+0200", "2026-11-30 08:00"),
        ("2026-13-30T09:00", NoTime.UNREADABLE),
        ("9999-12-31T23:59:59-11:00", NoTime.UNREADABLE),
        ("2025-11-30T09:00", NoTime.PAST),
        # --- as the name of the command asks
        ("until monday", "2026-11-30 09:00"),
        ("until the 25th", "2026-12-25 09:00"),
        ("until 9", "2026-11-28 09:00"),
        ("until 2h", "2026-11-28 02:00"),
        ("till noon", "2026-11-27 12:00"),
        ("jusqu’à lundi", "2026-11-30 09:00"),
        ("jusqu'à lundi 9h30", "2026-11-30 09:30"),
        ("jusqu’au 3 décembre", "2026-12-03 09:00"),
        ("jusqu'au 25", "2026-12-25 09:00"),
        ("à demain", "2026-11-28 09:00"),
        ("à lundi 14h", "2026-11-30 14:00"),
        ("au 3/12", "2026-12-03 09:00"),
        ("to monday", "2026-11-30 09:00"),
        ("for 3 days", "2026-11-30 09:00"),
        ("for 2h", "2026-11-27 12:00"),
        ("pour une semaine", "2026-12-04 09:00"),
        ("pour lundi", "2026-11-30 09:00"),
        ("de 3 jours", "2026-11-30 09:00"),
        ("d’une semaine", "2026-12-04 09:00"),
        ("by two days", "2026-11-29 09:00"),
        ("pour 2h", NoTime.UNREADABLE),
        ("de lundi", NoTime.UNREADABLE),
        ("until", NoTime.UNREADABLE),
        ("until until monday", NoTime.UNREADABLE),
        # --- none
        ("1h30", NoTime.HOURS_OR_CLOCK),
        ("2h30", NoTime.HOURS_OR_CLOCK),
        ("9 heures", NoTime.HOURS_OR_CLOCK),
        ("1 heure", NoTime.HOURS_OR_CLOCK),
        ("le 32", NoTime.UNREADABLE),
        ("le 0", NoTime.UNREADABLE),
        ("25", NoTime.UNREADABLE),
        ("week", NoTime.UNREADABLE),
        ("mars en huit", NoTime.UNREADABLE),
        ("9h", NoTime.HOURS_OR_CLOCK),
        ("2h", NoTime.HOURS_OR_CLOCK),
        ("", NoTime.UNREADABLE),
        ("3", NoTime.UNREADABLE),
        ("mar", NoTime.UNREADABLE),
        ("3m", NoTime.UNREADABLE),
        ("soon", NoTime.UNREADABLE),
        ("31/02", NoTime.UNREADABLE),
        ("demain 25h", NoTime.UNREADABLE),
        ("lundi mardi", NoTime.UNREADABLE),
        ("lundi 9h 10h", NoTime.UNREADABLE),
        ("9999999 days", NoTime.UNREADABLE),
        ("x" * 100, NoTime.UNREADABLE),
        ("today 8:00", NoTime.PAST),
        ("today", NoTime.PAST),
        ("2020-01-01", NoTime.PAST),
        ("0 min", NoTime.PAST),
        ("2 years", NoTime.UNREADABLE),
        ("14 months", NoTime.TOO_FAR),
        ("2031-01-01", NoTime.TOO_FAR),
        ("9999 weeks", NoTime.TOO_FAR),
        ("2999-12-31", NoTime.TOO_FAR),
        ("9999-12-31", NoTime.UNREADABLE),
        ("0001-01-01", NoTime.UNREADABLE),
    ],
)
def test_what_people_write_is_a_time_or_said_to_be_none(words: str, meant: str | NoTime) -> None:
    assert read(words) == meant


SPRING = datetime(2027, 3, 27, 12, 0, tzinfo=PARIS)
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("words", "now", "meant"),
    [
        ("demain 9h", SPRING, "2027-03-28T07:00"),
        ("1d", SPRING, "2027-03-28T07:00"),
        ("24h", SPRING, "2027-03-28T11:00"),
        ("1d 2h", SPRING, "2027-03-28T12:00"),
        ("1d 2h", AUTUMN, "2026-10-25T13:00"),
        ("demain 2h30", SPRING, "2027-03-28T01:30"),
        ("demain 9h", AUTUMN, "2026-10-25T08:00"),
        ("demain 2h30", AUTUMN, "2026-10-25T00:30"),
        ("24h", AUTUMN, "2026-10-25T10:00"),
        ("demain à minuit", SPRING, "2027-03-28T22:00"),
        ("minuit", SPRING, "2027-03-27T23:00"),
        ("demain à 2 heures 30", SPRING, "2027-03-28T01:30"),
        ("samedi en huit à 9 heures", SPRING, "2027-04-03T07:00"),
        ("le 28 à 9 heures", SPRING, "2027-03-28T07:00"),
        ("demain à minuit", AUTUMN, "2026-10-25T23:00"),
        ("le 25 à 9 heures", AUTUMN, "2026-10-25T08:00"),
    ],
)
def test_when_clocks_are_changed_days_are_days_and_hours_are_hours(words: str, now: datetime, meant: str) -> None:
    found = read_time(words, now.astimezone(UTC), PARIS)
    assert isinstance(found, datetime) and found.isoformat().startswith(meant)


@pytest.mark.parametrize(("day", "meant"), [(31, "2027-02-28"), (28, "2027-02-28"), (15, "2027-02-15")])
def test_a_month_without_that_day_ends_with_its_last(day: int, meant: str) -> None:
    assert str(read("in 1 month", datetime(2027, 1, day, 10, tzinfo=PARIS)))[:10] == meant


_PIECES = (
    "in",
    "dans",
    "2",
    "14h",
    "9:30",
    "lundi",
    "next",
    "prochain",
    "demain",
    "jours",
    "à",
    "3/12",
    "mars",
    "d",
    "2026",
    "soir",
    "9 heures",
    "minuit",
    "en huit",
    "le",
    "31",
    "1h30",
    "and",
    "until",
    "for",
    "matin",
    "two",
    "9999 w",
    "T09:00",
    "2026-11-30T09:00",
    "the",
)


@pytest.mark.parametrize(("month", "meant"), [(1, "2027-01-31"), (2, "2027-03-31"), (4, "2027-05-31")])
def test_a_day_that_its_month_has_not_is_that_of_the_next_that_has_it(month: int, meant: str) -> None:
    assert str(read("le 31", datetime(2027, month, 10, 10, tzinfo=PARIS)))[:10] == meant


@given(st.lists(st.sampled_from(_PIECES), max_size=5).map(" ".join) | st.text(max_size=30), st.integers(0, 800 * 24))
def test_whatever_is_written_is_read_ahead_within_the_year_or_not_at_all(words: str, hours: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    found = read_time(words, now, PARIS)
    assert isinstance(found, NoTime) or now < found <= now + MOST_AHEAD
