"""The demo's stage and mails: what the play is made of, without the bot."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import aiosmtplib

from bot.demo import mails
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import PASSWORD
from bot.demo.servers.synapse import Synapse
from bot.demo.stage import ImapKind, staged

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def _read(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def test_the_mails_are_well_formed_and_in_order_of_time() -> None:
    made = mails.first_mails(NOW)
    assert len({mail.message_id for mail in made}) == len(made) == 14
    dates = [_read(mail.raw)["Date"].datetime for mail in made]
    assert dates == sorted(dates)
    assert dates[-1] < NOW
    for mail in made:
        assert b"\r\n\r\n" in mail.raw
        assert b"\n" not in mail.raw.replace(b"\r\n", b""), mail.message_id
        assert not _read(mail.raw).defects, mail.message_id


def test_the_mails_are_in_several_charsets() -> None:
    charsets = {
        str(part.get_content_charset())
        for mail in mails.first_mails(NOW)
        for part in _read(mail.raw).walk()
        if part.get_content_maintype() == "text"
    }
    assert charsets >= {"iso-8859-1", "windows-1252", "utf-8", "iso-2022-jp"}


def test_an_answer_belongs_to_the_mail_that_it_answers() -> None:
    question = mails.membership_question(NOW)
    answer = _read(mails.answer(question.raw, sender="a@example.org", text="oui").raw)
    assert answer["In-Reply-To"] == f"<{question.message_id}>"
    assert answer["Subject"] == f"Re: {question.subject}"
    second = _read(mails.answer(answer.as_bytes(), sender="a@example.org", text="non", number=2).raw)
    assert str(second["References"]).split() == [f"<{question.message_id}>", answer["Message-ID"]]


def test_a_bounce_is_a_delivery_report_with_the_headers_of_the_mail() -> None:
    sent = mails.membership_question(NOW)
    report = _read(mails.bounce(sent.raw, recipient="gone@example.net").raw)
    assert report.get_content_type() == "multipart/report"
    status = list(report.walk())[2]
    assert status.get_content_type() == "message/delivery-status"
    assert b"Status: 5.1.1" in status.as_bytes()
    assert sent.message_id.encode() in report.as_bytes()


async def test_the_stage_stands_on_dovecot(synapse: Synapse, dovecot: Dovecot) -> None:
    del synapse, dovecot  # asked for since they tell when something is not installed
    await _stand_and_look("dovecot")


async def test_the_stage_stands_on_pymap(synapse: Synapse) -> None:
    del synapse
    await _stand_and_look("pymap")


async def _stand_and_look(imap: ImapKind) -> None:
    heard: list[tuple[str, str]] = []
    async with staged(imap=imap, heard=lambda what, who: heard.append((what, who))) as stage:
        folder: Path = stage.folder
        invited = await stage.alice.state(stage.room, "m.room.member", stage.bot_id)
        assert invited["membership"] == "invite"
        members = await stage.bob.joined_members(stage.room)
        assert members == {stage.alice.user_id, stage.bob.user_id}
        check = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
            [sys.executable, "-m", "bot", "check", "-c", str(stage.config)], capture_output=True, text=True, check=False
        )
        assert check.returncode == 0, check.stdout + check.stderr

        reply = (
            f"From: {mails.MAILBOX}\r\nMessage-ID: <r1@monasso.org>\r\nSubject: Re: x\r\n"
            "Content-Type: text/plain\r\n\r\nhello\r\n"
        )
        async with aiosmtplib.SMTP(hostname=stage.sink.host, port=stage.sink.port) as client:
            await client.sendmail(mails.MAILBOX, [mails.MOVED, mails.CAMILLE], reply.encode())
        assert heard == [("bounces", mails.MOVED), ("sent", mails.CAMILLE)]
        (bounced,) = await stage.imap.folder_contents(mails.MAILBOX, "INBOX")
        assert b"r1@monasso.org" in bounced.raw
        (received,) = await stage.imap.folder_contents(mails.CAMILLE, "INBOX")
        assert received.raw.endswith(b"hello\r\n")
        assert PASSWORD in stage.config.read_text()
        assert stage.config.stat().st_mode & 0o077 == 0
    assert not folder.exists()
