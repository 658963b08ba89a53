"""What the room folds of a mail, and nobody has seen, stands in its notification; what is ours does not."""

import pytest

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import house
from tests.flows.test_answer_inside import forgotten
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_notices_unusual import left_with
from tests.flows.test_notices_whom import chosen, last, writes

__all__ = ["house"]

FOLDS = "Below a signature, or quoted, and new here:"
NEW = {
    "postscript": "Oui, lundi.\n\n-- \nMarie\n\nPS : pas avant midi, Zanzibar.\n",
    "number": "Appelez-moi.\n\n-- \nMarie\nTél. Zanzibar 06 12 34 56 78\n",
    "outlook": "Pour info.\n\nDe : Le maire <maire@example.org>\nEnvoyé : lundi 23 novembre 2026 09:00\n"
    "À : marie@example.org\nObjet : Salle\n\nLa salle est libre, Zanzibar.\n",
    "quoted": "Voici ce qu'il dit :\n\nLe 23 nov. 2026 à 09:00, Le maire <maire@example.org> a écrit :\n"
    "> La salle est libre, Zanzibar.\n",
    "list": "Nos tarifs :\n\n-- \nZanzibar 30 euros\nAutre 40 euros\n",
}


@pytest.mark.parametrize("what", NEW)
async def test_what_is_new_below_the_fold_stands_below_the_words(house: House, what: str) -> None:
    await chosen(house)
    await writes(house, text=NEW[what])
    said = words_of(last(house))
    assert said.index(NEW[what].partition("\n")[0]) < said.index(FOLDS) < said.index("Zanzibar")
    assert "Zanzibar" in words_of(last(house), "html")


async def test_what_quotes_us_and_a_known_signature_add_nothing(house: House) -> None:
    await chosen(house)
    await happens(
        house, says("!reply La salle est libre lundi.\n\nLa clef est chez le gardien.", thread=card_of(house))
    )
    await house.settle((*SENT, *SOON))
    signed = "\n\n-- \nMarie\nTrésorière du club\n06 12 34 56 78\n"
    ours = "\n\nLe 23 nov. 2026 à 09:00, Asso <contact@asso.example> a écrit :\n> La salle est libre\n> lundi.\n>\n"
    await writes(house, text=f"Merci !{signed}{ours}> La clef est chez le gardien.\n")
    assert "Trésorière" in words_of(last(house)) and words_of(last(house)).count("La clef est") == 1
    await writes(house, "m3@example.org", reply_to="m2@example.org", text=f"À lundi !{signed}{ours}")
    assert "À lundi !" in words_of(last(house)) and FOLDS not in words_of(last(house))


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("what", ["outlook", "postscript"])
async def test_it_is_no_word_of_whoever_answers(house: House, what: str, is_kept: bool) -> None:
    await chosen(house)
    await writes(house, text=NEW[what])
    quoted = words_of(last(house))
    if not is_kept:
        await forgotten(house)
    assert await left_with(house, quoted) == [("marie@example.org",)]


async def test_a_mail_that_answers_one_that_is_not_here_has_what_it_quotes(house: House) -> None:
    await chosen(house)
    await writes(
        house,
        "n1@example.org",
        reply_to="unknown@example.org",
        subject="Re: Salle",
        text="Et alors ?\n\nLe 3 nov. 2026 à 09:00, Asso <contact@asso.example> a écrit :\n> Zanzibar est libre.\n",
    )
    assert "Zanzibar" in words_of(last(house))
