"""`@fwd`: the header that clients copy above a forwarded mail, and the attached mail."""

import time
from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.domain.mail import Address, PassedOn
from bot.mime.read import read_mail

MARIE = Address("Marie Durand", "marie@example.org")

GMAIL = """@fwd
Peux-tu lui répondre ?

---------- Forwarded message ---------
From: Marie Durand <marie@example.org>
Date: Mon, Nov 23, 2026 at 9:00 AM
Subject: Adhésion
To: Alice <alice@asso.example>

Bonjour,
une question.
"""
GMAIL_FR = GMAIL.replace("From:", "De :").replace("Subject:", "Objet :").replace("To:", "À :")
OUTLOOK = """@FWD

Peux-tu lui répondre ?
________________________________
From: Marie Durand <marie@example.org>
Sent: Monday, November 23, 2026 9:00 AM
To: Alice <alice@asso.example>; Bob <bob@asso.example>
Subject: Adhésion

Bonjour,
une question.
"""
OUTLOOK_FR = """@fwd
Peux-tu lui répondre ?
De : Marie Durand [mailto:marie@example.org]
Envoyé : lundi 23 novembre 2026 09:00
À : Alice
Objet : Adhésion

Bonjour,
une question.
"""
APPLE = """@fwd
Peux-tu lui répondre ?

Begin forwarded message:

> From: Marie Durand <marie@example.org>
> Subject: Adhésion
> Date: 23 November 2026 at 09:00:00 CET
> To: alice@asso.example
> Reply-To: Marie Durand <marie@example.org>
>
> Bonjour,
> une question.
"""
THUNDERBIRD_FR = """

@fwd
Peux-tu lui répondre ?

-------- Message transféré --------
Sujet : \tAdhésion
Date : \tMon, 23 Nov 2026 09:00:00 +0100
De : \tMarie Durand <marie@example.org>
Pour : \talice@asso.example

Bonjour,
une question.
"""
STARS = GMAIL.replace("From: Marie Durand <", "*From:* *Marie Durand* <").replace("Date:", "*Date:*")


def mail(text: str, *, attached: EmailMessage | None = None, html: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "alice@asso.example", "contact@asso.example", "Fwd: Adhésion"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    if attached is not None:
        message.add_attachment(attached)
    return message.as_bytes()


def passed(text: str, **more: object) -> PassedOn | None:
    return read_mail(mail(text, **more)).mail.passed_on  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [GMAIL, GMAIL_FR, OUTLOOK, OUTLOOK_FR, APPLE, THUNDERBIRD_FR, STARS])
def test_the_writer_of_the_forwarded_mail_is_found(text: str) -> None:
    found = passed(text)
    assert found == PassedOn(MARIE, "Adhésion", "Bonjour,\nune question.", "Peux-tu lui répondre ?")


@pytest.mark.parametrize(
    ("first", "beside"),
    [("@FWD", ""), ("@fwd:", ""), ("@fwd :", ""), ("@fwd please", "please"), ("@fwd: de Marie", "de Marie")],
)
def test_a_colon_and_words_on_its_line_are_those_of_whoever_passes_it_on(first: str, beside: str) -> None:
    plain, found = passed(GMAIL), passed(GMAIL.replace("@fwd", first, 1))
    assert plain is not None
    assert found == replace(plain, beside=f"{beside}\n{plain.beside}" if beside else plain.beside)
    nobody = passed(f"{first}\n")
    assert nobody is not None and (nobody.from_.address, nobody.beside) == ("", beside)


def test_of_a_chain_the_newest_writer_counts() -> None:
    chain = GMAIL + "\nFrom: Eve <eve@evil.example>\nDate: before\nSubject: other\nTo: Marie\n\nOld words.\n"
    found = passed(chain)
    assert found is not None and found.from_ == MARIE and "Old words." in found.text


def test_an_attached_mail_counts_where_no_header_is_copied() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Marie Durand <marie@example.org>", "Adhésion"
    inner.set_content("Bonjour,\nune question.\n")
    assert passed("@fwd\nVoici.\n", attached=inner) == PassedOn(MARIE, "Adhésion", "Bonjour,\nune question.", "Voici.")
    found = passed(GMAIL.replace("marie@", "claire@"), attached=inner)
    assert found is not None and found.from_.address == "claire@example.org"


def test_without_a_writer_it_is_known_that_nobody_was_found() -> None:
    for text in ("@fwd\nBonjour\n", "@fwd\n\nFrom: nobody\nSubject: x\nTo: y\n\nz\n", "@fwd\nDe: a@b.example\nmots"):
        found = passed(text)
        assert found is not None and found.from_ == Address("", ""), text


@pytest.mark.parametrize(
    "text", ["Bonjour\n@fwd\n" + GMAIL[5:], "@fwdplease\n", "@fwd@asso.example\n", "> @fwd\n", "@forward\n", ""]
)
def test_other_mails_pass_nothing_on(text: str) -> None:
    assert passed(text) is None


def test_html_alone_is_read_as_its_text() -> None:
    lines = "".join(f"<div>{line or '<br>'}</div>" for line in GMAIL.replace("<", "&lt;").split("\n"))
    message = EmailMessage()
    message["From"], message["Subject"] = "alice@asso.example", "Fwd: Adhésion"
    message.set_content(f"<html><body>{lines}</body></html>", subtype="html")
    found = read_mail(message.as_bytes()).mail.passed_on
    assert found is not None and (found.from_, found.subject) == (MARIE, "Adhésion")


@pytest.mark.parametrize("line", ["-" * 200_000, "From: " + "a" * 200_000, "From: " + "<" * 200_000, "*" * 200_000])
def test_hostile_lines_are_read_in_no_time(line: str) -> None:
    begin = time.process_time()
    passed(f"@fwd\n{line}\n" * 3)
    assert time.process_time() - begin < 5.0
