"""A mail is handed over step by step, and each end is known for what it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.adapters.smtp import SmtpAccount, SmtpSubmission, SmtpTimeouts
from bot.demo.servers.smtp_sink import (
    Closing,
    DropAfterDot,
    RefuseMessage,
    RefuseRecipient,
    SlowAnswer,
    SmtpSink,
    Stage,
)
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, SubmitOutcome, TryLater, Unknown
from bot.ports import CredentialsRefused, Unavailable

SENDER = "contact@monasso.org"
MAIL = b"From: contact@monasso.org\r\nTo: b@example.net\r\nSubject: x\r\n\r\n.a dot\r\n..two\r\nend\r\n"
TIMEOUTS = SmtpTimeouts(connect=5, command=5, final=5)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_bytes(MAIL)
    return path


class Phase:
    """Counts how often the caller was told that DATA begins."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        self.count = 0
        self._meanwhile = meanwhile

    async def __call__(self) -> None:
        self.count += 1
        if self._meanwhile is not None:
            await self._meanwhile()


def account(sink: SmtpSink, *, timeouts: SmtpTimeouts = TIMEOUTS, user: str = "", password: str = "") -> SmtpAccount:
    return SmtpAccount(
        host=sink.host,
        port=sink.port,
        security=sink.security,
        user=user,
        password=password,
        trusted=sink.certificate.client_context,
        timeouts=timeouts,
    )


async def submit(
    sink: SmtpSink,
    raw: Path,
    *recipients: str,
    phase: Phase | None = None,
    timeouts: SmtpTimeouts = TIMEOUTS,
) -> SubmitOutcome:
    submission = SmtpSubmission(account(sink, timeouts=timeouts))
    try:
        return await submission.submit(
            sender=SENDER, recipients=recipients or ["b@example.net"], raw=raw, before_data=phase or Phase()
        )
    finally:
        await submission.close()


async def test_the_server_gets_the_very_bytes_that_were_stored(smtp_sink: SmtpSink, raw: Path) -> None:
    outcome = await submit(smtp_sink, raw)
    assert outcome == MailAccepted("2.0.0 ok: queued", accepted=("b@example.net",))
    (received,) = smtp_sink.received
    assert received.raw == MAIL
    assert received.sender == SENDER


async def test_lone_line_ends_become_crlf(smtp_sink: SmtpSink, raw: Path) -> None:
    raw.write_bytes(b"Subject: x\n\n.dot\rlone\r\nno end")
    assert isinstance(await submit(smtp_sink, raw), MailAccepted)
    assert smtp_sink.received[0].raw == b"Subject: x\r\n\r\n.dot\r\nlone\r\nno end\r\n"


async def test_each_recipient_has_an_answer_of_its_own(smtp_sink: SmtpSink, raw: Path) -> None:
    smtp_sink.fail(RefuseRecipient(550, "5.1.1 no such user"), recipient="bad@example.net")
    smtp_sink.fail(RefuseRecipient(450, "4.2.0 greylisted"), recipient="grey@example.net")
    outcome = await submit(smtp_sink, raw, "bad@example.net", "b@example.net", "grey@example.net")
    assert outcome == MailAccepted(
        "2.0.0 ok: queued",
        accepted=("b@example.net",),
        refused=(RecipientAnswer("bad@example.net", 550, "5.1.1 no such user"),),
        deferred=(RecipientAnswer("grey@example.net", 450, "4.2.0 greylisted"),),
    )
    assert smtp_sink.received[0].recipients == ("b@example.net",)


async def test_too_many_recipients_are_deferred_not_refused(smtp_sink: SmtpSink, raw: Path) -> None:
    smtp_sink.fail(RefuseRecipient(552, "5.5.3 too many recipients"), recipient="late@example.net")
    outcome = await submit(smtp_sink, raw, "b@example.net", "late@example.net")
    assert isinstance(outcome, MailAccepted)
    assert [told.address for told in outcome.deferred] == ["late@example.net"]


async def test_all_recipients_refused_is_a_refusal_with_the_first_words(smtp_sink: SmtpSink, raw: Path) -> None:
    smtp_sink.fail(RefuseRecipient(550, "5.1.1 no such user"), recipient="a@example.net")
    smtp_sink.fail(RefuseRecipient(554, "5.7.1 go away"), recipient="b@example.net")
    phase = Phase()
    assert await submit(smtp_sink, raw, "a@example.net", "b@example.net", phase=phase) == Refused(
        "550 5.1.1", "no such user"
    )
    assert phase.count == 0
    assert smtp_sink.received == []


async def test_nobody_accepted_and_one_deferred_is_tried_later(smtp_sink: SmtpSink, raw: Path) -> None:
    smtp_sink.fail(RefuseRecipient(550, "5.1.1 no such user"), recipient="a@example.net")
    smtp_sink.fail(RefuseRecipient(450, "4.2.0 greylisted"), recipient="b@example.net")
    outcome = await submit(smtp_sink, raw, "a@example.net", "b@example.net")
    assert outcome == TryLater("450", "4.2.0 greylisted")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (RefuseMessage(452, "4.3.1 disk full"), TryLater("452", "4.3.1 disk full")),
        (RefuseMessage(554, "5.6.0 refused"), Refused("554 5.6.0", "refused")),
        (RefuseMessage(550, "message refused"), Refused("550", "message refused")),
        # What misconfigured milters answer when they mean "later".
        (RefuseMessage(550, "5.5.0 Service unavailable"), TryLater("550", "5.5.0 Service unavailable")),
        (Closing(at="data"), TryLater("421", "4.3.2 system not accepting network messages")),
    ],
)
async def test_an_answer_to_the_dot_is_definite(
    smtp_sink: SmtpSink, raw: Path, failure: RefuseMessage | Closing, expected: SubmitOutcome
) -> None:
    smtp_sink.fail(failure)
    phase = Phase()
    assert await submit(smtp_sink, raw, phase=phase) == expected
    assert phase.count == 1
    assert smtp_sink.received == []


@pytest.mark.parametrize("keep", [True, False])
async def test_a_connection_that_breaks_after_the_dot_leaves_it_unknown(
    smtp_sink: SmtpSink, raw: Path, keep: bool
) -> None:
    smtp_sink.fail(DropAfterDot(keep=keep))
    assert await submit(smtp_sink, raw) == Unknown("connection_lost")


async def test_no_answer_to_the_dot_in_time_leaves_it_unknown(smtp_sink: SmtpSink, raw: Path) -> None:
    smtp_sink.fail(SlowAnswer(30))
    timeouts = SmtpTimeouts(connect=5, command=5, final=0.3)
    assert await submit(smtp_sink, raw, timeouts=timeouts) == Unknown("timeout")
    assert len(smtp_sink.received) == 1


async def test_a_slow_answer_is_waited_for(smtp_sink: SmtpSink, raw: Path) -> None:
    smtp_sink.fail(SlowAnswer(1.0))
    # `final` alone counts after the dot, however short the others are.
    timeouts = SmtpTimeouts(connect=5, command=0.5, final=20)
    assert isinstance(await submit(smtp_sink, raw, timeouts=timeouts), MailAccepted)


@pytest.mark.parametrize(("stage", "is_outage"), [("greeting", True), ("mail", False), ("rcpt", False)])
async def test_a_server_that_closes_is_tried_later(
    smtp_sink: SmtpSink, raw: Path, stage: Stage, is_outage: bool
) -> None:
    smtp_sink.fail(Closing(at=stage, text="4.3.2 closing"))
    phase = Phase()
    outcome = await submit(smtp_sink, raw, phase=phase)
    assert outcome == TryLater("421", "4.3.2 closing", is_outage=is_outage)
    assert phase.count == 0


async def test_the_caller_is_told_before_data_and_nothing_is_sent_until_then(smtp_sink: SmtpSink, raw: Path) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.append(len(smtp_sink.received))

    await submit(smtp_sink, raw, phase=Phase(look))
    assert seen == [0]
    assert len(smtp_sink.received) == 1


async def test_a_caller_that_fails_before_data_sends_nothing(smtp_sink: SmtpSink, raw: Path) -> None:
    async def fail() -> None:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError, match="the database is away"):
        await submit(smtp_sink, raw, phase=Phase(fail))
    assert smtp_sink.received == []
    assert isinstance(await submit(smtp_sink, raw), MailAccepted)


async def test_a_cancelled_submission_sends_nothing_more(smtp_sink: SmtpSink, raw: Path) -> None:
    reached = asyncio.Event()

    async def hang() -> None:
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(submit(smtp_sink, raw, phase=Phase(hang)))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert smtp_sink.received == []


async def test_a_server_that_is_not_there_is_an_outage(raw: Path) -> None:
    async with SmtpSink.started() as sink:
        await sink.stop()
        assert await submit(sink, raw) == TryLater("refused", is_outage=True)


async def test_a_name_that_does_not_exist_is_an_outage(raw: Path) -> None:
    submission = SmtpSubmission(SmtpAccount("smtp.invalid", 25, "none", timeouts=TIMEOUTS))
    outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
    assert outcome == TryLater("dns", is_outage=True)
    with pytest.raises(Unavailable, match="dns"):
        await submission.check()


# --- connection


async def test_one_connection_serves_mails_that_follow_shortly(smtp_sink: SmtpSink, raw: Path) -> None:
    submission = SmtpSubmission(account(smtp_sink))
    for recipient in ("a@example.net", "b@example.net", "c@example.net"):
        outcome = await submission.submit(sender=SENDER, recipients=[recipient], raw=raw, before_data=Phase())
        assert isinstance(outcome, MailAccepted)
    await submission.close()
    assert smtp_sink.connections == 1
    assert [mail.recipients for mail in smtp_sink.received] == [
        ("a@example.net",),
        ("b@example.net",),
        ("c@example.net",),
    ]


async def test_a_refused_mail_does_not_spoil_the_next_on_the_same_connection(smtp_sink: SmtpSink, raw: Path) -> None:
    submission = SmtpSubmission(account(smtp_sink))
    smtp_sink.fail(RefuseRecipient(550, "5.1.1 no"), recipient="bad@example.net")
    smtp_sink.fail(RefuseMessage(554, "5.6.0 no"), recipient="worse@example.net")
    outcomes = [
        await submission.submit(sender=SENDER, recipients=[recipient], raw=raw, before_data=Phase())
        for recipient in ("bad@example.net", "worse@example.net", "b@example.net")
    ]
    await submission.close()
    assert [type(outcome) for outcome in outcomes] == [Refused, Refused, MailAccepted]
    assert smtp_sink.connections == 1
    assert smtp_sink.received[0].recipients == ("b@example.net",)


async def test_a_kept_connection_that_the_server_closed_is_replaced(smtp_sink: SmtpSink, raw: Path) -> None:
    submission = SmtpSubmission(account(smtp_sink))
    for _ in range(2):
        outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
        assert isinstance(outcome, MailAccepted)
        await smtp_sink.stop()
        await smtp_sink.start()
    await submission.close()
    assert smtp_sink.connections == 2


async def test_a_421_on_a_kept_connection_is_no_reason_to_wait(smtp_sink: SmtpSink, raw: Path) -> None:
    submission = SmtpSubmission(account(smtp_sink))
    await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
    smtp_sink.fail(Closing(at="mail", text="4.4.2 idle too long"))
    outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
    await submission.close()
    assert isinstance(outcome, MailAccepted)
    assert smtp_sink.connections == 2


async def test_mails_at_the_same_time_do_not_wait_for_one_another(smtp_sink: SmtpSink, raw: Path) -> None:
    submission = SmtpSubmission(account(smtp_sink))
    both = asyncio.Barrier(2)

    async def meet() -> None:
        async with asyncio.timeout(20):
            await both.wait()

    outcomes = await asyncio.gather(
        *(
            submission.submit(sender=SENDER, recipients=[recipient], raw=raw, before_data=meet)
            for recipient in ("a@example.net", "b@example.net")
        )
    )
    await submission.close()
    assert all(isinstance(outcome, MailAccepted) for outcome in outcomes)


# --- TLS and login


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mail_goes_under_tls_with_a_login(raw: Path, security: str) -> None:
    async with SmtpSink.started(security=security, login=("user", "pässword")) as sink:  # type: ignore[arg-type]
        submission = SmtpSubmission(account(sink, user="user", password="pässword"))
        await submission.check()
        outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
        await submission.close()
    assert isinstance(outcome, MailAccepted)
    assert sink.received[0].tls
    assert sink.received[0].user == "user"


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(raw: Path, security: str) -> None:
    async with SmtpSink.started(security=security) as sink:  # type: ignore[arg-type]
        submission = SmtpSubmission(SmtpAccount(sink.host, sink.port, sink.security, timeouts=TIMEOUTS))
        outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
        assert outcome == TryLater("certificate", is_outage=True)
        with pytest.raises(Unavailable, match="certificate"):
            await submission.check()


async def test_starttls_is_never_given_up_for_clear_text(smtp_sink: SmtpSink, raw: Path) -> None:
    wanted = SmtpAccount(smtp_sink.host, smtp_sink.port, "starttls", timeouts=TIMEOUTS)
    submission = SmtpSubmission(wanted)
    outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
    assert outcome == TryLater("starttls_not_offered", is_outage=True)
    assert smtp_sink.received == []


async def test_a_refused_password_is_an_outage_and_no_failure_of_the_mail(raw: Path) -> None:
    async with SmtpSink.started(login=("user", "right")) as sink:
        submission = SmtpSubmission(account(sink, user="user", password="wrong"))
        outcome = await submission.submit(sender=SENDER, recipients=["b@example.net"], raw=raw, before_data=Phase())
        assert isinstance(outcome, TryLater)
        assert (outcome.reason, outcome.is_outage) == ("credentials", True)
        assert "535" not in outcome.reason
        with pytest.raises(CredentialsRefused):
            await submission.check()


async def test_a_login_that_is_missing_is_an_outage(raw: Path) -> None:
    async with SmtpSink.started(login=("user", "right")) as sink:
        outcome = await submit(sink, raw)
        assert isinstance(outcome, TryLater)
        assert (outcome.reason, outcome.is_outage) == ("credentials", True)


def test_a_password_is_not_printed() -> None:
    assert "secret" not in repr(SmtpAccount("h", 25, "none", user="me@secret.org", password="secret"))
