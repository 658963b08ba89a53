"""Words below a signature that a program put above the quotation, and lines of programs that nobody knows."""

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.marks import ABOVE
from bot.domain.rules.answer_words import answer_words
from bot.domain.rules.own_words import Own, own_words, says

_WRITERS = (Address("Alice Martin", "alice@home.example"),)
_HEAD = "Le lun. 23 nov. 2026 à 09:12, Mon Asso <contact@asso.example> a écrit :"


def answered(above: str, quoted: str) -> Mail:
    text = f"{above}\n\n{_HEAD}\n{quoted}\n"
    return Mail(from_=_WRITERS, text=text, visible_text=above.partition("\n-- \n")[0])


_QUOTED = (f"> {ABOVE}\n> Marie : quand ?", "> Marie : quand ?")


@pytest.mark.parametrize("quoted", _QUOTED)
@pytest.mark.parametrize(
    "below",
    [
        "Alice Martin\n\nPS : n’oubliez pas le certificat médical.", "Alice Martin\nPS : n’oubliez pas.",
        "Alice Martin\n\nEt venez avec votre fils.", "Alice Martin\n\nLe tarif est de 30 € par an.",
        "Adulte : 30 €\n-- \nEnfant : 20 €",
    ],
)  # fmt: skip
def test_words_below_a_signature_are_asked_about_and_kept(below: str, quoted: str) -> None:
    found = answer_words(answered(f"Bonjour Marie,\n\nc’est oui pour lundi.\n\n-- \n{below}", quoted))
    assert found.why is not None and below.rpartition("\n")[2] in found.text


@pytest.mark.parametrize("quoted", _QUOTED)
@pytest.mark.parametrize(
    "below",
    [
        "Alice Martin", "Alice Martin\nTrésorière\nMon Asso\n06 12 34 56 78", "Alice Martin\n\nMon Asso\n12 rue des Lilas",
        "\nAlice\nwww.asso.example", "Alice Martin\nParce que c’est ensemble qu’on avance !",
    ],
)  # fmt: skip
def test_a_signature_is_left_out_unasked(below: str, quoted: str) -> None:
    found = answer_words(answered(f"Bonjour Marie,\n\nc’est oui pour lundi.\n\n-- \n{below}", quoted))
    assert (found.why, found.text) == (None, "Bonjour Marie,\n\nc’est oui pour lundi.")


@pytest.mark.parametrize("is_behind", [True, False])
@pytest.mark.parametrize(
    "line",
    [
        "Envoyé depuis la messagerie Free", "Sent from Yahoo Mail. Get the app", "Message envoyé depuis mon téléphone",
        "Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.",
        "Avant d’imprimer, pensez à l’environnement.", "P Please consider the environment before printing this email.",
        "Envoyé de l’application La Poste", "Sans\nvirus.www.avast.com",
        "L'absence de virus dans ce courrier électronique a été vérifiée par le\nlogiciel antivirus Avast.",
        "Cordialement,\n\nAlice Martin\nMembre du CA de Mon Asso",
    ],
)  # fmt: skip
def test_the_line_of_a_program_or_a_title_by_itself_is_no_letter(line: str, *, is_behind: bool) -> None:
    assert own_words(line, _WRITERS, is_behind=is_behind) is not Own.WORDS


def test_words_about_sending_are_an_answer() -> None:
    for words in (
        "Envoyé hier par la poste.",
        "Sent yesterday.",
        "Ça ira, merci",
        "ca ira",
    ):
        assert own_words(words, _WRITERS) is Own.WORDS, words
    assert says("ça ira lundi") and says("ca marche") and not says("Membre du CA")


@pytest.mark.parametrize("quoted", _QUOTED)
@pytest.mark.parametrize(
    "motto",
    [
        "« Seul on va plus vite, ensemble on va plus loin. »", "“Be the change that is wanted in the world.” – Gandhi",
        '"La musique donne une âme à nos cœurs"\n(Platon)', "Retrouvez-nous sur Facebook et Instagram",
        "Suivez-nous sur notre site : www.asso.example", "Follow us on Facebook & LinkedIn",
    ],
)  # fmt: skip
def test_a_motto_below_a_signature_asks_nothing(motto: str, quoted: str) -> None:
    letter = "Bonjour Marie,\n\nc’est oui pour lundi."
    found = answer_words(answered(f"{letter}\n\n-- \nAlice Martin\n\n{motto}", quoted))
    assert (found.why, found.text) == (None, letter)


@pytest.mark.parametrize(
    "words",
    [
        "« Oui, venez donc lundi »", "« Le cours est à 18 h le lundi »", "« Merci pour les gâteaux »", "« Apportez votre licence demain »",
        "« Ensemble on va plus loin » : c’est le titre du film.", "Retrouvez-nous sur le parking", "Ensemble, on ira plus loin lundi.",
        "Suivez-nous sur le parking du gymnase", "“The room is closed,” she said.",
    ],
)  # fmt: skip
def test_words_to_the_reader_below_a_signature_are_no_motto(words: str) -> None:
    found = answer_words(answered(f"Bonjour Marie,\n\nc’est oui.\n\n-- \nAlice Martin\n\n{words}", _QUOTED[0]))
    assert found.why is not None and words in found.text
