"""Which parts of a mail are posted as files, through the whole flow on a real database."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from tests.fakes.house import House
from tests.fakes.writing import mail

NOW = (0.0, 16.0)


def _with_parts(*parts: tuple[str, str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann <ann@example.org>", "contact@asso.example", "Signed"
    message["Message-ID"] = "<signed@example.org>"
    message.set_content("Hello.\n")
    for content_type, name in parts:
        maintype, subtype = content_type.split("/")
        message.add_attachment(name.encode(), maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


async def _posted_files(folder: Path, raw: bytes) -> list[str]:
    house = House(folder)
    await house.open()
    try:
        house.provider.deliver(raw)
        await house.settle(NOW)
        return [str(posted.content["filename"]) for posted in house.homeserver.of_kind("attachment")]
    finally:
        await house.close()


async def test_signatures_are_not_posted_as_files(tmp_path: Path) -> None:
    raw = _with_parts(
        ("application/pdf", "bill.pdf"),
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/pgp-signature", "signature.asc"),
        ("application/pgp-keys", "key.asc"),
    )

    assert await _posted_files(tmp_path, raw) == ["bill.pdf", "key.asc"]


async def test_what_a_report_says_to_machines_is_not_posted(tmp_path: Path) -> None:
    raw = _with_parts(("text/rfc822-headers", "headers.txt"), ("text/plain", "notes.txt"))

    assert await _posted_files(tmp_path, raw) == ["notes.txt"]


async def test_a_mail_with_nothing_but_words_has_no_file(tmp_path: Path) -> None:
    assert await _posted_files(tmp_path, mail()) == []
