"""What a member writes in Markdown, as the correspondent gets it."""

import re
from datetime import UTC, datetime

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Address
from bot.domain.marks import QUOTE_CLASS
from bot.text.markdown_mail import quoted, to_mail_html, to_mail_text, to_plain_text, to_room_html
from tests.text.matrix_html import links_of, words_of

AT = datetime(2025, 3, 3, 10, 4, tzinfo=UTC)


def test_line_breaks_stay_where_they_were_typed() -> None:
    assert to_room_html("Bonjour,\nà samedi\n\nBob") == "<p>Bonjour,<br>\nà samedi</p>\n<p>Bob</p>"


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("**gras**", "<strong>gras</strong>"),
        ("*italique*", "<em>italique</em>"),
        ("`code`", "<code>code</code>"),
        ("[ici](https://monasso.org/a?b=1&c=2)", '<a href="https://monasso.org/a?b=1&amp;c=2">ici</a>'),
        ("voir https://monasso.org/a_b_c.", '<a href="https://monasso.org/a_b_c">https://monasso.org/a_b_c</a>.'),
        ("(www.monasso.org)", '(<a href="https://www.monasso.org">www.monasso.org</a>)'),
        ("<marie@tartempion.fr>", '<a href="mailto:marie@tartempion.fr">marie@tartempion.fr</a>'),
        ("- un\n- deux", "<li>un</li>"),
        ("3. trois\n4. quatre", '<ol start="3">'),
        ("> cité", "<blockquote>"),
        ("```\na  <b>\n```", "<pre><code>a  &lt;b&gt;\n</code></pre>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
        ("# Titre", "<h1>Titre</h1>"),
    ],
)
def test_markdown_becomes_html(source: str, part: str) -> None:
    assert part in to_room_html(source)


def test_a_list_may_follow_a_line_at_once() -> None:
    assert "<li>un</li>" in to_room_html("Il faut :\n- un\n- deux")
    assert "<li>un</li>" in to_room_html("Il faut :\n1. un\n2. deux")


def test_a_list_inside_code_is_left_alone() -> None:
    assert "<pre><code>a\n- b\n</code></pre>" in to_room_html("```\na\n- b\n```")


def test_a_handle_or_a_hashtag_at_the_start_of_a_line_is_no_heading() -> None:
    assert to_room_html("#142 est réglé\n#fête") == "<p>#142 est réglé<br>\n#fête</p>"


def test_html_that_somebody_types_is_shown_as_it_was_typed() -> None:
    """Nothing of what a member wrote is lost, and nothing of it acts."""
    html = to_mail_html('<script>alert(1)</script> <b>x</b>\n\n<div onclick="x">y</div>')
    assert "&lt;script&gt;" in html and "&lt;b&gt;x&lt;/b&gt;" in html and "&lt;div" in html
    assert "<script" not in html and "<div" not in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "mxc://a/b"]
)
def test_a_link_that_acts_goes_nowhere(url: str) -> None:
    assert links_of(to_room_html(f"[x]({url})")) == []


def test_a_mail_of_ours_loads_nothing() -> None:
    html = to_mail_html("![logo](https://tracker.example/p.png)")
    assert "<img" not in html
    assert "logo" in html


def test_styles_are_inline_in_the_mail_and_absent_in_the_room() -> None:
    assert 'style="' in to_mail_html("> x")
    assert 'style="' not in to_room_html("> x\n\n`y`\n\n| a | b |\n|---|---|\n| 1 | 2 |")


def test_the_text_part_is_the_source() -> None:
    assert to_mail_text("Bonjour  \r\n\r\n**à samedi**\r\n-- \r\nBob\r\n\r\n") == "Bonjour\n\n**à samedi**\n-- \nBob"


@given(st.text(alphabet=st.sampled_from("ab<>&\"'`*_-#[]()!|\\\n .1:/=@éhtps"), max_size=300))
def test_whatever_is_typed_becomes_clean_html_that_keeps_the_words(source: str) -> None:
    html = to_mail_html(source)
    assert nh3.clean(html, attributes={"*": {"style"}, "a": {"href"}, "ol": {"start"}}, link_rel=None) == html
    words = words_of(to_room_html(source))
    for letter in "abé":
        assert words.count(letter) <= source.count(letter)


@given(st.text(alphabet="abcé \n", max_size=200))
def test_plain_words_all_arrive(source: str) -> None:
    assert "".join(words_of(to_room_html(source)).split()) == "".join(source.split())


# --- the quoted history -----------------------------------------------------------------------------------------------


def test_the_mail_answered_is_quoted_under_a_line_that_says_who_and_when() -> None:
    text, html = quoted("Bonjour\n> avant\n\nMarie", Address("Marie", "marie@tartempion.fr"), AT, "fr", "Europe/Paris")
    assert text == ("Le 3 mars 2025 11:04, Marie <marie@tartempion.fr> a écrit\u00a0:\n> Bonjour\n>> avant\n>\n> Marie")
    assert html.startswith(f'<div class="{QUOTE_CLASS}">')
    assert "Bonjour<br>" in html and "&lt;marie@tartempion.fr&gt;" in html


def test_nothing_to_quote_is_no_quote() -> None:
    assert quoted(" \n\n", Address("", "a@b.fr"), AT, "fr", "UTC") == ("", "")


@given(st.text(), st.text())
def test_a_quote_cannot_act(previous: str, name: str) -> None:
    text, html = quoted(previous, Address(name, "a@b.fr"), AT, "en", "UTC")
    assert {tag.split()[0].strip("</>") for tag in re.findall("<[^>]*>", html)} <= {"div", "p", "blockquote", "br"}
    assert all(line.startswith(">") for line in text.split("\n")[1:])


def test_the_words_of_a_link_are_not_linked_once_more() -> None:
    assert links_of(to_room_html("[https://a.example](https://b.example)")) == ["https://b.example"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Oui, **vraiment** *bien* et `code`.", "Oui, vraiment bien et code."),
        ("Une ligne\nune autre\n\nUn alinéa", "Une ligne\nune autre\n\nUn alinéa"),
        ("Liste :\n\n- un\n- **deux**\n\nfin", "Liste :\n\n- un\n- deux\n\nfin"),
        ("1. un\n2. deux", "1. un\n2. deux"),
        ("voir [le site](https://x.example/a) ici", "voir le site (https://x.example/a) ici"),
        ("voir [https://x.example](https://x.example)", "voir https://x.example"),
        ("# Titre\n\ntexte", "Titre\n\ntexte"),
        ("> cité\n> encore\n\nréponse", "> cité\n> encore\n\nréponse"),
        ("```\na **b**\n  c\n```", "a **b**\n  c"),
        ("nom_de_fichier 5 * 3 < 4 & autres", "nom_de_fichier 5 * 3 < 4 & autres"),
        ("", ""),
    ],
)
def test_the_text_part_has_the_words_without_the_marks(source: str, text: str) -> None:
    assert to_plain_text(source) == text


@given(st.text())
def test_the_text_part_of_anything_is_text(source: str) -> None:
    assert "\0" not in to_plain_text(source)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        (r"see http://x.example/a\_b ok", "http://x.example/a_b"),
        (r"http://x.example/a\_b\_c_d", "http://x.example/a_b_c_d"),
        (r"www.x.example/\*a", "https://www.x.example/*a"),
        ("http://x.example/?a=1&b=2", "http://x.example/?a=1&amp;b=2"),
        (r"http://x.example/\>a", "http://x.example/&gt;a"),
    ],
)
def test_an_escaped_mark_in_an_address_of_a_page_is_that_mark(source: str, url: str) -> None:
    for html in (to_mail_html(source), to_room_html(source)):
        assert f'href="{url}"' in html
