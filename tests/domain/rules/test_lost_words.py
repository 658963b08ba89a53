"""Words of an answer by mail that were taken for a quotation or a signature are asked about, and none is lost."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail import Mail
from bot.domain.marks import ABOVE
from bot.domain.rules.lost_words import lost_words, words_above
from bot.domain.stories.by_mail import Spoken, Unclear, all_words, spoken
from bot.reader.whole import read_bytes

NOW, PARIS = datetime(2026, 11, 28, 12, tzinfo=UTC), ZoneInfo("Europe/Paris")
QUOTED = f"> {ABOVE}\n> Write above this line.\n>\n> #1 internal"
WROTE = "Le lun. 23 nov. 2026 à 10:05, Mon Asso <contact@asso.example> a écrit :"
UNDER = f'<br><div class="gmail_quote"><div class="gmail_attr">{WROTE}</div><blockquote class="gmail_quote">{ABOVE}<br>#1 internal</blockquote></div>'


def read(*, text: str = "", html: str = "") -> Mail:
    """As it was sent under a notification."""
    made = EmailMessage()
    made["From"], made["Subject"], made["In-Reply-To"] = (
        "Alice Martin <alice@home.example>",
        "Re: [#1]",
        "<t@asso.example>",
    )
    if html:
        made.set_content(f"<html><body>{html}{UNDER}</body></html>", subtype="html")
    else:
        made.set_content(f"{text}\n\n{WROTE}\n{QUOTED}\n")
    return read_bytes(made.as_bytes()).mail


def said(mail: Mail) -> Spoken | Unclear:
    return spoken(mail, NOW, PARIS)


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour,\n\nLe programme :\n---\nLundi : judo\n---\nLe tarif est de 30 euros.\n\nAlice",
        "voici.\n\n***\n\nSecond point : apportez un certificat.",
        "Bonjour Marie,\n--\nVoici notre adresse : 3 rue des Lilas.\nVenez lundi !",
        "La mairie :\n\n-----Message d'origine-----\nDe : Mairie <m@ville.example>\nObjet : salle\n\nLa salle est libre.",
        "Bonjour,\n\nLe 12 novembre 2026, Paul a écrit :\nLa salle est libre mardi.\n\nDonc venez mardi.",
        "close\n--\nBonjour Marie, c'est oui.",
    ],
)
def test_words_below_what_looks_like_a_quotation_or_a_signature_are_asked_about_whole(words: str) -> None:
    found = said(read(text=words))
    assert isinstance(found, Unclear) and found.why.key == "mailed.cut"
    assert found.text.strip() == words.removeprefix("close\n").strip() and all_words(read(text=words)) == words


@pytest.mark.parametrize(
    "html",
    [
        "Le programme :<div>---</div><div>Lundi : judo</div><div>---</div><div>Le tarif est de 30 euros.</div>",
        "Le programme :<hr>Lundi : judo<hr>Le tarif est de 30 euros.",
        'La mairie écrit :<div class="gmail_quote"><blockquote class="gmail_quote">La salle est libre.</blockquote></div>Donc mardi !',
        'La mairie écrit :<blockquote type="cite">La salle est libre.</blockquote><div>Donc mardi !</div>',
    ],
)
def test_so_are_they_in_html(html: str) -> None:
    assert isinstance(found := said(read(html=html)), Unclear) and found.why.key == "mailed.cut"
    assert "Le tarif" in found.text or "Donc mardi" in found.text


@pytest.mark.parametrize(
    "words", ["Vous écriviez :\n> Est-ce ouvert ?\nOui.", "Les horaires :\n> lundi 9h\n> mardi 10h"]
)
def test_lines_that_the_writer_marked_as_quoted_are_asked_about_and_kept(words: str) -> None:
    found = said(read(text=words))
    assert isinstance(found, Unclear) and (found.why.key, found.text) == ("mailed.between", words)


def test_answers_in_colour_among_unmarked_lines_are_asked_about() -> None:
    mail = Mail(text=f"Voir en rouge ci-dessous.\n\n{ABOVE}\nQuand ?\nLundi.", visible_text="Voir en rouge ci-dessous.")
    assert isinstance(found := said(mail), Unclear) and found.why.key == "mailed.between"


def test_what_is_left_of_a_notification_without_its_mark_is_asked_about() -> None:
    words = "Oui\n\n#1, Question\nBob noted:\nSECRET\nhttps://matrix.to/#/!room:example.org/$x"
    assert (
        isinstance(found := said(Mail(text=words, visible_text=words)), Unclear) and found.why.key == "mailed.between"
    )


HEADS = (
    "-----Message d'origine-----\nDe : Mon Asso <contact@asso.example>\nEnvoyé : lundi\nÀ : alice@home.example\nObjet : [#1]",
    "________________________________\nDe : Mon Asso <contact@asso.example>\nÀ : alice@home.example\nObjet : [#1]",
    "From: Mon Asso <contact@asso.example>\nSent: Monday\nTo: alice@home.example\nSubject: [#1]",
    "Von: Mon Asso <contact@asso.example>\nGesendet: Montag\nAn: alice@home.example\nBetreff: [#1]",
    'De: "Mon Asso" <contact@asso.example>\nÀ: "Alice" <alice@home.example>\nObjet: [#1]',
    WROTE,
)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("above", ["", "Cordialement,\nAlice\n\n"])
@pytest.mark.parametrize("below", [f"{ABOVE}\n#1 internal", QUOTED, "elle doit 30 euros", ""])
def test_the_head_of_what_is_quoted_is_never_the_answer(head: str, above: str, below: str) -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["In-Reply-To"] = "Alice <alice@home.example>", "Re: [#1]", "<t@asso.example>"
    made.set_content(f"{above}{head}\n\n{below}\n")
    mail = read_bytes(made.as_bytes()).mail
    for has_files in (True, False):
        found = spoken(mail, NOW, PARIS, has_files=has_files)
        assert "alice@" not in found.text and "internal" not in found.text and "30 euros" not in found.text
        assert "contact@" not in found.text


@pytest.mark.parametrize("words", ["Tarif : 30 euros", "Lundi : judo\nMardi : danse", "Date : lundi\nLieu : salle A"])
def test_lines_that_only_look_like_a_head_are_the_answer(words: str) -> None:
    assert words_above(f"{words}\n\n{WROTE}\n{QUOTED}") == words
    assert words_above(f"{words}\n\n{HEADS[2]}\n\n{QUOTED}") == words


def test_words_below_the_quotation_are_the_answer() -> None:
    for below in ("C'est oui.", "fermer\n\nMerci, c'est fait."):
        mail = Mail(text=f"{WROTE}\n{QUOTED}\n\n{below}", visible_text=below)
        assert isinstance(found := said(mail), Spoken) and found.text and found.text in below
    proton = f"C'est oui.\n\n------- Message d'origine -------\n{WROTE}\n\n{QUOTED}"
    assert words_above(proton) == "C'est oui."


def test_a_note_is_kept_whole() -> None:
    assert said(read(text="note: il ment\n---\nIl a dit que non.")) == Spoken(
        "il ment\n---\nIl a dit que non.", is_note=True
    )


@pytest.mark.parametrize(
    "words",
    [
        "C'est oui.\n\n-- \nAlice Martin\nChez nous, c'est toujours ouvert le lundi.",
        "C'est oui.\n\n--\nAlice Martin\nTrésorière",
        "C'est oui.\n\nEnvoyé de mon iPhone",
        "CAUTION: This email originated from outside of the organization.\nDo not click links.\n\nC'est oui.",
        "C'est oui.\n\nThis e-mail is confidential and intended solely for the addressee.\nIf you are not the intended recipient, delete it.",
    ],
)
def test_what_no_person_wrote_for_the_correspondent_is_not_missed(words: str) -> None:
    assert said(read(text=words)) == Spoken("C'est oui.")


def test_a_signature_and_a_list_in_html_are_not_missed() -> None:
    signed = read(
        html='C\'est oui.<div id="Signature"><p>Alice Martin</p><p>Directrice des ventes, ACME SA, 06 11 22 33 44</p></div>'
    )
    assert isinstance(said(signed), Spoken)
    listed = read(
        html='Voici <a href="https://a.example/f?x=1">le lien</a>, ou https://b.example/c :<ol><li>un</li><li>deux</li></ol>'
    )
    assert isinstance(said(listed), Spoken)


def test_a_broken_line_above_the_quotation_is_no_word_of_the_writer() -> None:
    for wrote in (
        "Le lun. 23 nov. 2026 à 10:05, Association des parents du quartier <\ncontact@asso.example> a écrit :",
        "On Mon, Nov 23, 2026 at 10:05 AM A very long name\n<contact@asso.example>\nwrote:",
        "________________________________\nDe : Mon Asso <contact@asso.example>\nEnvoyé : lundi\nÀ : Alice\nObjet : [#1]",
    ):
        assert words_above(f"C'est oui.\n\n{wrote}\n\n{QUOTED}") == "C'est oui.", wrote


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_below_the_mark_is_above_it(above: str, below: str) -> None:
    assert "SECRET" not in words_above(f"{above}\n{ABOVE}\nSECRET{below}")


@given(
    st.lists(st.sampled_from(("oui", "Lundi : judo", "1. un", "---", "https://a.example/x", "", "deux")), max_size=12)
)
def test_words_that_are_shown_are_not_lost(lines: list[str]) -> None:
    words = "\n".join(lines)
    assert lost_words(words, words) == ""
    assert lost_words(f"{words}\nperdu", replace(Mail(), visible_text=words).visible_text).strip() == "perdu"
