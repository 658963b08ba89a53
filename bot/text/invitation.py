"""A calendar object in a mail, as lines of its post: who answers what, for which meeting, and when."""

from datetime import datetime

from babel.dates import format_datetime

from bot.domain.mail import Invitation
from bot.domain.sentences import sentence
from bot.domain.times import zone
from bot.text.card import sender, shortened
from bot.text.dates import locale, moment
from bot.text.lookalike import plain_name
from bot.text.reader import Reader
from bot.text.shown import EMPTY, Shown, bold, foreign, in_words, joined, lines, plain

_LONGEST = 300


def invitation_lines(said: Invitation, reader: Reader) -> Shown:
    """An invitation as `✅ Julie accepts: **Meeting** · 12 Nov 2026 14:00–15:00 · Room 2`, with its comment below."""
    what = joined(
        part
        for part in (
            bold(_words(said.summary)) if said.summary else EMPTY,
            foreign(_when(said, reader)),
            _words(said.place),
        )
        if part.body
    )
    who = sender(said.who) if said.who is not None and (said.who.name or said.who.address) else EMPTY
    key = f"event.{said.kind}" if who.body else f"event.{said.kind}_somebody"
    told = in_words(sentence(key), reader, {"who": who, "what": what})
    comment = plain("💬 ") + _words(said.comment) if said.comment else EMPTY
    return lines(part for part in (told, comment) if part.body)


def _words(text: str) -> Shown:
    return foreign(shortened(plain_name(text), _LONGEST))


def _when(said: Invitation, reader: Reader) -> str:
    """The time of the meeting in the room's zone; as the mail writes it where the zone is unknown."""
    if said.start is None:
        return shortened(plain_name(said.written), _LONGEST)
    begins = moment(said.start, language=reader.language, timezone=reader.timezone)
    if said.end is None or said.end <= said.start:
        return begins
    there = zone(reader.timezone)
    if said.start.astimezone(there).date() == said.end.astimezone(there).date():
        return f"{begins}–{_clock(said.end, reader)}"
    return f"{begins} – {moment(said.end, language=reader.language, timezone=reader.timezone)}"


def _clock(at: datetime, reader: Reader) -> str:
    return format_datetime(
        at.astimezone(zone(reader.timezone)), "HH:mm", tzinfo=zone(reader.timezone), locale=locale(reader.language)
    )
