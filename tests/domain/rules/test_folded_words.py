"""What of the folded lines of a mail nobody has seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Address, Mail
from bot.domain.rules.folded_words import unseen_words

MARIE = Address("Marie Martin", "marie@example.org")
OURS = "Bonjour Marie,\n\nLa salle est libre lundi à dix heures, et la clef est chez le gardien."
SIGNATURE = "L’équipe de l’asso\n01 02 03 04 05"


def of(text: str, visible: str) -> str:
    mail = Mail(from_=(MARIE,), subject="Re: Salle", text=text, visible_text=visible, chat_html="<details>…</details>")
    return unseen_words(mail, (OURS, SIGNATURE))


def test_a_text_part_that_the_room_does_not_show_is_not_folded() -> None:
    text = "Your program shows no HTML."
    assert unseen_words(Mail(from_=(MARIE,), text=text, visible_text="Oui.", chat_html="<p>Oui.</p>"), ()) == ""


def test_a_quotation_of_ours_is_nothing_new_however_it_was_broken() -> None:
    quoted = (
        "Oui.\n\nLe lun. 23 nov. 2026 à 09:00, Asso <contact@asso.example> a écrit :\n\n> Bonjour Marie,\n>\n"
        "> La salle est libre lundi à dix\n> heures, et la clef est\n> chez le gardien.\n> -- \n> L’équipe de l’asso\n"
        "> 01 02 03 04 05\n"
    )
    assert of(quoted, "Oui.") == ""


@pytest.mark.parametrize(
    "below", ["\n\n-- \nMarie Martin\n", "\n\nCordialement,\nMarie\n\nEnvoyé de mon iPhone\n", "", "\n\n-- \n"]
)
def test_a_name_and_the_line_of_a_phone_say_nothing(below: str) -> None:
    assert of("Oui." + below, "Oui.") == ""


def test_what_stands_under_the_signature_is_new_without_the_delimiter() -> None:
    assert of("Oui.\n\n-- \nMarie\n\nPS : pas avant midi.\n", "Oui.") == "PS : pas avant midi."


def test_the_words_of_somebody_else_stand_under_the_line_that_says_whose_they_are() -> None:
    head = "Le 23 nov. 2026 à 09:00, Le maire <maire@example.org> a écrit :"
    text = f"Voici ce qu’il dit :\n\n{head}\n> La salle est prise.\n"
    assert of(text, "Voici ce qu’il dit :") == f"{head}\nLa salle est prise."


def test_a_head_above_our_words_is_not_shown_before_those_of_somebody_else() -> None:
    ours = "Le 24 nov. 2026 à 09:00, Asso <contact@asso.example> a écrit :\n> Bonjour Marie,\n"
    head = ">> Le 23 nov. 2026 à 09:00, Le maire <maire@example.org> a écrit :"
    text = f"Voir plus bas.\n\n{ours}{head}\n>> La salle est prise.\n"
    assert of(text, "Voir plus bas.") == f"{head.lstrip('> ')}\nLa salle est prise."


@given(
    st.lists(st.sampled_from([*OURS.split("\n"), "> oui", "", "-- ", "Objet : x", "De : a@b.example", "autre chose"]))
)
def test_every_line_is_known_or_shown(lines: list[str]) -> None:
    text = "\n".join(["Voilà.", *lines])
    assert ("autre chose" in of(text, "Voilà.")) == ("autre chose" in lines)


def test_what_is_endless_is_cut() -> None:
    assert of("Oui.\n-- \n" + "\n".join(f"ligne {n} de trop" for n in range(100_000)), "Oui.").endswith("…")
