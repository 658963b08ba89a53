"""What of an answer by mail is its own words, and what stands between, or below, the lines of the notification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Address, Mail
from bot.domain.marks import ABOVE
from bot.domain.rules.answer_words import Words, answer_words
from bot.domain.sentences import sentence
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.domain.stories.test_by_mail import NOW, PARIS, said


def test_answers_between_the_quoted_lines_are_kept_whole_and_asked_about() -> None:
    words = f"Voir plus bas.\n\n> {ABOVE}\n> Marie : quand ?\n\nMardi à 10h.\n\n> où ?\nÀ la gare.\n"
    assert isinstance(found := said(words), Unclear)
    assert (found.why.key, found.text) == ("mailed.between", "Voir plus bas.\n\nMardi à 10h.\n\nÀ la gare.")


@pytest.mark.parametrize(
    "below",
    [
        f"> {ABOVE}\n> Marie : quand ?\n",
        f"> {ABOVE}\n> Marie : quand ?\n\nAlice Martin\n06 12 34 56 78\n",
        f"> {ABOVE}\n> une longue ligne qui va bien au-delà de soixante-douze lettres et que le\nclient a coupée\n> fin",
        f"{ABOVE}\nMarie : quand ?\n\nhttps://matrix.to/#/!room:example.org/$x\n",
    ],
)
def test_what_a_client_leaves_under_the_mark_is_no_answer_between_the_lines(below: str) -> None:
    words = f"Oui.\n\n{below}"
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert spoken(mail, NOW, PARIS) == Spoken("Oui.")


@given(st.text(max_size=80), st.text(max_size=80))
def test_of_an_unquoted_notification_nothing_is_between(above: str, below: str) -> None:
    words = f"{above}\n{ABOVE}\nSECRET {below}"
    assert "SECRET" not in answer_words(Mail(text=words, visible_text=words)).text


def test_nothing_of_the_notification_is_among_the_new_words() -> None:
    thread = "https://matrix.to/#/!room:example.org/$x"

    def found(words: str) -> Words:
        return answer_words(Mail(text=words, visible_text=words))

    assert found(f"Merci\n\nLe 28/11, Asso a écrit :\n{ABOVE}\n#12 note secrète\n{thread}") == Words("Merci")
    assert found(f"{ABOVE}\n#12 note secrète\n{thread}") == Words("")
    assert found("Oui.\n> #12 note secrète") == Words("Oui.")
    assert found("Oui.\n> #12 note secrète\nNon.") == Words("Oui.\nNon.", sentence("mailed.between"))


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_below_the_mark_is_lost(above: str, below: str) -> None:
    found = said(f"{above}\n{ABOVE}\nSECRET {below}")
    assert isinstance(found, Unclear) or "SECRET" not in found.text + found.line
