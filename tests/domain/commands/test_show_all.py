"""`show all`: every word of every mail stands on one page, in order, and no page is too long for an event."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from bot.domain.ids import MessageRow
from bot.domain.needs import WholeOf
from bot.domain.page import More, Page, WholeMail
from bot.domain.whole import MOST_ON_PAGE, PAGE, Part, Whole, Words, pages_of
from bot.text.page import page
from bot.text.reader import Reader
from tests.domain.commands.cases import NOW, given, other, page_of, told
from tests.domain.deciding import FIRST, conversation, mail_in


@given_any(st.lists(st.integers(0, 40_000), max_size=80))
def test_all_characters_stand_on_the_pages_once_and_in_order(lengths: list[int]) -> None:
    pages = pages_of([(MessageRow(row), length) for row, length in enumerate(lengths)])
    parts = [part for one in pages for part in one]
    assert "".join(f"{p.row}:{n} " for p in parts for n in (p.start, p.stop)) == "".join(
        f"{p.row}:{n} " for p in sorted(parts, key=lambda p: (p.row, p.start)) for n in (p.start, p.stop)
    )
    for row, length in enumerate(lengths):
        own = [part for part in parts if part.row == row]
        assert own[0].start == 0 and own[-1].stop == length
        assert all(before.stop == after.start for before, after in itertools.pairwise(own))
    for one in pages:
        assert 0 < len(one) <= MOST_ON_PAGE and sum(part.stop - part.start for part in one) <= PAGE


@pytest.mark.parametrize(
    ("lengths", "pages"),
    [
        ([], []),
        ([10, 10], [[(0, 0, 10), (1, 0, 10)]]),
        ([0], [[(0, 0, 0)]]),
        ([3000, 3000], [[(0, 0, 3000)], [(1, 0, 3000)]]),
        ([100, 6000, 100], [[(0, 0, 100)], [(1, 0, 4900)], [(1, 4900, 6000), (2, 0, 100)]]),
    ],
)
def test_where_pages_end(lengths: list[int], pages: list[list[tuple[int, int, int]]]) -> None:
    found = pages_of([(MessageRow(row), length) for row, length in enumerate(lengths)])
    assert [[(part.row, part.start, part.stop) for part in one] for one in found] == pages


@given_any(st.text("ab \n", min_size=1, max_size=300), st.data())
def test_no_word_is_cut_and_nothing_is_lost_where_a_page_ends(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(text)))
    mail = replace(mail_in(2, NOW), text=text)
    before = Words(Part(mail.row, 0, at, len(text)), mail).text
    after = Words(Part(mail.row, at, len(text), len(text)), mail).text
    assert before + after == text
    assert not before or not after or before[-1] in " \n" or not set(text[max(0, at - 60) : at]) & set(" \n")


def whole(page: int, pages: int) -> Whole:
    long = replace(mail_in(2, NOW), text="é\n\n@room <b>x</b>" + "y" * 9000)
    part = Part(long.row, 0, 200, len(long.text)) if page == 1 else Part(long.row, 200, 210, len(long.text))
    return Whole((Words(part, long),), pages, 7)


def shown_for(body: str, found: Whole) -> Page:
    return page_of(body, knows={WholeOf: found})


@pytest.mark.parametrize("body", ["!show all", "!montrer tout", "!show #1 all", "!voir page:1 all", "!show ALL page:0"])
def test_its_first_page(body: str) -> None:
    shown = shown_for(body, whole(1, 3))
    (mail,) = [block for block in shown.blocks if isinstance(block, WholeMail)]
    assert mail.goes_on and not mail.is_begun and len(mail.text) == 200
    assert (shown.forward, shown.back) == (f"!show all #{FIRST} page:2", "")
    said = page(shown, Reader("en", NOW))
    assert said.body.startswith(f"#{FIRST} · 7 mails · page 1 of 3 · ") and "and 2 more pages: ➡️" in said.body
    assert "é<br><br>" in said.html and "<b>x" not in said.html and "@room" not in said.body


def test_a_later_page_and_one_behind_the_last() -> None:
    shown = shown_for("!show all page:2", whole(2, 3))
    (mail,) = [block for block in shown.blocks if isinstance(block, WholeMail)]
    assert mail.is_begun and shown.back.endswith("page:1") and shown.forward.endswith("page:3")
    assert "(suite)" in page(shown, Reader("fr", NOW)).body
    last = shown_for("!show all page:99", whole(3, 3))
    assert last.forward == "" and not [one for one in last.blocks if isinstance(one, More)]
    empty = shown_for("!show all", Whole((), 0, 0))
    assert (empty.blocks, empty.forward, empty.back) == ((), "", "")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!show everything", "error.show_what"),
        ("!show page:2", "error.show_what"),
        ("!show all page:2 page:3", "error.show_what"),
        ("!show all page:x", "error.show_what"),
        ("!show all 2", "error.which_conversation"),
        ("!show all #1 #2", "error.only_one"),
        ("!show all #9", "error.no_such_conversation"),
    ],
)
def test_what_is_wrong(body: str, why: str) -> None:
    assert told(given(body, there=(conversation(), other(2)))) == [why]
