"""Nothing in a mail can ping anybody or open a room, however it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.html_links import live_href
from bot.text.inert import inert_html, inert_text
from tests.text.matrix_html import links_of

DEAD = [
    "https://matrix.to/#/@bob:example.org", "HTTPS://MATRIX.TO/#/!room:example.org", "http://matrix.to./#/#list:example.org",
    "https://user:pass@matrix.to/#/@bob:x", "https://good.example@matrix.to/", "https://matrix%2Eto/#/@a:b", "https:/matrix.to/#/@a:b",
    "https:\\\\matrix.to\\#\\@a:b", "https://ma\ttrix.to/#/@a:b", "https://matrix。to/#/@a:b", "https://ｍatrix.to/#/@a:b",
    "https://matrix\u00ad.to/#/@a:b", "matrix:u/bob:example.org", "matrix:r/list:example.org", "element://vector/webapp/#/room/!a:b",
    "https://app.element.io/#/room/#list:example.org", "https://develop.element.io/#/user/@bob:x", "https://chat.example.org/#/room/!a:b",
    "https://chat.example.org/#/user/%40bob:x", "https://example.org/#/%2540bob:x", "https://riot.im/app/#/room/#a:b", "javascript:alert(1)",
    "data:text/html,x", "ftp://example.org/x", "//matrix.to/#/@a:b", "/#/room/x", "", "https://", "https://example.org/?u=https://matrix.to/#/@a:b",
]  # fmt: skip

ALIVE = [
    "https://example.org/",
    "http://example.org:8080/a?b#c",
    "mailto:bob@example.org",
    "https://example.org/#/inbox",
    "https://matrix.org/blog",
    "https://mymatrix.to.example.org/x",
]


@pytest.mark.parametrize("href", DEAD)
def test_a_link_into_matrix_or_of_another_scheme_is_not_live(href: str) -> None:
    assert live_href(href) is None
    assert "<a" not in inert_html(f'<a href="{href}">Bob</a>')


@pytest.mark.parametrize("href", ALIVE)
def test_an_ordinary_link_stays_live(href: str) -> None:
    assert live_href(href) == href
    assert links_of(inert_html(f'<a href="{href}">Bob</a>')) == [href]


@pytest.mark.parametrize(
    "words",
    [
        "@room",
        "@ROOM",
        "hey @room!",
        "@bob:example.org",
        "#list:example.org",
        "!id:example.org",
        "matrix.to/#/@bob:x",
        "https://MATRIX.to/x",
        "@room:x @a:b",
        "x@room y",
        "x@room.",
    ],
)
def test_words_that_clients_act_on_are_broken(words: str) -> None:
    inert = inert_text(words)
    assert not re.search(r"(?i)@room|[@#!]\w+:\w|matrix\.to", inert)
    assert inert.replace("\u2060", "") == words


@pytest.mark.parametrize(
    "words", ["bob@example.org", "mail@room.example is mine, roommate", "1 + 2: 3", "Hello!", "C# : a language", "a#b"]
)
def test_ordinary_words_are_left_alone(words: str) -> None:
    assert inert_text(words) == words


def test_an_id_that_was_broken_is_not_broken_again() -> None:
    assert inert_text(inert_text("+0:0")) == inert_text("+0:0") == "+\u20600:0"


@given(st.text(max_size=200))
def test_making_inert_twice_changes_nothing_more(words: str) -> None:
    once = inert_text(words)
    assert inert_text(once) == once
    assert once.replace("\u2060", "") == words.replace("\u2060", "")
