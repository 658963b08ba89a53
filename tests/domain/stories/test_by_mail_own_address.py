"""The own address of whoever answers by mail stays with the team."""

from collections.abc import Collection

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.sentences import sentence
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.domain.stories.test_by_mail import NOW, PARIS

HERS = "alice@home.example"
ALICE_MARTIN = Address("Alice Martin", HERS)


def hers(words: str, personal: Collection[str] = (HERS,)) -> Spoken | Unclear:
    mail = Mail(from_=(ALICE_MARTIN,), text=words, visible_text=words)
    return spoken(mail, NOW, PARIS, personal=personal)


@pytest.mark.parametrize(
    "line",
    [
        HERS,
        "Alice@Home.example",
        f"E-mail\u00a0: {HERS}",
        f"Mél : {HERS}",
        f"{HERS} - 06 12 34 56 78",
        f"<{HERS}>",
        f"T. 06 12 34 56 78 | M. {HERS}",
    ],
)
@pytest.mark.parametrize(
    "card",
    [
        "Alice Martin\nTrésorière\n{}\n06 12 34 56 78",
        "Cordialement,\n\nAlice\n\n{}",
        "Alice Martin\nClub de sport\n{}\n{}",
    ],
)
def test_the_writer_s_own_address_is_cut_out_of_a_signature(card: str, line: str) -> None:
    found = hers(f"Bonjour,\n\nvoici.\n\n{card.format(line, line)}")
    assert isinstance(found, Spoken) and HERS not in found.text.casefold()
    assert found.text.startswith("Bonjour,\n\nvoici.\n\n") and "Alice" in found.text
    assert ("06 12" in found.text) == ("{}\n06" in card)


@pytest.mark.parametrize(
    "words",
    [
        f"Bonjour,\n\nécrivez-moi à {HERS}, merci.",
        f"Bonjour,\n\nvoici.\n\nAlice Martin | {HERS} | https://alice.example",
        f"Bonjour,\n\nmon adresse :\n{HERS}",
        f"Bonjour,\n\nvous pouvez aussi écrire à :\n\nAlice Martin\n{HERS}",
    ],
)
def test_the_writer_s_own_address_among_other_words_is_asked_about(words: str) -> None:
    assert hers(words) == Unclear(sentence("mailed.own_address"), words)
    assert hers(f"!reply {words}") == Spoken(words, is_letter=True)
    assert hers(words, ()) == Spoken(words)
    assert hers(f"note: {words}") == Spoken(words, is_note=True)


@pytest.mark.parametrize("above", ["Cordialement,", "Alice", "--", "Bien à vous,\nAlice Martin", "\u2014"])
@pytest.mark.parametrize(
    ("line", "left"),
    [
        (f"Alice Martin | {HERS} | https://alice.example", "Alice Martin | https://alice.example"),
        (f"Alice • {HERS} • 06 12 34 56 78", "Alice | 06 12 34 56 78"),
        (f"Alice Martin – {HERS}", "Alice Martin"),
        (f"Alice Martin / E-mail : {HERS.title()}", "Alice Martin"),
    ],
)
def test_it_is_cut_out_of_a_signature_on_one_line(above: str, line: str, left: str) -> None:
    for below in ("", "\nhttps://asso.example"):
        found = hers(f"Bonjour,\n\nvoici.\n\n{above}\n{line}{below}")
        assert found == Spoken(f"Bonjour,\n\nvoici.\n\n{above}\n{left}{below}"), found


@pytest.mark.parametrize(
    "words",
    [
        f"Bonjour,\n\nécrivez à :\n\nAlice\nAlice Martin | {HERS}",
        f"Bonjour,\n\nvoici.\n\nCordialement,\nAlice Martin | le soir | {HERS}",
        f"Bonjour,\n\nvoici.\n\nCordialement,\nAlice Martin | {HERS}\n\nou bien le soir, à la salle.",
        f"Bonjour,\n\nvoici.\n\nCordialement,\nécrivez-moi : {HERS} | 06 12 34 56 78",
    ],
)
def test_a_line_that_says_more_is_asked_about(words: str) -> None:
    assert hers(words) == Unclear(sentence("mailed.own_address"), words)


@pytest.mark.parametrize(
    "written",
    [
        "https://x.example/share?u=alice%40home.example", "https://x.example/?authuser=Alice%40Home.Example&x=1",
        "alice+asso@home.example", "Alice+Asso.2026@home.example", "https://x.example/?u=alice%2Basso%40home.example", "alice @ home.example",
        "alice\uff20home.example", "alice@\u200bhome.example", "mailto:alice%40home.example",
    ],
)  # fmt: skip
def test_it_is_asked_about_however_it_is_written(written: str) -> None:
    words = f"Bonjour Marie,\n\nvoir {written} avant lundi."
    assert hers(words) == Unclear(sentence("mailed.own_address"), words)


def test_a_sub_address_is_cut_out_of_a_signature_as_well() -> None:
    found = hers("Bonjour,\n\nvoici.\n\nCordialement,\n\nAlice\n\nalice+asso@home.example")
    assert found == Spoken("Bonjour,\n\nvoici.\n\nCordialement,\n\nAlice")


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour,\n\nécrivez à bob@home.example.", "Bonjour,\n\nvoir https://home.example/alice.", "Oui à 100 % @ home.example",
        "Bonjour,\n\nvoir https://x.example/?u=marie%40example.org&v=alice%20home.example.",
    ],
)  # fmt: skip
def test_another_address_leaves(words: str) -> None:
    assert hers(words) == Spoken(words)
