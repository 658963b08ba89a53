"""Of an answer by mail nothing is cut in silence, and nothing of a client's head is kept."""

from datetime import UTC, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.marks import ABOVE
from bot.domain.rules.answer_words import is_nothing_above
from bot.domain.rules.cards import is_card
from bot.domain.rules.program_lines import is_legal_notice, is_programs
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from bot.reader.whole import read_bytes

NOW, PARIS = datetime(2026, 11, 28, 12, tzinfo=UTC), ZoneInfo("Europe/Paris")
WROTE = "Le lun. 23 nov. 2026 à 10:05, Mon Asso <contact@asso.example> a écrit :"
NOTICE = (
    f"{ABOVE}\nÉcrivez au-dessus de cette ligne pour répondre.\n\n#1, Question, avec Marie\n\n"
    "Bob a noté le 22 nov. 2026 à 10:00 :\n\nSECRET elle doit encore 30 euros\n\nhttps://matrix.to/#/!room:asso.example/$card"
)
QUOTED = "\n".join(f"> {line}" for line in NOTICE.split("\n"))
UNMARKED = NOTICE.replace(f"{ABOVE}\n", "")
HEAD = "De : Mon Asso <contact@asso.example>\nEnvoyé : lundi 23 novembre 2026 10:05\nÀ : alice@home.example\nObjet : [#1] Question"
SFR = f'{"=" * 40}\nMessage du : 23/11/2026 10:05\nDe : "Mon Asso " <contact@asso.example>\nA : alice@home.example\nCopie à : \nSujet : [#1] Question'
ORANGE = '&gt; Message du 23/11/26 10:05<br>&gt; De : "Mon Asso" &lt;contact@asso.example&gt;<br>&gt; A : alice@home.example<br>&gt; Copie à : <br>&gt; Objet : [#1] Question<br>&gt; <br>'
BLACKBERRY = f"\n  Message d'origine  \n{HEAD}"
IPHONE = (
    '<html><body dir="auto"><div>Oui, lundi.</div><div dir="ltr"><br><blockquote type="cite">Le 23 nov. 2026 à 10:05, Mon Asso &lt;contact@asso.example&gt; a écrit :<br><br></blockquote></div>'
    f'<blockquote type="cite"><div dir="ltr">\ufeff<p>{NOTICE.replace(chr(10), "<br>")}</p></div></blockquote></body></html>'
)
ALICE = (Address("Alice Martin", "alice@home.example"),)


def said(text: str = "", html: str = "") -> Spoken | Unclear:
    """What is read in an answer of Alice's."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Alice Martin <alice@home.example>", "Re: [#1] Question"
    made["To"] = "contact@asso.example"
    made["In-Reply-To"] = "<t@asso.example>"
    if html:
        made.set_content(html, subtype="html")
    else:
        made.set_content(text)
    return spoken(read_bytes(made.as_bytes()).mail, NOW, PARIS)


@pytest.mark.parametrize(
    "words",
    [
        "Voici les horaires :\n--\nLundi 18 h\nMardi 19 h",
        "Voici les horaires :\n—\nLundi 18 h\nMardi 19 h",
        "Voici :\n–\nSalle B\nParc Sud",
        "Oui.\n--\nAlice\nPS : apportez le certificat",
        "Oui.\n--\nAlice\nP.-S. apportez le certificat",
        "Oui, rendez-vous :\n\n--\nAlice Martin\nSamedi 14 h\nSalle B",
        "Le dossier est\nEnvoyé par mail hier.",
        "Oui.\n\nCe message est confidentiel : le code de la porte est 4321, ne le diffusez pas, merci de supprimer ce message ensuite.",
        "Oui.\n\nN'imprimez pas le formulaire : nous en avons, avant d'imprimer appelez-nous.",
        "Notice: the door is on the outside of the building.\nRing twice.\n\nAlice",
    ],
)
@pytest.mark.parametrize("under", [f"{WROTE}\n{QUOTED}", f"{HEAD}\n\n{NOTICE}"])
def test_words_that_are_not_surely_a_signature_wait_whole_or_leave_whole(words: str, under: str) -> None:
    found = said(f"Bonjour,\n\n{words}\n\n{under}\n")
    assert words in found.text
    assert isinstance(found, Spoken) or found.why.key == "mailed.cut"


@pytest.mark.parametrize(
    "card",
    [
        "--\nAlice Martin\nPrésidente\n06 11 22 33 44",
        "—\nAlice\nalice@home.example",
        "--\nCordialement,\nAlice Martin\n3 rue des Lilas\n75000 Paris\nwww.asso.example",
        "--\nAlice Martin\nTrésorière",
        "Sans virus.www.avast.com\n\nEnvoyé de mon iPhone",
        "Ce message et ses pièces jointes sont confidentiels et destinés exclusivement à leur destinataire. Si vous avez reçu ce message par erreur, merci de le supprimer.",
    ],
)
def test_a_signature_is_not_asked_about(card: str) -> None:
    assert is_card(card, ALICE)
    assert said(f"C'est oui.\n\n{card}\n\n{WROTE}\n{QUOTED}\n") == Spoken("C'est oui.")


@pytest.mark.parametrize(
    "line",
    ["Envoyé de mon iPhone", "Obtenez Outlook pour iOS", "Envoyé avec la messagerie sécurisée Proton Mail.", "Sent from my Galaxy S21",
     "Envoyé depuis mon appareil Galaxy", "Von meinem iPhone gesendet", "Envoyé depuis l'application Mail Orange",
     "Sent from Outlook for Android", "Envoyé à partir de mon smartphone Samsung Galaxy."],
)  # fmt: skip
def test_a_program_s_line_is_known_to_its_end(line: str) -> None:
    assert is_programs(line)


@pytest.mark.parametrize(
    "line", ["Envoyé par mail hier.", "Sent by mail on Monday", "Envoyé depuis mon mobile, code 4321 A"]
)
def test_a_sentence_that_begins_like_one_is_none(line: str) -> None:
    assert not is_programs(line)
    assert not is_legal_notice([line])


@pytest.mark.parametrize("top", ["", "Oui.", "Bonjour, mes réponses."])
@pytest.mark.parametrize("end", [f"{WROTE}\n{QUOTED}", f"{HEAD}\n\n{NOTICE}"])
def test_words_below_the_notification_are_kept_and_asked_about(top: str, end: str) -> None:
    found = said(f"{top}\n\n{end}\n\nEt apportez le certificat lundi à 18 h.\n")
    assert "Et apportez le certificat lundi à 18 h." in found.text and top in found.text
    assert "SECRET" not in found.text and "alice@" not in found.text
    assert isinstance(found, Unclear) or not top


def test_lines_marked_as_quoted_below_the_notification_are_the_writer_s() -> None:
    found = said(f"{WROTE}\n{QUOTED}\n\nBonjour,\n\n>> lundi 18 h\n>> mardi 19 h\n\nAlice\n")
    assert isinstance(found, Unclear) and ">> mardi 19 h" in found.text and "SECRET" not in found.text


def test_a_date_that_stands_in_the_head_too_is_kept_where_it_is_the_answer_below() -> None:
    for words in ("23/11/2026", "👍"):
        assert said(f"Le 23/11/2026 à 10:05, Mon Asso a écrit :\n{QUOTED}\n\n{words}\n") == Spoken(words)


@pytest.mark.parametrize("mark", ["", "> "])
def test_the_end_of_a_notification_is_nobody_s(mark: str) -> None:
    lines = (*NOTICE.split("\n"), "via=asso.example", "", "Vous avez choisi de recevoir ceci de contact@asso.example.")
    quoted = "\n".join(f"{mark}{line}" for line in lines)
    assert said(f"Oui.\n\n{WROTE if mark else HEAD}\n\n{quoted}\n\nEnvoyé de mon iPhone\n") == Spoken("Oui.")


def test_words_among_quoted_lines_without_blank_lines_are_kept_and_asked_about() -> None:
    before, behind = QUOTED.split("> #1, Question, avec Marie\n")
    found = said(f"Bonjour,\n\n{WROTE}\n{before}lundi 18 h\n{behind}\n")
    assert isinstance(found, Unclear) and "lundi 18 h" in found.text and "SECRET" not in found.text


def test_without_any_quotation_nothing_is_cut_unasked() -> None:
    words = "Trajet :\n\nDe : Lyon\nÀ : Paris\nDate : lundi"
    found = said(f"{words}\n")
    assert isinstance(found, Unclear) and found.text == words


@pytest.mark.parametrize(
    "mail",
    [
        f"{SFR}\n\n\n{NOTICE}\n",
        f"{BLACKBERRY}\n\n{NOTICE}\n",
        f"Le lun. 23 nov. 2026 à 10:05, Mon Asso <contact@asso.example> a\nécrit :\n\n{QUOTED.replace(ABOVE, '')}\n",
    ],
)
def test_the_head_of_what_is_quoted_alone_never_leaves(mail: str) -> None:
    assert said(mail).text == ""


@pytest.mark.parametrize(
    "mail", [f"Oui, lundi.\n\n{SFR}\n\n\n{NOTICE}\n", f"Oui, lundi.\n\n{BLACKBERRY}\n\n{NOTICE}\n"]
)
def test_clients_with_heads_of_their_own_are_not_asked(mail: str) -> None:
    assert said(mail) == Spoken("Oui, lundi.")


@pytest.mark.parametrize(
    "html",
    [
        f"<p>Oui, lundi.</p><blockquote>{ORANGE}{NOTICE.replace(chr(10), '<br>')}</blockquote>",
        IPHONE,
    ],
)
def test_mails_of_html_alone_with_heads_of_their_own_are_not_asked(html: str) -> None:
    assert said(html=html) == Spoken("Oui, lundi.")


def test_no_line_of_a_head_with_the_writer_s_address_is_kept() -> None:
    for line in ("À : alice@home.example", " > A : alice@home.example", "To: Alice <ALICE@home.example>"):
        found = said(f"Oui.\n{line}\nlundi\n\n{WROTE}\n{QUOTED}\n")
        assert "home.example" not in found.text and isinstance(found, Unclear)


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour, comme expliqué plus bas, c'est lundi.",
        "Le prix ci-dessous est de 30 euros.",
        "Voir https://a.example",
        "Voici mes réponses :\n1. oui\n2. lundi",
        "Mes réponses : oui et lundi.",
    ],
)
def test_a_word_about_what_is_below_alone_is_not_asked_about(words: str) -> None:
    assert said(f"{words}\n\n{HEAD}\n\n{NOTICE}\n") == Spoken(words)


@pytest.mark.parametrize(
    "words",
    [
        "Voir ci-dessous.",
        "Mes réponses en rouge dans ton texte.",
        "Please see below",
        "Ci-dessous",
        "Bonjour,\n\nmes réponses :\n\nAlice",
        "Here are my answers.",
        "Voir",
    ],
)
def test_who_says_where_the_answers_are_is_asked(words: str) -> None:
    assert isinstance(found := said(f"{words}\n\n{HEAD}\n\n{NOTICE}\n"), Unclear)
    assert found.why.key == "mailed.between"


@pytest.mark.parametrize(
    "words",
    [
        "Tarif : 30 euros",
        "note: il ment",
        "Oui : lundi",
        "RDV : 18 h\nLieu : salle B",
        "Bonjour,\n\nTarif : 30 euros\n\nAlice",
    ],
)
def test_lines_with_a_colon_are_words_above_the_mark(words: str) -> None:
    assert not is_nothing_above(Mail(text=f"{words}\n\n{WROTE}\n{QUOTED}", from_=ALICE))


@pytest.mark.parametrize(
    "head", [HEAD, SFR, WROTE, BLACKBERRY, "Lähettäjä: Mon Asso <contact@asso.example>\nVastaus: alice@home.example"]
)
def test_heads_are_none(head: str) -> None:
    assert is_nothing_above(Mail(text=f"{head}\n\n{NOTICE}", from_=ALICE))
