"""Answers as programs make them: words in the HTML part alone, struck words, and a photo by itself."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.clients import clients
from tests.fakes.house import MAILBOX, House
from tests.flows.test_answer_by_mail import PROOF, comes, left, shown
from tests.flows.test_answer_inside import NAMES, told
from tests.flows.test_notices import words_of
from tests.flows.test_own_addresses import HERS

STUB = "Your mail client does not support HTML messages."


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


def made(one: EmailMessage, text: str, html: str = "", picture: bytes = b"") -> bytes:
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = f"Alice <{HERS}>", "contact@asso.example", f"Re: {one['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"] = "<a1@home.example>", one["Message-ID"]
    answer["Authentication-Results"] = PROOF[0][1]
    if text:
        answer.set_content(text)
        if html:
            answer.add_alternative(html, subtype="html")
    else:
        answer.set_content(html, subtype="html")
    if picture:
        answer.add_attachment(picture, maintype="image", subtype="png", filename="IMG_1.png", disposition="inline")
    return answer.as_bytes()


def as_by(client: str, one: EmailMessage, words: str, html: str) -> tuple[str, str]:
    return clients(words, html, words_of(one).strip(), words_of(one, "html"))[client]


@pytest.mark.parametrize("client", NAMES)
async def test_where_the_text_part_says_nothing_the_words_of_the_html_leave(house: House, client: str) -> None:
    one = await told(house)
    count = len(left(house))
    await comes(house, made(one, STUB, as_by(client, one, "", "Bonjour,<br><br>c'est oui, à lundi.")[1]))
    ((to, said),) = left(house)[count:]
    assert to == ("marie@example.org",)
    assert said.startswith("Bonjour,\n\nc'est oui, à lundi.")
    assert "support HTML" not in said and "30 €" not in said


@pytest.mark.parametrize("is_both", [True, False])
@pytest.mark.parametrize(
    "struck",
    [
        "<s>lundi</s>",
        "<del>lundi</del>",
        "<strike><b>lundi</b></strike>",
        '<span style="color:red;text-decoration:line-through">lundi</span>',
    ],
)
async def test_struck_words_are_asked_about(house: House, is_both: bool, struck: str) -> None:
    one = await told(house)
    count = len(left(house))
    words, html = "Bonjour,\nle cours est lundi vendredi.", f"Bonjour,<br>le cours est {struck} vendredi."
    text, html = as_by("gmail", one, words, html)
    await comes(house, made(one, text if is_both else "", html))
    assert left(house)[count:] == []
    assert "struck through" in shown(house)[-1] and "vendredi" in shown(house)[-1]


@pytest.mark.parametrize("client", NAMES)
async def test_struck_words_of_what_is_quoted_hold_nothing_back(house: House, client: str) -> None:
    one = await told(house)
    count = len(left(house))
    text, html = as_by(client, one, "Bonjour,\n\nvoici.", "Bonjour,<br><br>voici.")
    assert "Faut-il" in html
    await comes(house, made(one, text, html.replace("Faut-il", "<s>Faut-il</s>")))
    assert len(left(house)) == count + 1


async def test_beside_a_photo_alone_the_line_of_a_phone_is_no_word(house: House) -> None:
    one = await told(house)
    count = len(left(house))
    quoted = "\n".join(f"> {line}" for line in words_of(one).replace("\r\n", "\n").strip().split("\n"))
    head = "Le 23 nov. 2026 à 09:12, Mon Asso <contact@asso.example> a écrit :"
    text = f"\n\nEnvoyé de mon iPhone\n\n{head}\n\n{quoted}\n"
    await comes(house, made(one, text, picture=b"\x89PNG\r\n\x1a\n" + b"x" * 3000))
    ((_, said),) = left(house)[count:]
    assert "iPhone" not in said
    assert b"IMG_1.png" in house.provider.delivered[-1][2]
