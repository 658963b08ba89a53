"""Answers in HTML without a text part, as Outlook on the web, GMX and Orange send them: what a reader sees leaves."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.house import MAILBOX, House
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import told
from tests.flows.test_answer_of_phones import made
from tests.flows.test_notices import words_of


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


def as_outlook(one: EmailMessage, words: str, below: str = "") -> str:
    head = (
        "<b>De :</b> Mon Asso &lt;contact@asso.example&gt;<br><b>Envoyé :</b> lundi 23 novembre 2026 09:12<br>"
        "<b>À :</b> Alice Martin &lt;alice@home.example&gt;<br><b>Objet :</b> [#1] Question"
    )
    return (
        f'<html><body><div class="elementToProof">{words}</div>{below}<div id="appendonsend"></div>'
        f'<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>{head}</font>'
        f"<div>&nbsp;</div></div><div>{words_of(one, 'html')}</div></body></html>"
    )


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (
            "Bonjour,<ol><li>Oui, il en faut un.</li><li>30 €</li></ol>Le point 2 vaut par an.",
            ("1. Oui, il", "2. 30 €"),
        ),
        ('Bonjour,<ol start="2"><li>30 €</li></ol>', ("2. 30 €",)),
        ('Bonjour,<ol type="A"><li>Oui</li><li>Non</li></ol>', ("A. Oui", "B. Non")),
        ('Bonjour,<ol style="list-style-type:lower-roman"><li>Oui</li><li>Non</li></ol>', ("i. Oui", "ii. Non")),
    ],
)
async def test_the_numbers_of_a_list_leave_with_it(house: House, html: str, lines: tuple[str, ...]) -> None:
    one = await told(house)
    count = len(left(house))
    await comes(house, made(one, "", as_outlook(one, html)))
    ((_, said),) = left(house)[count:]
    assert all(f"\n{line}" in said for line in lines), said
    assert "- " not in said.partition("\n\n>")[0].partition("\nOn ")[0]


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour Marie, {} pour lundi.",
        "{}",
        "Bonjour Marie,<br><br>à lundi<br>{}",
    ],
)
async def test_a_picture_that_is_an_emoji_leaves_as_one(house: House, words: str) -> None:
    one = await told(house)
    count = len(left(house))
    picture = '<img data-emoji="👍" alt="👍" src="https://fonts.gstatic.com/s/e/notoemoji/15.0/1f44d/72.png">'
    await comes(house, made(one, "", as_outlook(one, words.format(picture))))
    ((_, said),) = left(house)[count:]
    assert "👍" in said, shown(house)[-1]


MARKED = {
    "outlook": '<div id="Signature" class="elementToProof"><p>{}</p></div>',
    "gmail": '<br><div><br></div>-- <br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr">{}</div></div>',
    "gmail, without a delimiter": '<br><div dir="ltr" class="gmail_signature">{}</div>',
    "thunderbird": '<div class="moz-signature">-- <br>{}</div>',
}  # fmt: skip


@pytest.mark.parametrize("program", MARKED)
@pytest.mark.parametrize(
    "signature",
    [
        "Alice Martin<br>Trésorière<br>Mon Asso", "Alice Martin<br>Mon Asso", "Alice Martin<br>Membre du CA",
        "Cordialement,<br><br>Alice Martin<br>Présidente<br>Mon Asso<br>www.asso.example",
        "Alice Martin<br>Mon Asso<br>« Seul on va plus vite, ensemble on va plus loin »",
    ],
)  # fmt: skip
async def test_what_the_program_marks_as_a_signature_asks_nothing(house: House, program: str, signature: str) -> None:
    one = await told(house)
    count = len(left(house))
    words = "Bonjour Marie,<br><br>c'est oui pour lundi."
    await comes(house, made(one, "", as_outlook(one, words, MARKED[program].format(signature))))
    ((_, said),) = left(house)[count:]
    assert "c'est oui pour lundi." in said and "Mon Asso" not in said.partition("\nOn ")[0]


@pytest.mark.parametrize("program", MARKED)
@pytest.mark.parametrize(
    "words",
    [
        "Alice Martin<br>PS : venez avec votre fils", "Alice Martin<br><br>Venez lundi à 18 h.", "Lundi 18 h", "30 € par an",
        "Alice Martin<br>Apportez le certificat médical, merci", "Cours annulé", "Alice Martin<br>mardi", "Alice<br>Entrée : 5 €",
    ],
)  # fmt: skip
async def test_words_of_the_letter_inside_of_it_are_not_lost(house: House, program: str, words: str) -> None:
    one = await told(house)
    count = len(left(house))
    letter = "Bonjour Marie,<br><br>c'est oui."
    await comes(house, made(one, "", as_outlook(one, letter, MARKED[program].format(words))))
    last = words.rpartition("<br>")[2]
    sent = left(house)[count:]
    assert (sent and last in sent[0][1]) or last in shown(house)[-1]
