"""The heading of a first mail: whom it is to, its subject, and the words that are left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.heading import Heading, read_address, read_heading
from bot.domain.mail import Address


@pytest.mark.parametrize(
    ("text", "heading", "words"),
    [
        ('marie@example.org "Rentrée"\nBonjour', Heading("marie@example.org", "Rentrée"), "Bonjour"),
        ("marie@example.org “Rentrée”\nBonjour", Heading("marie@example.org", "Rentrée"), "Bonjour"),
        ("marie@example.org «\u202fRentrée\u202f»\nBonjour", Heading("marie@example.org", "Rentrée"), "Bonjour"),
        ("marie@example.org „Rentrée“\nBonjour", Heading("marie@example.org", "Rentrée"), "Bonjour"),
        ('marie@example.org "Rentrée" Bonjour\nà vous', Heading("marie@example.org", "Rentrée"), "Bonjour\nà vous"),
        ('marie@example.org "L’« idée »"\nx', Heading("marie@example.org", "L’« idée »"), "x"),
        ('Marie <marie@example.org> "S"\nx', Heading("Marie <marie@example.org>", "S"), "x"),
        ('Marie Dupont "S"\nx', Heading("Marie Dupont", "S"), "x"),
        ('"Marie Dupont" "S"\nx', Heading("Marie Dupont", "S"), "x"),
        ('"Dupont, Marie" <m@example.org> "S"\nx', Heading("Dupont, Marie <m@example.org>", "S"), "x"),
        ('"Marie" from asso@asso.example "S"\nx', Heading("Marie", "S", "asso@asso.example"), "x"),
        ('"Marie" <m@x.example> et <q@x.example> "S"', Heading("", "Marie"), '<m@x.example> et <q@x.example> "S"\n'),
        ('from asso@asso.example "S"\nx', Heading("", "S", "asso@asso.example"), "x"),
        (
            'marie@example.org from asso@asso.example "S"\nx',
            Heading("marie@example.org", "S", "asso@asso.example"),
            "x",
        ),
        ('marie@example.org de asso@asso.example "S"\nx', Heading("marie@example.org", "S", "asso@asso.example"), "x"),
        (
            'marie@example.org "S" from asso@asso.example\nx',
            Heading("marie@example.org", "S", "asso@asso.example"),
            "x",
        ),
        ("marie@example.org\nBonjour", Heading("marie@example.org"), "Bonjour"),
        ("marie@example.org Rentrée\nBonjour", Heading("marie@example.org Rentrée"), "Bonjour"),
        ('"S"\nx', Heading("", "S"), "x"),
        ('marie@example.org "Rentrée\nBonjour "vous"', Heading('marie@example.org "Rentrée'), 'Bonjour "vous"'),
        ("", Heading(), ""),
        # --- marks within marks
        ('zoe@x.example "Sujet "entre" guillemets"\nx', Heading("zoe@x.example", 'Sujet "entre" guillemets'), "x"),
        ('zoe@x.example ""Sujet" en tête"\nx', Heading(is_unclear=True), "x"),
        ('zoe@x.example "Le "petit" et le "grand""\nx', Heading("zoe@x.example", 'Le "petit" et le "grand"'), "x"),
        ("zoe@x.example “Sujet “entre” guillemets”\nx", Heading("zoe@x.example", "Sujet “entre” guillemets"), "x"),
        ("zoe@x.example « Sujet « entre » »\nx", Heading("zoe@x.example", "Sujet « entre »"), "x"),
        ('zoe@x.example "S" Il a dit "oui"\nx', Heading("zoe@x.example", "S"), 'Il a dit "oui"\nx'),
        ('"Zoé" "Le "petit" S"\nx', Heading("Zoé", 'Le "petit" S'), "x"),
        ('zoe@x.example "Écran 24" et clavier"\nx', Heading(is_unclear=True), "x"),
        ('zoe@x.example "Écran 24 "pouces"\nx', Heading(is_unclear=True), "x"),
        ('zoe@x.example "S " et "x\ny', Heading(is_unclear=True), "y"),
        ('zoe@x.example "S" x”\ny', Heading(is_unclear=True), "y"),
        ('zoe@x.example "S "\ny', Heading("zoe@x.example", "S"), "y"),
    ],
)
def test_a_heading_stands_on_the_first_line(text: str, heading: Heading, words: str) -> None:
    assert read_heading(text) == (heading, words)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("marie@example.org", Address("", "marie@example.org")),
        ("<marie@example.org>", Address("", "marie@example.org")),
        ("Marie Dupont <marie@example.org>", Address("Marie Dupont", "marie@example.org")),
        ("mailto:marie@example.org", Address("", "marie@example.org")),
        ("a@x.example, b@x.example", Address("", "a@x.example, b@x.example")),
        ("Marie Dupont", None),
    ],
)
def test_whom_it_is_to_is_an_address_or_a_name(who: str, address: Address | None) -> None:
    assert Heading(who).address == address


words = st.text(
    st.characters(blacklist_characters='\n"“”„«»', blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40
)


@given(words, st.text(max_size=200))
def test_the_words_below_the_heading_are_left_as_they_are(subject: str, text: str) -> None:
    """No word of a letter is taken for its heading, and none of its heading is mailed as its words."""
    heading, left = read_heading(f'marie@example.org "{subject}"\n{text}')
    assert (heading.who, heading.subject, left) == ("marie@example.org", " ".join(subject.split()), text)


@pytest.mark.parametrize(
    ("text", "heading", "words"),
    [
        ("paul@example.org Tu peux voir ?", Heading("paul@example.org"), "Tu peux voir ?"),
        ("paul@example.org\nTu peux voir ?", Heading("paul@example.org"), "Tu peux voir ?"),
        ("paul@example.org", Heading("paul@example.org"), ""),
        ("<paul@example.org> x", Heading("<paul@example.org>"), "x"),
        ('"Paul Martin" x\ny', Heading("Paul Martin"), "x\ny"),
        ('"Paul" <paul@example.org> x', Heading("Paul <paul@example.org>"), "x"),
        ("paul@example.org from asso@asso.example x", Heading("paul@example.org", "", "asso@asso.example"), "x"),
        ("Paul see <eve@example.org>", Heading(), "Paul see <eve@example.org>"),
        (
            "zoe@x.example lea@y.example Vu ?",
            Heading("zoe@x.example lea@y.example"),
            "zoe@x.example lea@y.example Vu ?",
        ),
        (
            "zoe@x.example et <lea@y.example>",
            Heading("zoe@x.example et <lea@y.example"),
            "zoe@x.example et <lea@y.example>",
        ),
        ("zoe@x.example @bob regarde", Heading("zoe@x.example"), "@bob regarde"),
        ("zoe@x.example\nlea@y.example demande", Heading("zoe@x.example"), "lea@y.example demande"),
        ("zoe@x.example Vu, lea@y.example ?", Heading("zoe@x.example"), "Vu, lea@y.example ?"),
        ("Marie Dupont <marie@example.org> x", Heading("Marie Dupont <marie@example.org>"), "x"),
        ("zoe <zoe@example.org>\nx", Heading("zoe <zoe@example.org>"), "x"),
        ("Zoé <zoe@example.org> from asso@x.example x", Heading("Zoé <zoe@example.org>", "", "asso@x.example"), "x"),
        ("Marie Dupont Vu ? <marie@example.org>", Heading(), "Marie Dupont Vu ? <marie@example.org>"),
        ("Marie Dupont <none> x", Heading(), "Marie Dupont <none> x"),
        ("", Heading(), ""),
    ],
)
def test_before_other_words_an_address_is_one_word_and_a_name_is_quoted(
    text: str, heading: Heading, words: str
) -> None:
    assert read_address(text) == (heading, words)
