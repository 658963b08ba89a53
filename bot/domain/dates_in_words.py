"""Days that have passed, as people write them in both languages."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.domain.folding import fold

_TODAY: Final = {"today": 0, "aujourd'hui": 0, "aujourdhui": 0, "yesterday": 1, "hier": 1}
_AGO: Final = re.compile(r"(\d{1,4})([dj]|w|s|sem)")
_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def read_day(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The start of the day that is meant: `2026`, `2026-03`, `2026-03-31`, `31/03/2026`, `yesterday`, `30d`, `2w`.

    None where the words are no day of the years 1970 to 2100.
    """
    word = fold(words.strip()).replace("’", "'")
    local = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    ago = _AGO.fullmatch(word)
    if word in _TODAY or ago:
        days = _TODAY[word] if ago is None else int(ago[1]) * (1 if ago[2] in "dj" else 7)
        return local - timedelta(days=days)
    iso, day_first = _ISO.fullmatch(word), _DAY_FIRST.fullmatch(word)
    if iso is not None:
        year, month, day = int(iso[1]), int(iso[2] or 1), int(iso[3] or 1)
    elif day_first is not None:
        day, month, year = (int(part) for part in day_first.groups())
    else:
        return None
    if not 1970 < year < 2100:
        return None
    try:
        return datetime(year, month, day, tzinfo=zone)
    except ValueError:
        return None
