"""The SMTP sink fails as it is told."""

from __future__ import annotations

import asyncio
import smtplib
import time

import pytest

from bot.demo.servers.smtp_sink import (
    Closing,
    DropAfterDot,
    RefuseMessage,
    RefuseRecipient,
    SlowAnswer,
    SmtpSink,
    Stage,
)

MAIL = b"From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\n\r\n.a dot\r\n"


async def _send(sink: SmtpSink, *recipients: str, timeout: float = 20) -> dict[str, tuple[int, bytes]]:
    def send() -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP(sink.host, sink.port, timeout=timeout) as client:
            return client.sendmail("a@example.org", list(recipients) or ["b@example.net"], MAIL)

    return await asyncio.to_thread(send)


async def test_it_keeps_the_bytes_and_hands_them_on_with_a_return_path() -> None:
    delivered: list[tuple[str, bytes]] = []

    async def deliver(recipient: str, raw: bytes) -> None:
        delivered.append((recipient, raw))

    async with SmtpSink.started(deliver=deliver) as sink:
        await _send(sink)
        received = await sink.wait_for(lambda mail: "b@example.net" in mail.recipients, what="the mail")
    assert received.raw == MAIL
    ((recipient, raw),) = delivered
    assert recipient == "b@example.net"
    assert raw.startswith(b"Return-Path: <a@example.org>\r\n")
    assert raw.endswith(MAIL)


async def test_a_recipient_is_refused_and_the_others_get_the_mail(smtp_sink: SmtpSink) -> None:
    smtp_sink.fail(RefuseRecipient(450, "4.2.0 greylisted"), recipient="grey@example.net")
    refused = await _send(smtp_sink, "grey@example.net", "b@example.net")
    assert refused == {"grey@example.net": (450, b"4.2.0 greylisted")}
    assert smtp_sink.received[0].recipients == ("b@example.net",)
    assert await _send(smtp_sink, "grey@example.net") == {}


@pytest.mark.parametrize("code", [452, 554])
async def test_a_message_is_refused_after_the_dot(smtp_sink: SmtpSink, code: int) -> None:
    smtp_sink.fail(RefuseMessage(code, "no"))
    with pytest.raises(smtplib.SMTPDataError) as caught:
        await _send(smtp_sink)
    assert caught.value.smtp_code == code
    assert smtp_sink.received == []
    attempt = await smtp_sink.wait_for_attempt(lambda attempt: attempt.stage == "data", what="the refusal")
    assert attempt.answer == f"{code} no"


@pytest.mark.parametrize("keep", [True, False])
async def test_the_connection_breaks_after_the_dot(smtp_sink: SmtpSink, keep: bool) -> None:
    smtp_sink.fail(DropAfterDot(keep=keep))
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        await _send(smtp_sink)
    assert len(smtp_sink.received) == keep


async def test_a_slow_answer_comes_after_the_mail_was_taken(smtp_sink: SmtpSink) -> None:
    smtp_sink.fail(SlowAnswer(0.4))
    sending = asyncio.create_task(_send(smtp_sink))
    received = await smtp_sink.wait_for(lambda _: True, what="the mail")
    assert not sending.done()
    await sending
    assert time.monotonic() - received.at >= 0.4


@pytest.mark.parametrize("stage", ["greeting", "mail", "rcpt", "data"])
async def test_it_says_421_and_closes(smtp_sink: SmtpSink, stage: Stage) -> None:
    smtp_sink.fail(Closing(at=stage))
    with pytest.raises((smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)) as caught:
        await _send(smtp_sink)
    assert "421" in str(caught.value)
    assert smtp_sink.attempts[-1].stage == stage
    assert await _send(smtp_sink) == {}


async def test_it_is_away_and_comes_back(smtp_sink: SmtpSink) -> None:
    await smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        await _send(smtp_sink)
    await smtp_sink.start()
    assert await _send(smtp_sink) == {}


async def test_it_asks_for_starttls_and_a_login() -> None:
    async with SmtpSink.started(security="starttls", login=("user", "secret")) as sink:

        def send() -> None:
            with smtplib.SMTP("localhost", sink.port, timeout=20) as client:
                client.ehlo()
                assert client.mail("a@example.org")[0] == 530
                client.starttls(context=sink.certificate.client_context())
                client.login("user", "secret")
                client.sendmail("a@example.org", ["b@example.net"], MAIL)

        await asyncio.to_thread(send)
        assert [(mail.tls, mail.user) for mail in sink.received] == [(True, "user")]
        with pytest.raises(smtplib.SMTPException):
            await _send(sink)


async def test_it_speaks_tls_from_the_first_byte() -> None:
    async with SmtpSink.started(security="tls") as sink:

        def send() -> None:
            context = sink.certificate.client_context()
            with smtplib.SMTP_SSL("localhost", sink.port, timeout=20, context=context) as client:
                client.sendmail("a@example.org", ["b@example.net"], MAIL)

        await asyncio.to_thread(send)
        assert sink.received[0].tls
