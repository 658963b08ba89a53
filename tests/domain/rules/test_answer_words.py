"""Words of an answer by mail that were taken for a quotation or a signature are asked about, and none is lost."""

from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mail import Mail
from bot.domain.marks import ABOVE
from bot.domain.rules.answer_words import above_mark, answer_words
from bot.domain.rules.own_words import Own, own_words
from bot.domain.sentences import sentence
from bot.domain.stories.by_mail import Spoken, Unclear, all_words, spoken
from bot.reader.whole import read_bytes

NOW, PARIS = datetime(2026, 11, 28, 12, tzinfo=UTC), ZoneInfo("Europe/Paris")
QUOTED = f"> {ABOVE}\n> Write above this line.\n>\n> #1 internal"
WROTE = "Le lun. 23 nov. 2026 à 10:05, Mon Asso <contact@asso.example> a écrit :"
THREAD = "https://matrix.to/#/!room:asso.example/$x?via=asso.example"
UNDER = f'<br><div class="gmail_quote"><div class="gmail_attr">{WROTE}</div><blockquote class="gmail_quote">{ABOVE}<br>#1 internal<br>{THREAD}</blockquote></div>'


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
    mail = Mail(
        text=f"Voir en rouge ci-dessous.\n\n{ABOVE}\nQuand ?\nLundi.\n{THREAD}",
        visible_text="Voir en rouge ci-dessous.",
    )
    assert isinstance(found := said(mail), Unclear) and found.why.key == "mailed.between"


def test_what_is_left_of_a_notification_without_its_mark_is_asked_about() -> None:
    words = "Oui\n\n#1, Question\nBob noted:\nSECRET\nhttps://matrix.to/#/!room:example.org/$x"
    assert isinstance(found := said(Mail(text=words, visible_text=words)), Unclear)
    assert found.why.key == "mailed.unmarked"


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


@pytest.mark.parametrize(
    "head",
    [
        '------ Message d\'origine ------\nDe "Mon Asso" <contact@asso.example>\nÀ alice@home.example\nDate 23/11/2026 09:12:00\nObjet [#1]',
        '------ Original Message ------\nFrom "Mon Asso" <contact@asso.example>\nTo alice@home.example\nDate 23/11/2026 09:12:00\nSubject [#1]',
    ],
)
def test_a_head_whose_labels_have_no_colon_is_none_of_the_words_below_a_banner(head: str) -> None:
    assert above_mark(f"Oui.\n\n{head}\n\n{ABOVE}\n#1 internal") == "Oui."
    _, _, labels = head.partition("\n")
    assert above_mark(f"Oui.\n\n{labels}\n\n{ABOVE}\n#1 internal") == f"Oui.\n\n{labels}"


@pytest.mark.parametrize("words", ["Tarif : 30 euros", "Lundi : judo\nMardi : danse", "Date : lundi\nLieu : salle A"])
def test_lines_that_only_look_like_a_head_are_the_answer(words: str) -> None:
    assert above_mark(f"{words}\n\n{WROTE}\n{QUOTED}") == words
    assert above_mark(f"{words}\n\n{HEADS[2]}\n\n{QUOTED}") == words


def test_words_below_the_quotation_are_the_answer() -> None:
    for below in ("C'est oui.", "fermer\n\nMerci, c'est fait."):
        mail = Mail(text=f"{WROTE}\n{QUOTED}\n\n{below}", visible_text=below)
        assert isinstance(found := said(mail), Spoken) and found.text and found.text in below
    proton = f"C'est oui.\n\n------- Message d'origine -------\n{WROTE}\n\n{QUOTED}"
    assert above_mark(proton) == "C'est oui."


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
        assert above_mark(f"C'est oui.\n\n{wrote}\n\n{QUOTED}") == "C'est oui.", wrote


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_below_the_mark_is_above_it(above: str, below: str) -> None:
    assert "SECRET" not in above_mark(f"{above}\n{ABOVE}\nSECRET{below}")


CLIENTS = {
    "gmail": f"{WROTE}\n\n{{quoted}}",
    "gmail, broken": "On Mon, Nov 23, 2026 at 10:05 AM Association des parents du quartier <\ncontact@asso.example> wrote:\n\n{quoted}",
    "outlook": f"{HEADS[0]}\n\n{{plain}}",
    "outlook on the web": f"{HEADS[1]}\n\n{{plain}}",
    "outlook, english": f"{HEADS[2]}\n\n{{plain}}",
    "outlook, german": f"{HEADS[3]}\n\n{{plain}}",
    "la poste": f"{HEADS[4]}\n\n{{plain}}",
    "iphone": "> Le 23 nov. 2026 à 10:05, Mon Asso <contact@asso.example> a écrit :\n> \n{quoted}",
    "samsung": "-------- Message d'origine --------\nDe : Mon Asso <contact@asso.example>\nDate : 23/11/2026 10:05 (GMT+01:00)\nÀ : alice@home.example\nObjet : [#1] Question\n\n{plain}",
    "yahoo": "    Le lundi 23 novembre 2026 à 10:05:00 UTC+1, Mon Asso <contact@asso.example> a écrit :\n\n{plain}",
    "orange": '> Message du 23/11/26 10:05\n> De : "Mon Asso" <contact@asso.example>\n> A : alice@home.example\n> Copie à :\n> Objet : [#1] Question\n>\n{quoted}',
    "thunderbird": "Le 23/11/2026 à 10:05, Mon Asso a écrit :\n{quoted}",
    "proton": f"Envoyé avec la messagerie sécurisée Proton Mail.\n\n------- Message d'origine -------\n{WROTE}\n\n{{quoted}}",
}
IN_HTML = {
    "gmail": UNDER.replace(f"{ABOVE}<br>#1 internal<br>{THREAD}", "{html}"),
    "outlook": '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De :</b> Mon Asso &lt;contact@asso.example&gt;<br><b>Envoyé :</b> lundi 23 novembre 2026 09:12<br><b>À :</b> alice@home.example<br><b>Objet :</b> [#1] Question</p></div></div><p class="MsoNormal">{html}</p>',
    "outlook on the web": '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>De :</b> Mon Asso &lt;contact@asso.example&gt;<br><b>À :</b> alice@home.example</font></div><div>{html}</div>',
    "apple mail": '<div><br><blockquote type="cite"><div>Le 23 nov. 2026 à 09:12, Mon Asso &lt;contact@asso.example&gt; a écrit :</div><br class="Apple-interchange-newline"><div>{html}</div></blockquote></div>',
    "yahoo": '<div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div>Le lundi 23 novembre 2026 à 10:05:00 UTC+1, Mon Asso &lt;contact@asso.example&gt; a écrit : </div><div>{html}</div></div>',
    "thunderbird": '<div class="moz-cite-prefix">Le 23/11/2026 à 09:12, Mon Asso a écrit :<br></div><blockquote type="cite" cite="mid:x@asso.example">{html}</blockquote>',
}
NOTICE = (
    f"{ABOVE}\nÉcrivez au-dessus de cette ligne pour répondre.\n\n#1, Question, avec Marie <marie@example.org>\n\n"
    "Bob a noté pour l’équipe, le 23 novembre 2026 à 09:00 :\n\nINTERNE elle doit 30 euros\n\nQuand ?\n\n"
    "Vous avez choisi de recevoir ceci de contact@asso.example.\n\nLe fil : https://matrix.to/#/!room:example.org/$x"
)
LINES_OF = st.sampled_from(
    (
        "Bonjour Marie,", "C’est oui pour lundi.", "Le programme :", "Lundi : judo", "Date : lundi 12 mai", "De : 9 h",
        "À : 12 h", "Objet : la salle", "---", "--", "***", "____", "> Est-ce ouvert ?", "> lundi", "1. un", "- deux",
        "https://a.example/x?id=4) voir", "Le 12 novembre 2026, Paul a écrit :", "La mairie écrit :",
        "-----Message d'origine-----", "De : Mairie <m@ville.example>", "Il a dit que non.", "x@ville.example :", "...",
        "Rendez-vous le 12/11 à 10h30 :", "From: 9 am", "Sent: Monday", "[1] une note", "*gras*", "Tarif (2026) : 30 €",
    )
)  # fmt: skip
PARAGRAPHS = st.lists(st.lists(LINES_OF, min_size=1, max_size=4).map("\n".join), min_size=1, max_size=5).map(
    "\n\n".join
)


def lines_of(words: str) -> list[str]:
    """What says something, as it compares."""
    bare = ("".join(letter for letter in line if letter.isalnum()) for line in words.split("\n"))
    return [line for line in bare if line]


def missing(words: str, *, there: str) -> str:
    """The lines of one that are not in the other, and the rules under which they may be a signature; a program's line
    above a quotation says nothing by itself."""
    whole = "".join(lines_of(there))
    lines = (line for line in words.split("\n") if line == "--" or "".join(lines_of(line)) not in whole)
    return "\n".join(line for line in lines if "Message d'origine" not in line)


def holds(mail: Mail, words: str) -> None:
    found = answer_words(mail)
    assert "INTERNE" not in found.text and "matrix.to" not in found.text and "alice@home" not in found.text
    assert "contact@" not in found.text and ABOVE not in found.text
    # A greeting or a signature alone is missed by nobody.
    if own_words(words, mail.from_) is not Own.NONE:
        assert own_words(missing(words, there=found.text), mail.from_) is Own.NONE, found
    if found.why is None:
        assert own_words(missing(found.text, there=words), mail.from_) is Own.NONE, found


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(CLIENTS)), PARAGRAPHS)
def test_whatever_was_written_leaves_as_it_is_or_waits_whole(client: str, words: str) -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["In-Reply-To"] = "Alice <alice@home.example>", "Re: [#1]", "<t@asso.example>"
    quoted = "\n".join(f"> {line}" for line in NOTICE.split("\n"))
    made.set_content(f"{words}\n\n{CLIENTS[client].format(quoted=quoted, plain=NOTICE)}\n")
    holds(read_bytes(made.as_bytes()).mail, words)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(IN_HTML)), PARAGRAPHS)
def test_so_it_does_in_html(client: str, words: str) -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["In-Reply-To"] = "Alice <alice@home.example>", "Re: [#1]", "<t@asso.example>"
    shown = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in words.split("\n"))
    under = IN_HTML[client].format(html=escape(NOTICE).replace("\n", "<br>"))
    made.set_content(f"<html><body>{shown}<div><br></div>{under}</body></html>", subtype="html")
    holds(read_bytes(made.as_bytes()).mail, words)


@settings(max_examples=200, deadline=None)
@given(PARAGRAPHS)
def test_so_it_does_below_the_quoted_lines(words: str) -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["In-Reply-To"] = "Alice <alice@home.example>", "Re: [#1]", "<t@asso.example>"
    quoted = "\n".join(f"> {line}" for line in NOTICE.split("\n"))
    made.set_content(f"{CLIENTS['thunderbird'].format(quoted=quoted)}\n\n{words}\n")
    found = answer_words(mail := read_bytes(made.as_bytes()).mail)
    assert "INTERNE" not in found.text and "matrix.to" not in found.text
    # Lines that they marked as quoted there are nobody's for sure.
    words = "\n".join(line for line in words.split("\n") if not line.startswith(">"))
    if found.why is None and own_words(words, mail.from_) is not Own.NONE:
        assert own_words(missing(found.text, there=words), mail.from_) is Own.NONE, found
        assert own_words(missing(words, there=found.text), mail.from_, is_behind=True) is not Own.WORDS, found


@given(PARAGRAPHS, st.integers(1, 12), st.booleans())
def test_nothing_of_a_notification_whose_mark_was_taken_away_leaves_unasked(words: str, first: int, gone: bool) -> None:
    rest = "\n".join(NOTICE.split("\n")[first:])
    text = f"{words}\n\n{'' if gone else HEADS[0]}\n\n{rest}"
    found = answer_words(Mail(text=text, visible_text=text))
    assert found.why is not None or not found.text
    assert "alice@home" not in found.text and "matrix.to" not in found.text
    assert "INTERNE" not in found.text or first > NOTICE[: NOTICE.index("INTERNE")].count("\n") - 2


@pytest.mark.parametrize("below", [f"\n\n{WROTE}\n{QUOTED}", ""])
def test_what_is_too_long_to_be_compared_is_asked_about(below: str) -> None:
    for words in ("oui\n" * 600, "oui, " * 11_000):
        found = answer_words(Mail(text=f"{words}{below}", visible_text=words))
        assert found.why == sentence("mailed.long")
    found = answer_words(Mail(text="oui\n" * 4100 + f"PERDU\n\n{WROTE}\n{QUOTED}", visible_text="oui\n" * 20))
    assert found.why is not None and "PERDU" in found.text
