"""Lines of a notification that its reader left below the letter are known by what was mailed."""

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.mailed import Told
from bot.domain.rules.answer_words import answer_words
from bot.domain.rules.left_of_notice import left_of_notice

NOTE = "Bob noted for the team on 23 Nov 2026 10:00:\nElle doit encore 30 €, voir la liste (https://in.example/l).\nElle ment.\nRien lui dire."
CAME = "Marie <marie@example.org> wrote on 23 Nov 2026 09:00:\nBonjour, est-ce que le club est ouvert lundi ?\nMerci"
TOLD = Told(
    ("#1, Question, with Marie", "Bob put the tag on: sport", "Bob took it", "Assigned to Bob (to do)."), (NOTE, CAME)
)
LETTER = "Bonjour Marie,\n\nc'est oui pour lundi.\n\nAlice"


@pytest.mark.parametrize(
    "rest",
    [
        "Elle doit encore 30 €, voir la liste (https://in.example/l).",
        "Elle doit encore 30 €, voir la liste <https://in.example/l>.",
        "Elle doit encore 30 €, voir\nla liste",
        "*Elle doit encore 30 €,* voir la liste",
        "> Elle doit encore 30 €, voir la liste",
        "Elle doit encore 30 €, voir la liste (https://in.example/l). Elle ment.",
        "Elle ment.\nRien lui dire.",
        "Elle ment.\n\nRien lui dire.",
        "Bob took it",
        "Bob put the tag on: sport",
        "Assigned to Bob (to do).",
    ],
)
def test_a_note_and_a_sentence_of_ours_are(rest: str) -> None:
    found = left_of_notice(f"{LETTER}\n\n{rest}", TOLD)
    assert (
        found is not None and found[0].startswith("Bonjour Marie,") and "30" not in found[0] and "ment" not in found[0]
    )


@pytest.mark.parametrize(
    "words",
    [
        LETTER, "Elle ment.", "Rien lui dire.", "Merci", "Est-ce que le club est ouvert lundi ? Oui.", "Bonjour, est-ce que le club est ouvert lundi ?",
        "Vous devez encore 30 €, voir la liste.", "Il reste 30 €.", "Bob l'a pris", "Question", "Bob took it home.", "Elle ment.\nElle ment.",
        "Bonjour,\n\nMerci", "sport", "La liste : https://in.example/l",
    ],
)  # fmt: skip
def test_what_a_letter_may_say_as_well_is_not(words: str) -> None:
    assert left_of_notice(words, TOLD) is None


def test_what_stands_above_is_kept_and_what_is_somebody_s_below_is_shown() -> None:
    text = (
        f"{LETTER}\n\nBob took it\nElle doit encore 30 €, voir la liste : en fait 40 €\n\nPS : apportez vos affaires."
    )
    found = answer_words(Mail(text=text, visible_text=text, from_=(Address("Alice", "alice@home.example"),)), TOLD)
    assert found.text == LETTER and found.why is not None and found.why.key == "mailed.of_notice"
    assert found.inside == "Elle doit encore 30 €, voir la liste : en fait 40 €\nPS : apportez vos affaires."


def test_where_nothing_but_a_greeting_stands_above_all_of_it_waits() -> None:
    text = "Bonjour Marie,\n\nElle doit encore 30 €, voir la liste"
    found = answer_words(Mail(text=text, visible_text=text, from_=(Address("Alice", "alice@home.example"),)), TOLD)
    assert found.text == text and found.why is not None and found.inside == ""
