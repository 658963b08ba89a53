"""The HTML of a room made from hostile mail: only what Matrix allows, nothing that acts, nothing lost."""

import base64
import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.chat_html import cut_to_budget, json_size, to_chat_html
from tests.text.matrix_html import links_of, words_of

IMAGE = "a" * 64


def of_html(html: str, **images: str) -> str:
    shown = to_chat_html(text="", html=html, visible="", rest="", inline_images=images)
    links_of(shown)
    return shown


def of_text(text: str, rest: str = "") -> str:
    shown = to_chat_html(text=text, html="", visible=text, rest=rest, inline_images={}, quoted_summary="Quoted")
    links_of(shown)
    return shown


# -- from text ---------------------------------------------------------------------------------------------------------


def test_text_becomes_paragraphs_and_lines() -> None:
    assert of_text("Dear team,\n\none\ntwo\n\nBob") == "<p>Dear team,</p><p>one<br>two</p><p>Bob</p>"


def test_text_is_escaped_and_its_addresses_are_clickable() -> None:
    assert of_text("1 < 2 & see https://example.org/a?b=1&c=(d). Or bob@example.org!") == (
        '<p>1 &lt; 2 &amp; see <a href="https://example.org/a?b=1&amp;c=(d)">https://example.org/a?b=1&amp;c=(d)</a>.'
        ' Or <a href="mailto:bob@example.org">bob@example.org</a>!</p>'
    )


def test_other_schemes_in_text_stay_words() -> None:
    assert links_of(of_text("javascript:alert(1) file:///etc/passwd ftp://x.org data:text/html,x")) == []


def test_quoted_lines_are_quotes() -> None:
    assert of_text("> one\n> > two\n\nmine") == (
        "<blockquote><p>one</p><blockquote><p>two</p></blockquote></blockquote><p>mine</p>"
    )


def test_wrapped_lines_flow_together_and_lists_do_not() -> None:
    wrapped = (
        "This is a paragraph that some mail program wrapped at the seventy-second\n"
        "column or thereabouts, so that it would look ragged in a room that is as\n"
        "narrow as a thread."
    )
    assert of_text(wrapped) == f"<p>{wrapped.replace(chr(10), ' ')}</p>"
    assert of_text("- a first thing that is long enough to be taken for a wrapped line, is it\n- two") == (
        "<p>- a first thing that is long enough to be taken for a wrapped line, is it<br>- two</p>"
    )


def test_the_rest_is_folded() -> None:
    assert of_text("New.", rest="> old") == (
        "<p>New.</p><details><summary>Quoted</summary><blockquote><p>old</p></blockquote></details>"
    )


# -- from HTML ---------------------------------------------------------------------------------------------------------


def test_the_lines_of_every_program_become_paragraphs() -> None:
    assert of_html("<div>one</div><div>two</div><div><br></div><div>three</div>") == "<p>one<br>two</p><p>three</p>"
    assert of_html("<p>one</p><p>two</p>") == "<p>one</p><p>two</p>"
    outlook = "<p class=MsoNormal>one</p><p class=MsoNormal>two</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>three</p>"
    assert of_html(outlook) == "<p>one<br>two</p><p>three</p>"
    assert of_html("one<br>two<br><br>three") == "<p>one<br>two</p><p>three</p>"


def test_emphasis_goes_on_over_paragraphs() -> None:
    assert of_html("<b>one<div><br></div>two</b><div>three</div>") == "<p><b>one</b></p><p><b>two</b><br>three</p>"


def test_blanks_around_emphasis_are_kept() -> None:
    assert of_html("a <b> b </b> c<i>d</i>e") == "<p>a <b>b</b> c<i>d</i>e</p>"


@pytest.mark.parametrize(
    "style",
    [
        "display:none", "DISPLAY : none !important", "visibility:hidden", "opacity:0", "opacity:0.0;x:y", "max-height:0px",
        "font-size:0", "font-size:0px;line-height:1px", "font:0/0 a", "display:none;font-size:1px;color:#fff;mso-hide:all",
    ],
)  # fmt: skip
def test_hidden_preheaders_are_dropped(style: str) -> None:
    assert of_html(f'<div style="{style}">Open me now</div><p>Hello</p>') == "<p>Hello</p>"


def test_what_only_looks_hidden_is_kept() -> None:
    grid = '<td style="font-size:0px"><div style="font-size:13px">Words</div></td>'
    assert of_html(f"<table><tr>{grid}</tr></table>") == "<p>Words</p>"
    assert "Button" in of_html('<a style="mso-hide:all" href="https://example.org">Button</a>')
    assert of_html('<p style="opacity:0.5;max-height:0.5em">x</p>') == "<p>x</p>"


def test_layout_tables_are_flattened_and_data_tables_kept() -> None:
    layout = '<table role="presentation"><tr><td><table><tr><td><p>One</p></td></tr></table></td><td><p>Two</p></td></tr></table>'
    assert of_html(layout) == "<p>One</p><p>Two</p>"
    data = "<table><thead><tr><th>Item</th><th>Price</th></tr></thead><tr><td>Tea</td><td>2</td></tr></table>"
    assert of_html(data) == ("<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>2</td></tr></table>")
    grid = "<table><tr><td>Tea</td><td>2 €</td></tr><tr><td>Milk</td><td>1 €</td></tr></table>"
    assert of_html(grid).startswith("<table><tr><td>Tea")


def test_own_images_are_placed_and_others_never_loaded() -> None:
    assert of_html('<img src="cid:logo@x" alt="Logo" width="40px">', **{"logo@x": IMAGE}) == (
        f'<p><img src=mxc://inline/{IMAGE} alt="Logo" width="40"></p>'
    )
    assert of_html('<img src="https://x.example/a.png" alt="Our shop">') == "<p>[image: Our shop]</p>"
    assert of_html('<img src="https://x.example/a.png" alt="👍">') == "<p>👍</p>"
    assert of_html('<img src="https://x.example/open.gif" width="1" height="1"><p>x</p>') == "<p>x</p>"
    assert of_html('<a href="https://x.example/"><img src="https://x.example/a.png" alt="Shop"></a>') == (
        '<p><a href="https://x.example/">[image: Shop]</a></p>'
    )


def test_an_image_in_a_data_address_is_placed() -> None:
    data = b"\x89PNG anything"
    digest = hashlib.sha256(data).hexdigest()
    source = "data:image/png;base64," + base64.b64encode(data).decode()
    assert f"mxc://inline/{digest}" in of_html(f'<img src="{source}">', **{digest: digest})
    assert "data:" not in of_html(f'<img src="{source}" alt="x">')


@pytest.mark.parametrize(
    ("href", "text", "host"),
    [
        ("https://evil.example/x", "https://bank.example/login", "evil.example"),
        ("https://evil.example/x", "www.bank.com", "evil.example"),
        ("https://bank.com@evil.example/", "the bank", "evil.example"),
        ("https://bank.com.evil.example/", "bank.com", "bank.com.evil.example"),
        ("https://b\u0430nk.com/", "bank.com", "xn--bnk-6cd.com"),
    ],
)
def test_a_link_that_names_another_host_shows_the_real_one(href: str, text: str, host: str) -> None:
    assert f"({host})" in of_html(f'<a href="{href}">{text}</a>')


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://www.bank.com/x", "bank.com"),
        ("https://bank.com/x", "Click here"),
        ("https://x.org/a.pdf", "report.pdf"),
        ("mailto:a@b.org", "a@b.org"),
    ],
)
def test_an_honest_link_shows_its_text_only(href: str, text: str) -> None:
    assert of_html(f'<a href="{href}">{text}</a>') == f'<p><a href="{href}">{text}</a></p>'


HOSTILE = [
    '<script>alert(1)</script><p>x</p>', '<p onclick="alert(1)">x</p>', '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>', '<img src=x onerror=alert(1)>x', '<iframe src="https://x.org"></iframe>x',
    '<svg><script>alert(1)</script></svg>x', '<style>@import url(x)</style>x', '<a href="data:text/html,x">x</a>',
    '<p title="<script>">x</p>', '<a href=\'https://x.org/"onmouseover="alert(1)\'>x</a>', "<base href=https://evil.org/>x",
    '<form action=x><input value=y><button>x</button></form>', "<!--[if mso]><p>y</p><![endif]-->x", "<math><mi>x</mi></math>x",
    '<img src="mxc://evil.org/track" alt="x">', '<meta http-equiv=refresh content="0;url=x">x', "<object data=x>y</object>x",
    '<span data-mx-spoiler="x">x</span>', '<img src="cid:a&quot; onerror=&quot;x" alt="&quot;&gt;<b>x">',
]  # fmt: skip


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_acts_comes_through(html: str) -> None:
    shown = of_html(html).lower()
    assert "x" in words_of(shown)
    for bad in ("<script", "javascript:", "onerror=", "onclick=", "<iframe", "<style", "evil", "<svg", "data-mx"):
        assert bad not in shown or bad in words_of(shown), shown
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in links_of(shown))


def test_matrix_links_and_pings_are_dead_wherever_they_stand() -> None:
    shown = to_chat_html(
        text="", html="x", visible="", rest="", inline_images={},
        visible_html='<p>@ro<span>om</span> <a href="https://matrix.to/#/@bob:example.org">Bob</a></p>',
        rest_html="<blockquote>@room #list:example.org</blockquote>",
    )  # fmt: skip
    assert links_of(shown) == [] and "@room" not in shown and "#list:" not in shown and "Bob" in shown


_PIECES = [
    *"<>/&;\"'= ab\n", "words", "<p>", "</p>", "<table>", "<tr>", "<td>", "<th>", "</tr>", "</table>", "<ul>", "<li>", "</ul>", "<b>", "</b>",
    "<a href=http://x.y>", "</a>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<h1>", "<br>", "<hr>", "<img alt=q>", "<div>", "</div>",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=60))
def test_any_html_gives_valid_html(pieces: list[str]) -> None:
    of_html("".join(pieces))


@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "table", "ul", "li", "a", "p", "font"])
def test_deep_nesting_keeps_the_words_and_takes_no_time(tag: str) -> None:
    began = time.process_time()
    shown = of_html(f"<{tag}>" * 20_000 + "deep words" + f"</{tag}>" * 20_000)
    assert "deep words" in words_of(shown)
    assert time.process_time() - began < 2
    assert max(_depths(shown), default=0) <= 100


def _depths(html: str) -> list[int]:
    depth, depths = 0, []
    for part in html.split("<")[1:]:
        if part.startswith(("br", "hr", "img")):
            continue
        depth += -1 if part.startswith("/") else 1
        depths.append(depth)
    return depths


@pytest.mark.parametrize(
    "html",
    ["<p>word</p>" * 200_000, "<" * 2_000_000, "&" * 1_000_000, "<br>" * 300_000, "<div " + " ".join(f'a{i}="b"' for i in range(40_000)) + ">x</div>", '<div style="font-size:' + " " * 300_000 + '">x'],
    ids=["paragraphs", "brackets", "ampersands", "breaks", "attributes", "style"],
)  # fmt: skip
def test_huge_html_takes_no_time(html: str) -> None:
    began = time.process_time()
    of_html(html)
    assert time.process_time() - began < 2


# -- the budget --------------------------------------------------------------------------------------------------------


def test_html_within_the_budget_is_left_as_it_is() -> None:
    assert cut_to_budget("<p>x</p>", 8) == ("<p>x</p>", False)


def test_html_over_the_budget_is_cut_at_a_block_end_and_stays_valid() -> None:
    html = "<p>one</p><blockquote><p>two</p><p>three</p></blockquote><p>four</p>"
    cut, was_cut = cut_to_budget(html, 60)
    assert was_cut and cut == "<p>one</p><blockquote><p>two</p></blockquote>"


@given(
    st.integers(0, 400),
    st.lists(
        st.sampled_from(
            [
                "<p>ab</p>",
                '<p>é "q" \U0001f600</p>',
                "<ul><li>x</li><li>y</li></ul>",
                "<blockquote><p>q</p></blockquote>",
                "<hr>",
                "<p>" + "long words " * 9 + "</p>",
            ]
        ),
        max_size=12,
    ),
)
def test_a_cut_is_valid_and_within_the_budget(budget: int, parts: list[str]) -> None:
    html = "".join(parts)
    cut, was_cut = cut_to_budget(html, budget)
    assert json_size(cut) <= budget and was_cut == (json_size(html) > budget)
    links_of(cut)
