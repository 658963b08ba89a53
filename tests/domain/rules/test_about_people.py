"""Short words that speak of a colleague or of the correspondent by name are asked about; what tells them of one leaves."""

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.domain.stories.test_by_mail import NOW, PARIS
from tests.domain.stories.test_by_mail_slips import SHORT

ALICE = Address("Alice Martin", "alice@home.example")
TEAM = frozenset(("bob", "bob durand", "jean-marie", "carol"))
MARIE = Address("Mme Marie Dupont", "marie@example.org")


def said(words: str) -> Spoken | Unclear:
    mail = Mail(from_=(ALICE,), text=words, visible_text=words)
    return spoken(mail, NOW, PARIS, team=TEAM, correspondent=MARIE)


@pytest.mark.parametrize(
    "words",
    [
        "voir avec Bob", "Voir avec Bob Durand.", "à voir avec Bob", "Demander à Bob", "Ok, appeler Bob", "Il faudra prévenir Carol",
        "Bob appelle Marie", "Bob rappelle Mme Dupont lundi", "Marie ment", "Marie n’a pas payé", "Marie Dupont doit encore 30 €",
        "rappeler Marie lundi", "Relancer Marie Dupont", "Marie a déjà reçu le sien", "voir avec Bob\n\nAlice", "Dupont est passée hier",
    ],
)  # fmt: skip
def test_words_about_a_colleague_or_the_correspondent_by_name_are_asked_about(words: str) -> None:
    assert isinstance(found := said(words), Unclear) and found.why.key == "mailed.maybe_note"
    assert isinstance(said(f"close\n\n{words}"), Unclear)
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    "words",
    [
        "Marie, c’est oui.", "Merci Marie", "Oui Marie !", "Marie : lundi 18 h", "Marie Dupont", "Bonjour Marie,\n\nvoir avec Bob.",
        "Voyez avec Bob.", "Bob passe lundi.", "Bob m’a dit que c’est oui.", "Voir avec la mairie", "Bob s’en occupe.", "Marie !",
        "Bob vous appelle, Marie.", "Appeler le 06 12 34 56 78", "La licence est au nom de Marie", "Nom : Dupont", "Marie et Paul, oui",
        "Voir avec Bob, il vous donnera les clés.", "Faire un chèque", "marie@example.org", "Vous pouvez demander à Bob",
        "Marie\nje vous attends", "voir avec Bob\n\nCordialement,\nAlice",
    ],
)  # fmt: skip
def test_what_tells_the_correspondent_of_somebody_leaves(words: str) -> None:
    assert said(words) == Spoken(words)


def test_hardly_an_ordinary_short_answer_is_asked_about() -> None:
    asked = [one for one in SHORT if not isinstance(said(one), Spoken)]
    assert 100 * len(asked) <= len(SHORT), asked
