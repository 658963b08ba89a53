"""A text part that says no more than that the words are in the HTML part, and one that says something."""

import pytest

from bot.mime.placeholder import is_placeholder
from bot.reader.whole import read_bytes

STUBS = (
    "Your mail client does not support HTML messages.",
    "Your email client doesn't support HTML\n",
    "This is an HTML message. Please use an HTML capable mail reader.",
    "To view the message, please use an HTML compatible email viewer!",
    "This is a multi-part message in MIME format.",
    "Votre client de messagerie ne prend pas en charge les messages HTML.",
    "Votre logiciel de messagerie ne supporte pas le format HTML.",
    "Pour lire ce message, veuillez utiliser un lecteur de courriels compatible HTML.",
)


def raw(text: str) -> bytes:
    return (
        "From: a@example.org\nIn-Reply-To: <x@example.org>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        "--b\nContent-Type: text/html; charset=utf-8\n\n<p>Bonjour,</p><p>voici.</p>\n--b--\n"
    ).encode()


@pytest.mark.parametrize("text", STUBS)
def test_the_words_of_an_answer_are_read_from_the_html(text: str) -> None:
    done = read_bytes(raw(text))
    assert done.text_is_made
    assert done.mail.text.split() == done.mail.visible_text.split() == ["Bonjour,", "voici."]


def test_a_mail_that_begins_a_conversation_keeps_its_text_part() -> None:
    first = raw(STUBS[0]).replace(b"In-Reply-To: <x@example.org>\n", b"")
    assert read_bytes(first).mail.text.strip() == STUBS[0]


@pytest.mark.parametrize("text", STUBS)
def test_alone_it_is_shown(text: str) -> None:
    alone = f"From: a@example.org\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
    assert read_bytes(alone).mail.text.strip() == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nvoici.",
        "HTML",
        "Oui.",
        "",
        "Le message HTML de lundi est faux.",
        "Please send it to Bob in HTML format.",
    ],
)
def test_what_somebody_wrote_is_none(text: str) -> None:
    assert not is_placeholder(text)
