"""`stats`: a week or a month of the room's mailboxes in figures, and as a picture."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.command import Answer, Asked, Command, Right, Where, Words
from bot.domain.figures import Figures, by_tag, median_wait
from bot.domain.needs import FiguresOf, Needs
from bot.domain.page import Block, Bullets, Chart, Page, Paragraph
from bot.domain.sentences import Sentence, sentence
from bot.domain.times import zone
from bot.domain.words import Word

_WEEK: Final = Word("week", ("semaine",))
_MONTH: Final = Word("month", ("mois",))
_DAYS: Final = {_WEEK.own: 7, _MONTH.own: 30}
_SHOWN: Final = 15
"""Members, and tags, that are named."""


def _needs(asked: Asked) -> Needs:
    return [_wanted(asked)] if _span(asked) is not None else ()


def _span(asked: Asked) -> str | None:
    """The span of time that the words name; None where they name none."""
    words = asked.called.words or (_WEEK.own,)
    return words[0] if len(words) == 1 and words[0] in _DAYS else None


def _wanted(asked: Asked) -> FiguresOf:
    count, there = _DAYS[_span(asked) or _WEEK.own], zone(asked.instance.timezone)
    today = asked.now.astimezone(there).date()
    days = [today + timedelta(days=one) for one in range(1 - count, 2)]
    midnights = tuple(datetime(one.year, one.month, one.day, tzinfo=there) for one in days)
    return FiguresOf(tuple(one.id for one in asked.mailboxes), midnights, asked.now)


def _stats(asked: Asked) -> Answer:
    span = _span(asked)
    if span is None:
        return sentence("error.stats_span")
    wanted = _wanted(asked)
    found = asked.facts[wanted]
    days = tuple(one.date() for one in wanted.bounds[:-1])
    blocks: list[Block] = [Paragraph(_said(found))]
    if found.writers:
        rows = [
            sentence("stats.member", who=who, count=n) if who is not None else sentence("stats.elsewhere", count=n)
            for who, n in found.writers[:_SHOWN]
        ]
        blocks.append(Bullets(tuple(rows), sentence("stats.members")))
    tags = by_tag(found.opened)[:_SHOWN]
    if tags:
        rows = [_tag(tag, median_wait(those), len(those)) for tag, those in tags]
        blocks.append(Bullets(tuple(rows), sentence("stats.tags")))
    blocks.append(Chart(days, found.came, found.left, found.open_by_age))
    return Page(sentence(f"stats.{span}"), tuple(blocks))


def _said(found: Figures) -> tuple[Sentence, ...]:
    """The figures in words, also for those who see no picture."""
    waited, answered = median_wait(found.opened), sum(one.waited is not None for one in found.opened)
    said = [
        sentence("stats.came", count=sum(found.came)),
        sentence("stats.left", count=sum(found.left)),
        sentence("stats.opened", count=len(found.opened)),
    ]
    if waited is not None:
        said.append(sentence("stats.first", count=answered, span=_span_words(waited)))
    unanswered = sum(one.is_waiting for one in found.opened)
    if unanswered:
        said.append(sentence("stats.unanswered", count=unanswered))
    one, three, seven, more = found.open_by_age
    said.append(sentence("stats.open", count=sum(found.open_by_age), day=one, days=three, week=seven, longer=more))
    return tuple(said)


def _tag(tag: str, waited: timedelta | None, count: int) -> Sentence:
    if waited is None:
        return sentence("stats.tag", tag=tag, count=count)
    return sentence("stats.tag_first", tag=tag, count=count, span=_span_words(waited))


def _span_words(waited: timedelta) -> Sentence:
    minutes = round(waited.total_seconds() / 60)
    if minutes < 120:
        return sentence("stats.minutes", count=minutes)
    if minutes < 48 * 60:
        return sentence("stats.hours", count=round(minutes / 60))
    return sentence("stats.days", count=round(minutes / 60 / 24))


STATS = Command(
    "stats",
    "find",
    _stats,
    _needs,
    where=Where.ROOM,
    takes=(Words((_WEEK, _MONTH)),),
    only_reads=True,
    aliases=("figures",),
    french=("chiffres",),
    tried=("statistics", "statistiques", "report", "rapport"),
    right=Right.READ,
)
