"""`stats`: figures in words, with a chart, of the room's mailboxes alone."""

from datetime import timedelta

import pytest

from bot.domain.figures import Figures, Opened, by_tag, median_wait
from bot.domain.needs import FiguresOf
from bot.domain.page import Bullets, Chart, Page, Paragraph
from bot.domain.sentences import Sentence
from tests.domain.commands.cases import ask, given, page_of, told
from tests.fakes.chat import ALICE
from tests.fakes.house import MAILBOX

MINUTE = timedelta(minutes=1)
FIGURES = Figures(
    (0, 0, 0, 0, 3, 2, 1),
    (0, 0, 0, 0, 0, 1, 1),
    ((ALICE, 1), (None, 1)),
    (Opened(("été",), 30 * MINUTE), Opened(("été", "b"), 90 * MINUTE), Opened((), None, is_waiting=True)),
    (2, 1, 0, 4),
)


def said(page: Page) -> list[Sentence]:
    (first,) = [block for block in page.blocks if isinstance(block, Paragraph)]
    return list(first.sentences)


@pytest.mark.parametrize("body", ["!stats", "!stats week", "!chiffres semaine", "!figures"])
def test_a_week_is_said_in_words_and_drawn(body: str) -> None:
    page = page_of(body, knows={FiguresOf: FIGURES})
    keys = [one.key for one in said(page)]
    wanted = ["came", "left", "opened", "first", "unanswered", "open"]
    assert keys == [f"stats.{one}" for one in wanted]
    (chart,) = [block for block in page.blocks if isinstance(block, Chart)]
    assert (len(chart.days), sum(chart.came), sum(chart.left), chart.open_by_age) == (7, 6, 2, (2, 1, 0, 4))
    members, tags = [block for block in page.blocks if isinstance(block, Bullets)]
    assert [getattr(line, "key", "") for line in members.lines] == ["stats.member", "stats.elsewhere"]
    assert [dict(line.values)["tag"] for line in tags.lines if isinstance(line, Sentence)] == ["été", "b"]


@pytest.mark.parametrize(("body", "days"), [("!stats", 7), ("!stats month", 30), ("!chiffres mois", 30)])
def test_the_days_end_with_today_in_the_houses_time_zone(body: str, days: int) -> None:
    asked, _ = ask(body)
    (need,) = asked.called.command.needs(asked)
    assert isinstance(need, FiguresOf)
    assert (need.mailboxes, len(need.bounds)) == ((MAILBOX.id,), days + 1)
    assert need.bounds[-2] <= asked.now < need.bounds[-1]
    assert {one.hour for one in need.bounds} == {0}


@pytest.mark.parametrize("body", ["!stats year", "!stats week month", "!chiffres demain"])
def test_other_words_are_told_what_there_is(body: str) -> None:
    assert told(given(body)) == ["error.stats_span"]


def test_the_median_is_of_those_that_were_answered() -> None:
    assert median_wait(FIGURES.opened) == 60 * MINUTE
    assert median_wait((Opened((), None),)) is None
    assert [(tag, len(those)) for tag, those in by_tag(FIGURES.opened)] == [("été", 2), ("b", 1)]
