"""What mail programs make of the answer to a notification: its new words, and nothing of the notification."""

from datetime import UTC, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from bot.domain.marks import ABOVE
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from bot.reader.whole import read_bytes
from tests.fakes.clients import clients

WORDS = "Bonjour Marie,\n\nc’est d’accord pour lundi."
HTML = "Bonjour Marie,<br><br>c’est d’accord pour lundi."
OLD = (
    f"{ABOVE}\nWrite above this line.\n\nMarie Durand wrote in #12:\n\nUne question\n\n"
    "note: elle doit encore 30 €\n\nhttps://matrix.to/#/!room:example.org/$x"
)
OLD_HTML = OLD.replace("\n", "<br>")
CLIENTS = clients(WORDS, HTML, OLD, OLD_HTML)


def said(
    client: str, *, text: bool = True, html: bool = True, subject: str = "Re: #12 Une question", old: str = OLD
) -> object:
    plain, rich = clients(WORDS, HTML, old, old.replace("\n", "<br>"))[client]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "alice@home.example",
        "Mon Asso <contact@asso.example>",
        subject,
    )
    message["In-Reply-To"] = "<t1@asso.example>"
    message.set_content(plain if text else rich, subtype="plain" if text else "html")
    if text and html:
        message.add_alternative(rich, subtype="html")
    mail = read_bytes(message.as_bytes()).mail
    return spoken(mail, datetime(2026, 11, 23, 9, tzinfo=UTC), ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("text", "html"), [(True, True), (True, False), (False, True)])
def test_the_new_words_alone_are_the_answer(client: str, *, text: bool, html: bool) -> None:
    found = said(client, text=text, html=html)
    assert isinstance(found, Spoken) and found.line == "" and not found.is_note
    assert [line for line in found.text.split("\n") if line] == [line for line in WORDS.split("\n") if line], found.text


@pytest.mark.parametrize("client", CLIENTS)
def test_nothing_internal_leaves_whatever_the_subject_says(client: str) -> None:
    """Below a subject of a mail that is passed on, all is kept: there the mark alone tells what is ours."""
    found = said(client, subject="Fwd: Une question")
    assert isinstance(found, Spoken)
    assert "30 €" not in found.text and "matrix.to" not in found.text and ABOVE not in found.text


BANNERS = (
    "CAUTION: This email originated from outside the organization. Do not click links.",
    "ATTENTION : ce courriel provient d'un expéditeur externe.\nNe cliquez pas sur les liens.",
    "[EXTERNAL]",
    "[Externe]",
    "*EXT*",
)
UNKNOWN = ("a webmail that marks nothing", "la poste, orange")
"""The first has a head in Dutch; the other one marks its own as quoted, and not what stands below it."""


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("banner", BANNERS)
@pytest.mark.parametrize(("text", "html"), [(True, True), (True, False), (False, True)])
def test_a_servers_warning_above_the_mark_leaves_with_no_answer(
    client: str, banner: str, *, text: bool, html: bool
) -> None:
    found = said(client, text=text, html=html, old=f"{banner}\n\n{OLD}")
    if client in UNKNOWN and isinstance(found, Unclear):
        assert found.why.key in ("mailed.cut", "mailed.between")
    else:
        assert isinstance(found, Spoken) and client != "a webmail that marks nothing"
        assert [line for line in found.text.split("\n") if line] == [line for line in WORDS.split("\n") if line]


def test_a_head_in_another_language_above_a_warning_in_another_one_is_asked_about() -> None:
    banner = "LET OP: deze e-mail komt van buiten. Klik niet op koppelingen."
    assert isinstance(said("a webmail that marks nothing", old=f"{banner}\n\n{OLD}"), Unclear)


RICH = {
 "outlook link+list": ('Bonjour Marie,\n\nVoici le formulaire<https://asso.example/f?x=1&y=2> et www.asso.example<http://www.asso.example>.\n\n\n  *   lundi 9h\n  *   mardi 10h\n\n\n  1.  un\n  2.  deux\n\nCordialement,\nAlice',
   '<p class="MsoNormal">Bonjour Marie,</p><p>Voici le <a href="https://asso.example/f?x=1&amp;y=2">formulaire</a> et <a href="http://www.asso.example">www.asso.example</a>.</p><ul><li>lundi 9h</li><li>mardi 10h</li></ul><ol><li>un</li><li>deux</li></ol><p>Cordialement,<br>Alice</p>'),
 "gmail bold link table": ('Bonjour *Marie*,\n\nVoir la page <https://a.example/x>.\n\nJour Heure\nlundi 9h\n', '<div>Bonjour <b>Marie</b>,</div><div><br></div><div>Voir <a href="https://a.example/x">la page</a>.</div><br><table><tr><td>Jour</td><td>Heure</td></tr><tr><td>lundi</td><td>9h</td></tr></table>'),
 "image and link": ('Bonjour,\n\n[image: photo.png]\n\nVoir ici <https://a.example/x>\n', '<div>Bonjour,</div><div><img src="cid:x" alt="photo.png"></div><div>Voir <a href="https://a.example/x">ici</a></div>'),
 "outlook image": ('Bonjour,\n\n[cid:image001.png@01DABC]\n\nVoir ici<https://a.example/x>\n', '<p>Bonjour,</p><p><img src="cid:image001.png@01DABC"></p><p>Voir <a href="https://a.example/x">ici</a></p>'),
 "outlook signature link": ('C\'est oui pour lundi.\n\nAlice Martin\nTrésorière\n[cid:logo]\nwww.asso.example<https://www.asso.example>\n06 11 22 33 44', '<p>C\'est oui pour lundi.</p><div id="Signature"><p>Alice Martin</p><p>Trésorière</p><p><img src="cid:logo"></p><p><a href="https://www.asso.example">www.asso.example</a></p><p>06 11 22 33 44</p></div>'),
 "long wrapped": ('Une très longue ligne qui a été coupée par le client de messagerie à soixante\ndouze lettres, comme toujours, avec un lien\n<https://a.example/une/tres/longue/adresse/qui/va/loin> dedans.', '<div>Une très longue ligne qui a été coupée par le client de messagerie à soixante douze lettres, comme toujours, avec <a href="https://a.example/une/tres/longue/adresse/qui/va/loin">un lien</a> dedans.</div>'),
 "mailto": ('Écrivez à marie@x.example<mailto:marie@x.example> ou appelez.', '<div>Écrivez à <a href="mailto:marie@x.example">marie@x.example</a> ou appelez.</div>'),
 "emoji": ('Super 😀 merci !\nVoir https://a.example', '<div>Super <img src="x" alt="😀"> merci !</div><div>Voir <a href="https://a.example">https://a.example</a></div>'),
 "tracking links": ('Voir le site <https://a.example>', '<div>Voir <a href="https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example&amp;data=1">le site</a></div>'),
 "two per line": ('A <https://a.example> et B <https://b.example>.', '<div><a href="https://a.example">A</a> et <a href="https://b.example">B</a>.</div>'),
 "legal": ('C\'est oui, voir ici <https://a.example>.\n\nCe message et ses pièces jointes peuvent contenir des informations confidentielles. Si vous n\'êtes pas le destinataire, merci de le supprimer.', '<div>C\'est oui, voir <a href="https://a.example">ici</a>.</div><p>Ce message et ses pièces jointes peuvent contenir des informations confidentielles. Si vous n\'êtes pas le destinataire, merci de le supprimer.</p>'),
}  # fmt: skip


@pytest.mark.parametrize("client", [one for one in CLIENTS if "marks nothing" not in one])
@pytest.mark.parametrize("case", RICH)
@pytest.mark.parametrize(("text", "html"), [(True, True), (True, False), (False, True)])
def test_what_people_write_in_it_is_not_asked_about(client: str, case: str, *, text: bool, html: bool) -> None:
    """Links, lists, tables, pictures and signatures, which the two parts of a mail say in different ways."""
    plain, rich = CLIENTS[client][0].replace(WORDS, RICH[case][0]), CLIENTS[client][1].replace(HTML, RICH[case][1])
    message = EmailMessage()
    message["From"], message["Subject"] = "Alice Martin <alice@home.example>", "Re: #12 Une question"
    message["In-Reply-To"] = "<t1@asso.example>"
    message.set_content(plain if text else rich, subtype="plain" if text else "html")
    if text and html:
        message.add_alternative(rich, subtype="html")
    found = spoken(read_bytes(message.as_bytes()).mail, datetime(2026, 11, 23, 9, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    assert isinstance(found, Spoken) and found.text and "30 €" not in found.text
    assert "[cid:" not in found.text and "[image" not in found.text


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("Bonjour,\n\n[cid:image001.png@01DABC]\n\nvoici.", "Bonjour,\n\nvoici."),
        ("Voici [image: plan.png] le plan.", "Voici le plan."),
        ("[image: logo.png]\nVoici [inline image] deux fois.", "Voici deux fois."),
        ("Lisez [image](https://a.example), [image] et [cid].", "Lisez [image](https://a.example), [image] et [cid]."),
    ],
)
@pytest.mark.parametrize("client", ["outlook", "gmail", "apple mail"])
def test_what_a_program_writes_in_the_place_of_a_picture_is_no_word(client: str, written: str, leaves: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Alice <alice@home.example>", "Re: #12 Une question"
    message["In-Reply-To"] = "<t1@asso.example>"
    message.set_content(CLIENTS[client][0].replace(WORDS, written))
    found = spoken(read_bytes(message.as_bytes()).mail, datetime(2026, 11, 23, 9, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    assert found == Spoken(leaves)


LINKED = '<p>Payez <a href="https://pay.example/x?id=4">ici</a> ou <a href="https://a.example/">a.example</a>.</p>'


@pytest.mark.parametrize("text", ["", "Payez ici ou a.example."])
def test_the_address_of_a_link_stands_behind_its_words(text: str) -> None:
    """Also where the text part of the client has lost it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "alice@home.example", "contact@asso.example", "Re: #12"
    message["In-Reply-To"] = "<t1@asso.example>"
    html = f'<html><body>{LINKED}<blockquote type="cite">{ABOVE}<br><a href="https://in.example">SECRET</a><br>https://matrix.to/#/!r:in.example/$x</blockquote>'
    if text:
        message.set_content(f"{text}\n\n> {ABOVE}\n> SECRET\n")
        message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    mail = read_bytes(message.as_bytes()).mail
    found = spoken(mail, datetime(2026, 11, 23, 9, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    assert found == Spoken("Payez ici (https://pay.example/x?id=4) ou a.example.")
