"""What a mail is to those who read it: words, a receipt, a reaction, an absence note, a newsletter."""

from pathlib import Path

import pytest

from bot.domain.mail import Mail, Nature
from bot.reader.whole import read_bytes

MET = Path(__file__).parent / "met"
"""Mails as people met them, made up after public reports."""


def met(name: str) -> Mail:
    return read_bytes((MET / f"{name}.eml").read_bytes()).mail


def read(head: str, body: str = "Words.") -> Mail:
    return read_bytes(f"{head}\n\n{body}\n".encode()).mail


@pytest.mark.parametrize("name", ["human_subject_like_auto_1", "human_subject_like_auto_4"])
def test_a_subject_alone_proves_nothing(name: str) -> None:
    mail = met(name)
    assert (mail.nature, mail.is_auto_reply) == (Nature.MESSAGE, False)


@pytest.mark.parametrize("name", ["helpdesk_agent_auto_generated", "contact_form_auto_generated"])
def test_words_that_a_program_sent_are_words_and_no_robot_answers_them(name: str) -> None:
    mail = met(name)
    assert (mail.nature, mail.is_auto_reply) == (Nature.MESSAGE, True)


def test_a_mail_deleted_unread_is_a_receipt_and_no_refusal() -> None:
    mail = met("mdn_not_read")
    assert (mail.nature, mail.is_bounce) == (Nature.DELETED_UNREAD, False)


def test_a_filter_that_refuses_by_a_receipt_is_a_bounce() -> None:
    raw = (
        (MET / "mdn_not_read.eml").read_bytes().replace(b"a \xc3\xa9t\xc3\xa9 supprim\xc3\xa9", b"550 5.7.1 rejected,")
    )
    assert read_bytes(raw).mail.is_bounce


def test_a_reaction_of_gmail_is_its_emoji_without_a_file() -> None:
    mail = met("gmail_reaction")
    assert (mail.nature, mail.reaction, mail.attachments) == (Nature.REACTION, "👍", ())


@pytest.mark.parametrize("body", ["not json", '{"emoji": 5}', '{"emoji": "<b>buy</b>"}', "[" * 4000])
def test_a_reaction_that_says_no_emoji_is_a_mail(body: str) -> None:
    head = "From: a@x.example\nContent-Type: text/vnd.google.email-reaction+json"
    assert read(head, body).nature is Nature.MESSAGE


OUTLOOK = "From: Ann Lee <ann@x.example>\nIn-Reply-To: <ours@y.example>"


@pytest.mark.parametrize(
    "body",
    [
        "👍 Ann Lee reacted to your message:\n\nFrom: us\nSent: Monday\n",
        "Ann Lee reacted to your message:\n❤️\n",
        "🎉 Ann Lee a réagi à votre message :\n",
    ],
)
def test_a_reaction_of_outlook_is_known_by_its_first_line(body: str) -> None:
    assert read(OUTLOOK, body).nature is Nature.REACTION


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (OUTLOOK, "My boss reacted to your message: he is happy.\n"),
        (OUTLOOK, "Ann Lee reacted to your message\n"),
        ("From: Ann Lee <ann@x.example>", "👍 Ann Lee reacted to your message:\n"),
    ],
)
def test_words_about_a_reaction_are_words(head: str, body: str) -> None:
    assert read(head, body).nature is Nature.MESSAGE


ABSENT = [
    "Auto-Submitted: auto-replied\nSubject: Re: hello",
    "X-Autoreply: yes\nSubject: hello",
    "Subject: Automatic reply: hello\nIn-Reply-To: <ours@y.example>",
    "Subject: Réponse automatique : hello\nX-Auto-Response-Suppress: All",
    "Subject: Out of office\nIn-Reply-To: <ours@y.example>\nAuto-Submitted: auto-generated",
]
PRESENT = [
    "Subject: Automatic reply wanted",
    "Subject: Réponse automatique : comment faire ?",
    "Subject: Auto: Schaden\nIn-Reply-To: <ours@y.example>",
    "Subject: Absence du bureau de vote\nAuto-Submitted: auto-generated",
    "Subject: Abwesender Spieler\nIn-Reply-To: <o@y.example>\nAuto-Submitted: auto-generated",
    "Subject: Autoreplying machines for sale\nIn-Reply-To: <o@y.example>",
    "Subject: Re: Automatic reply: hello\nIn-Reply-To: <o@y.example>",
]


@pytest.mark.parametrize("head", ABSENT)
def test_an_absence_note_is_one_by_its_headers_or_by_subject_and_another_sign(head: str) -> None:
    mail = read(f"From: a@x.example\n{head}")
    assert (mail.nature, mail.is_auto_reply) == (Nature.ABSENCE, True)


@pytest.mark.parametrize("head", PRESENT)
def test_words_that_begin_like_an_absence_note_are_words(head: str) -> None:
    assert read(f"From: a@x.example\n{head}").nature is Nature.MESSAGE


@pytest.mark.parametrize(
    ("head", "nature"),
    [
        ("From: n@shop.example\nList-Unsubscribe: <mailto:x@shop.example>", Nature.NEWSLETTER),
        ("From: n@shop.example\nPrecedence: bulk\nReply-To: info@mail.shop.example", Nature.NEWSLETTER),
        ("From: n@shop.example\nList-Unsubscribe: <mailto:x@s.example>\nList-Post: NO", Nature.NEWSLETTER),
        ("From: ann@x.example\nList-Unsubscribe: <m>\nList-Post: <mailto:team@l.example>", Nature.MESSAGE),
        ("From: form@host.example\nPrecedence: bulk\nReply-To: visitor@home.example", Nature.MESSAGE),
        ("From: ann@x.example\nPrecedence: list\nList-Id: <team.l.example>", Nature.MESSAGE),
    ],
)
def test_a_newsletter_is_mass_mail_that_is_no_list_and_no_form(head: str, nature: Nature) -> None:
    assert read(head).nature is nature
