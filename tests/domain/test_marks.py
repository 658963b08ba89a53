"""What somebody wrote never has the mark above which an answer to a notification stands."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marks import ABOVE, without_above
from bot.domain.words import letters_of

_PIECES = st.sampled_from(
    ("##", "--", "#", "-", "##--", ABOVE, "\u200b", "\u00ad", "<b>", "</b>", " ", "\n", "a", "> ")
)


@given(st.lists(_PIECES, max_size=24).map("".join))
def test_no_words_show_the_mark_and_all_letters_stay(words: str) -> None:
    found = without_above(words)
    assert ABOVE not in re.sub("[\u200b\u00ad]|</?b>", "", found)
    assert letters_of(found) == letters_of(words)
    assert without_above(found) == found


def test_other_words_stay_as_they_are() -> None:
    for words in ("", "##--##", "##--##-- ##", "<p>## -- ##--##</p>", "Bonjour\n##--\n##--##"):
        assert without_above(words) == words
