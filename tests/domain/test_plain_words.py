"""Plain words as Markdown: what is shown and mailed is what was written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain_words import as_markdown
from bot.text.markdown_mail import to_plain_text

WORDS = """2*3*4 = 24 et snake_case_name et __init__
# 12 rue des Lilas
3. trois
5. cinq
suite
1) un
<b>gras</b> `x` ~~non~~ **fort** _bas_ a_b_
voir [doc](https://x.example/y) ou ![i](u) \\\\o/ x\\\\*y
- un
+ deux
suite
A | B
--|--
1 | 2

| x | y |
Titre
---
```
code *x*
```
&amp; &lt;b> AT&T &#65; {x}
https://x.example/_a_/b*c
[1]: autre
***
___
> lu""".replace("\\\\", "\\")


def test_marks_of_markdown_are_letters() -> None:
    assert to_plain_text(as_markdown(WORDS)) == WORDS


@pytest.mark.parametrize("words", ["    quatre blancs", "\tun pas", "Titre\n===", "~~~\ncode\n~~~"])
def test_what_would_be_code_or_a_heading_stays_a_line(words: str) -> None:
    assert to_plain_text(as_markdown(words)).split() == words.split()
    assert to_plain_text(as_markdown(words)).count("\n") == words.count("\n")


def test_words_without_marks_stay_as_they_are() -> None:
    for words in (
        "Bonjour Marie,\n\nc’est oui.\n\nAlice",
        "Rendez-vous à 10h ; voir https://x.example/a_b_c",
        "un_deux",
    ):
        assert as_markdown(words) == words


_PIECES = st.sampled_from(
    ("*", "_", "`", "#", "# ", "- ", "+ ", "1. ", "2) ", "> ", "[", "](", ")", "|", "---", "===", "~~~", "```", "\\", "&amp;",
     "&", "{", "}", "!", ":", " ", "  ", "mot", "deux mots", "\n", "\n\n", "é", "\"", "'", "(", "."))  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_no_letter_is_lost_whatever_is_written(words: str) -> None:
    shown = to_plain_text(as_markdown(words))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", words)
