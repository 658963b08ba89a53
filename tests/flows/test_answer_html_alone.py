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
