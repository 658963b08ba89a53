"""Lists and emoji pictures of HTML as words: the numbers that a reader sees, in each of the two readings."""

import pytest

from bot.mime.html_text import html_to_text
from bot.mime.quotes_html import linked_words
from bot.mime.visible import split_visible

SHOWN = [
    ("<ol><li>Oui</li><li>30 €</li></ol>", ["1. Oui", "2. 30 €"]),
    ('<ol start="2"><li>Oui</li></ol>', ["2. Oui"]),
    ('<ol><li>Oui</li><li value="7">Non</li><li>Si</li></ol>', ["1. Oui", "7. Non", "8. Si"]),
    ('<ol type="A"><li>Oui</li><li>Non</li></ol>', ["A. Oui", "B. Non"]),
    ('<ol type="a" start="26"><li>Oui</li><li>Non</li></ol>', ["z. Oui", "aa. Non"]),
    ('<ol type="i" start="4"><li>Oui</li></ol><ol type="I"><li>Non</li></ol>', ["iv. Oui", "I. Non"]),
    ('<ol style="margin:0; list-style-type: upper-alpha;"><li>Oui</li></ol>', ["A. Oui"]),
    ("<ol><li>Oui<ul><li>un</li></ul></li><li>Non<ol><li>deux</li></ol></li><li>Si</li></ol>", ["1. Oui", "2. Non", "1. deux", "3. Si"]),
    ('<ol start="5" reversed><li>Oui</li><li>Non</li></ol>', ["5. Oui", "4. Non"]),
    ('<ol type="i" start="0"><li>Oui</li></ol>', ["0. Oui"]),
    ('<ol start="x" type="?"><li>Oui</li></ol>', ["1. Oui"]),
]  # fmt: skip


@pytest.mark.parametrize(("html", "lines"), SHOWN)
def test_an_item_begins_with_its_number(html: str, lines: list[str]) -> None:
    for said in (split_visible(text="", html=html, is_reply=True).visible, html_to_text(html)):
        shown = [line.strip() for line in said.split("\n")]
        assert [line for line in shown if line in lines] == lines, said


def test_an_item_without_a_number_has_none() -> None:
    said = split_visible(text="", html="<ul><li>Oui</li></ul><li>Non</li>", is_reply=True).visible
    assert said.split() == ["-", "Oui", "-", "Non"]
    said = split_visible(text="", html="<ol reversed><li>Oui</li></ol>", is_reply=True).visible
    assert said == "- Oui"


def test_the_numbers_stand_beside_the_addresses_of_links() -> None:
    html = '<ol start="3"><li>voir <a href="https://asso.example/x">ici</a></li></ol>'
    assert linked_words(html, "voir ici") == "3. voir ici (https://asso.example/x)"


@pytest.mark.parametrize("alt", ["🙂", "👍🏽", "❤️", "🇫🇷", "🎉🎉"])
def test_a_picture_that_is_an_emoji_is_one(alt: str) -> None:
    html = f'<p>Super <img alt="{alt}" src="https://x.example/e.png" width="18"> à lundi</p>'
    assert split_visible(text="", html=html, is_reply=True).visible == f"Super {alt} à lundi"
    assert html_to_text(html).split() == ["Super", alt, "à", "lundi"]


@pytest.mark.parametrize("alt", ["Logo", "", "1", "Mon Asso 🙂", "smile"])
def test_any_other_picture_is_no_word(alt: str) -> None:
    html = f'<p>Super <img alt="{alt}" src="https://x.example/e.png"> à lundi</p>'
    assert split_visible(text="", html=html, is_reply=True).visible == "Super à lundi"
