"""`tag`: cases."""

import pytest

from bot.domain.happening import What
from bot.domain.tags import MOST_TAGS, read_tag, tag_key
from tests.domain.commands.cases import ELSEWHERE, given, is_marked, other, saved, told
from tests.domain.deciding import conversation
from tests.fakes.chat import ALICE


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        ("!tag urgent", (), ("urgent",)),
        ("!tag a b", (), ("a", "b")),
        ("!tag a,b, c", (), ("a", "b", "c")),
        ("!tag #urgent +new", (), ("urgent", "new")),
        ("!tag b -a", ("a",), ("b",)),
        ("!tag –a", ("a", "b"), ("b",)),
        ("!tag \u2010a", ("a", "b"), ("b",)),
        ("!tag URGENT", ("urgent",), None),
        ("!tag ete", ("été",), None),
        ("!tag -ETE", ("été",), ()),
        ("!tag a -a", ("b", "a"), ("b",)),
        ("!tag -a a", ("b",), ("b", "a")),
        ("!tag a a A", (), ("a",)),
        ("!étiquette facture", (), ("facture",)),
        ("!tag a #1", (), ("a",)),
        ("!tag #1 a", (), ("a",)),
        ("!tag 2026-juin", (), ("2026-juin",)),
    ],
)
def test_words_are_put_on_and_taken_off(body: str, before: tuple[str, ...], after: tuple[str, ...] | None) -> None:
    decision = given(body, there=(conversation(tags=before),))
    assert [one.tags for one in saved(decision)] == ([] if after is None else [after])
    assert is_marked(decision)


@pytest.mark.parametrize(
    ("body", "before", "why"),
    [
        ("!tag", (), "error.tag_which"),
        ("!tag", ("a",), "told.tags"),
        ("!tag -b", ("a",), "error.no_such_tag"),
        ("!tag c -b", ("a",), "error.no_such_tag"),
        ("!tag -b", (), "error.no_tags"),
        ("!tag a@b", (), "error.no_tag"),
        ("!tag -", (), "error.no_tag"),
        ("!tag <b>", (), "error.no_tag"),
        ("!tag " + "x" * 31, (), "error.no_tag"),
        ("!tag 12", (), "error.tag_or_number"),
        ("!tag x" + str(MOST_TAGS), tuple(f"x{n}" for n in range(MOST_TAGS)), "error.too_many_tags"),
        ("!tag a #9", (), "error.no_such_conversation"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_changed(body: str, before: tuple[str, ...], why: str) -> None:
    decision = given(body, there=(conversation(tags=before),))
    assert (told(decision), saved(decision), is_marked(decision)) == ([why], [], False)


def test_a_full_conversation_takes_one_for_one() -> None:
    full = conversation(tags=tuple(f"x{n}" for n in range(MOST_TAGS)))
    (after,) = saved(given("!tag new -x0", there=(full,)))
    assert len(after.tags) == MOST_TAGS


def test_several_at_once_from_the_main_timeline() -> None:
    decision = given("!tag a -b #1 #2", there=(conversation(tags=("b",)), other(2)), in_thread=False)
    assert {one.id: one.tags for one in saved(decision)} == {1: ("a",), 2: ("a",)}
    assert told(given("!tag a", in_thread=False)) == ["error.which_conversation"]
    assert told(given("!tag a #2", there=(conversation(), other(2, room=ELSEWHERE)))) == ["error.no_such_conversation"]


def test_history_has_one_line_for_those_that_came_and_one_for_those_that_went() -> None:
    happened = given("!tag c d -a", there=(conversation(tags=("a", "b")),)).happened
    assert [(one.what, one.detail, one.actor) for one in happened] == [
        (What.TAGGED, "c, d", ALICE),
        (What.UNTAGGED, "a", ALICE),
    ]


@pytest.mark.parametrize("words", ["Été", "ETE", "ete", "E\u0301te\u0301", "#été", "\u2060été"])
def test_however_it_is_written_it_is_one_tag(words: str) -> None:
    tag = read_tag(words)
    assert tag is not None and tag_key(tag) == "ete"


@pytest.mark.parametrize("word", ["", "#", "-a", "a b", "a:b", "@a", "a`b", "\u202ea", "_a", "💶"])
def test_what_is_no_word_is_no_tag(word: str) -> None:
    assert read_tag(word) is None
