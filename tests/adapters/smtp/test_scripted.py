"""What only a strange server does: early answers, odd logins, limits, and breaks in the middle."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.adapters.smtp import SmtpAccount, SmtpSubmission, SmtpTimeouts
from bot.adapters.smtp import submission as submission_module
from bot.domain.credentials import Lack
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, SubmitOutcome, TryLater, Unknown
from bot.ports import CredentialsRefused, NotRead, Unavailable
from tests.adapters.scripted import Peer, ScriptedServer, scripted

TIMEOUTS = SmtpTimeouts(connect=5, command=5, final=5)
Content = Callable[[Peer], Awaitable[None]]


async def swallow(peer: Peer) -> None:
    """Read the content to the dot, and take it."""
    while await peer.line() != ".":
        pass
    await peer.send("250 2.0.0 taken")


@asynccontextmanager
async def server(
    *extensions: str, content: Content = swallow, auth: Content | None = None
) -> AsyncIterator[ScriptedServer]:
    """An SMTP server that agrees to everything, `content` excepted."""

    async def script(peer: Peer) -> None:
        await peer.send("220 mail.example ESMTP")
        while line := await peer.line():
            match line.split(" ")[0]:
                case "EHLO":
                    names = ["mail.example", *extensions]
                    await peer.send(*(f"250-{name}" for name in names[:-1]), f"250 {names[-1]}")
                case "AUTH" if auth is not None:
                    await auth(peer)
                case "DATA":
                    await peer.send("354 go on")
                    await content(peer)
                case "QUIT":
                    await peer.send("221 bye")
                case _:
                    await peer.send("250 2.1.0 ok")

    async with scripted(script) as running:
        yield running


async def submit(
    port: int,
    raw: Path,
    *recipients: str,
    sender: str = "contact@monasso.org",
    timeouts: SmtpTimeouts = TIMEOUTS,
    user: str = "",
) -> SubmitOutcome:
    async def before_data() -> None:
        pass

    submission = SmtpSubmission(SmtpAccount("127.0.0.1", port, "none", user, "secret", timeouts=timeouts))
    try:
        return await submission.submit(
            sender=sender, recipients=recipients or ["b@example.net"], raw=raw, before_data=before_data
        )
    finally:
        await submission.close()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_bytes(b"Subject: x\r\n\r\nbody\r\n")
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.eml"
    path.write_bytes(b"Subject: x\r\n\r\n" + b".0123456789abcdef0123456789abcdef0123456789abcdef\r\n" * 500_000)
    return path


# --- content


async def test_a_large_mail_is_never_in_memory_as_a_whole(large: Path) -> None:
    digest = hashlib.sha256()

    async def content(peer: Peer) -> None:
        tail = b""
        while not tail.endswith(b"\r\n.\r\n"):
            data = await peer.reader.read(65536)
            digest.update(data)
            tail = (tail + data)[-5:]
        await peer.send("250 taken")

    async with server(content=content) as running:
        tracemalloc.start()
        try:
            outcome = await submit(running.port, large)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(outcome, MailAccepted)
    sent = large.read_bytes().replace(b"\r\n.", b"\r\n..") + b".\r\n"
    assert digest.hexdigest() == hashlib.sha256(sent).hexdigest()
    assert peak < 10_000_000


async def test_a_refusal_in_the_middle_of_the_content_is_believed(large: Path) -> None:
    async def content(peer: Peer) -> None:
        await peer.reader.readexactly(100_000)
        await peer.send("552 5.3.4 too big")
        await peer.until_gone()

    async with server(content=content) as running:
        assert await submit(running.port, large) == Refused("552 5.3.4", "too big")


async def test_a_connection_that_breaks_before_the_dot_means_not_sent(large: Path) -> None:
    async def content(peer: Peer) -> None:
        await peer.reader.readexactly(100_000)
        peer.drop()

    async with server(content=content) as running:
        assert await submit(running.port, large) == TryLater("connection_lost")


async def test_a_server_that_takes_no_bytes_for_too_long_is_given_up(large: Path) -> None:
    async def content(peer: Peer) -> None:
        await peer.reader.readexactly(100)
        # Nobody reads on: the buffers on both sides fill up.
        await asyncio.Event().wait()

    async with server(content=content) as running:
        outcome = await submit(running.port, large, timeouts=SmtpTimeouts(connect=5, command=0.3, final=5))
    assert outcome == TryLater("timeout")


async def test_an_answer_that_is_none_leaves_it_unknown(raw: Path) -> None:
    async def content(peer: Peer) -> None:
        while await peer.line() != ".":
            pass
        await peer.send("what?")

    async with server(content=content) as running:
        assert await submit(running.port, raw) == Unknown("bad_answer")


async def test_silence_after_mail_is_tried_later(raw: Path) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("220 hi")
        await peer.line()
        await peer.send("250 mail.example")
        await peer.until_gone()

    async with scripted(script) as running:
        outcome = await submit(running.port, raw, timeouts=SmtpTimeouts(connect=5, command=0.2, final=5))
    assert outcome == TryLater("timeout")


async def test_silence_after_a_recipient_is_tried_later(raw: Path) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("220 hi")
        while not (await peer.line()).startswith("RCPT"):
            await peer.send("250 mail.example")
        await peer.until_gone()

    async with scripted(script) as running:
        outcome = await submit(running.port, raw, timeouts=SmtpTimeouts(connect=5, command=0.2, final=5))
    assert outcome == TryLater("timeout")


@pytest.mark.parametrize("when", ["instead of a yes", "instead of TLS"])
async def test_silence_during_starttls_is_an_outage(raw: Path, when: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("220 hi")
        await peer.line()
        await peer.send("250-mail.example", "250 STARTTLS")
        await peer.line()
        if when == "instead of TLS":
            await peer.send("220 go on")
        await peer.until_gone()

    async with scripted(script) as running:
        timeouts = SmtpTimeouts(connect=0.3, command=5, final=5)
        submission = SmtpSubmission(SmtpAccount("127.0.0.1", running.port, "starttls", timeouts=timeouts))

        async def before_data() -> None:
            raise AssertionError("nothing is sent")

        recipients = ["b@example.net"]
        outcome = await submission.submit(
            sender="contact@monasso.org", recipients=recipients, raw=raw, before_data=before_data
        )
        assert outcome == TryLater("timeout", is_outage=True)
        with pytest.raises(Unavailable, match="timeout"):
            await submission.reach()
        await submission.close()


async def test_a_server_that_takes_its_time_at_each_step_is_known_as_away_within_what_health_promises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each step would be in time: together they are not."""
    monkeypatch.setattr(submission_module, "_REACH_SECONDS", 0.5)

    async def script(peer: Peer) -> None:
        await asyncio.sleep(0.4)
        await peer.send("220 hi")
        await peer.line()
        await asyncio.sleep(0.4)
        await peer.send("250-mail.example", "250 STARTTLS")
        await peer.until_gone()

    async with scripted(script) as running:
        submission = SmtpSubmission(SmtpAccount("127.0.0.1", running.port, "starttls"))
        begun = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable, match="timeout"):
            await submission.reach()
        assert asyncio.get_running_loop().time() - begun < 1.2
        await submission.close()


async def test_silence_instead_of_a_greeting_is_an_outage(raw: Path) -> None:
    async with scripted(Peer.until_gone) as running:
        outcome = await submit(running.port, raw, timeouts=SmtpTimeouts(connect=0.2, command=5, final=5))
    assert outcome == TryLater("timeout", is_outage=True)


async def test_a_server_that_takes_no_mail_at_all_is_an_outage(raw: Path) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("554 5.3.2 no mail here")

    async with scripted(script) as running:
        assert await submit(running.port, raw) == TryLater("554", "5.3.2 no mail here", is_outage=True)


async def test_words_on_several_lines_and_in_no_charset_stay_readable(raw: Path) -> None:
    async def content(peer: Peer) -> None:
        while await peer.line() != ".":
            pass
        await peer.send_bytes(b"554-5.7.1 rejected\r\n554 5.7.1 refus\xe9 \xc3\xa9\r\n")

    async with server(content=content) as running:
        assert await submit(running.port, raw) == Refused("554 5.7.1", "rejected refus\ufffd é")


async def test_an_unused_connection_is_closed_with_a_goodbye(raw: Path) -> None:
    left = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.send("220 hi")
        while line := await peer.line():
            await peer.send("354 go on" if line == "DATA" else "250 ok")
            if line == "DATA":
                await swallow(peer)
        left.set()

    async def before_data() -> None:
        pass

    async with scripted(script) as running:
        submission = SmtpSubmission(
            SmtpAccount("127.0.0.1", running.port, "none", timeouts=TIMEOUTS), keep_seconds=0.05
        )
        await submission.submit(sender="a@b.example", recipients=["c@d.example"], raw=raw, before_data=before_data)
        async with asyncio.timeout(20):
            await left.wait()
    assert running.lines[-2:] == ["QUIT", ""]


# --- envelope


async def test_a_mail_above_the_servers_limit_is_refused_before_it_is_sent(raw: Path) -> None:
    async with server("SIZE 10") as running:
        assert await submit(running.port, raw) == Refused("552 5.3.4", "SIZE 10")
    assert not any(line.startswith("MAIL") for line in running.lines)


async def test_size_and_8bitmime_are_announced(raw: Path) -> None:
    raw.write_bytes("Subject: x\r\n\r\né\r\n".encode())
    async with server("SIZE", "8BITMIME") as running:
        assert isinstance(await submit(running.port, raw), MailAccepted)
    assert "MAIL FROM:<contact@monasso.org> SIZE=18 BODY=8BITMIME" in running.lines


async def test_a_domain_goes_out_as_a_labels(raw: Path) -> None:
    async with server() as running:
        outcome = await submit(running.port, raw, "b@bücher.example", sender="contact@MÜLLER.example")
    assert isinstance(outcome, MailAccepted)
    assert outcome.accepted == ("b@bücher.example",)
    assert "MAIL FROM:<contact@xn--mller-kva.example>" in running.lines
    assert "RCPT TO:<b@xn--bcher-kva.example>" in running.lines


async def test_a_local_part_beyond_ascii_needs_smtputf8(raw: Path) -> None:
    async with server() as running:
        outcome = await submit(running.port, raw, "jörg@example.net", "b@example.net")
        alone = await submit(running.port, raw, "jörg@example.net")
        sender = await submit(running.port, raw, sender="jörg@example.net")
    assert isinstance(outcome, MailAccepted)
    assert outcome.accepted == ("b@example.net",)
    assert outcome.refused == (RecipientAnswer("jörg@example.net", 553, "5.6.7 SMTPUTF8 is not offered"),)
    assert isinstance(alone, Refused) and alone.code == "553 5.6.7"
    assert isinstance(sender, Refused) and sender.code == "553 5.6.7"

    async with server("SMTPUTF8") as running:
        assert isinstance(await submit(running.port, raw, "jörg@example.net"), MailAccepted)
    assert "MAIL FROM:<contact@monasso.org> SMTPUTF8" in running.lines
    assert "RCPT TO:<jörg@example.net>" in running.lines


@pytest.mark.parametrize(
    "address",
    [
        "b@x>\r\nRCPT TO:<c@x",
        "b@x> NOTIFY=NEVER",
        "two words@example.net",
        "b@",
        "@example.net",
        "nobody",
        "",
        "a@b@example.net",
        "b@exa\x00mple.net",
        "b" * 400 + "@example.net",
    ],
)
async def test_what_is_no_address_never_reaches_the_server(raw: Path, address: str) -> None:
    async with server() as running:
        outcome = await submit(running.port, raw, address, "b@example.net")
    assert isinstance(outcome, MailAccepted)
    assert [told.address for told in outcome.refused] == [address]
    assert [line for line in running.lines if line.startswith("RCPT")] == ["RCPT TO:<b@example.net>"]


async def test_a_sender_that_is_no_address_is_refused(raw: Path) -> None:
    async with server() as running:
        outcome = await submit(running.port, raw, sender="me@x>\r\nRSET")
    assert isinstance(outcome, Refused) and outcome.code == "553 5.1.7"
    assert running.lines == []


async def test_the_null_sender_is_sent_as_such(raw: Path) -> None:
    async with server() as running:
        assert isinstance(await submit(running.port, raw, sender=""), MailAccepted)
    assert "MAIL FROM:<>" in running.lines


async def test_a_quoted_local_part_is_an_address(raw: Path) -> None:
    async with server() as running:
        assert isinstance(await submit(running.port, raw, '"two words"@example.net'), MailAccepted)
    assert 'RCPT TO:<"two words"@example.net>' in running.lines


# --- login


async def test_a_wrong_password_is_tried_once_with_one_mechanism(raw: Path) -> None:
    async def refuse(peer: Peer) -> None:
        await peer.send("535 5.7.8 wrong")

    async with server("AUTH CRAM-MD5 LOGIN PLAIN", auth=refuse) as running:
        outcome = await submit(running.port, raw, user="me")
    assert outcome == TryLater("credentials", "5.7.8 wrong", is_outage=True)
    assert [line.split(" ")[1] for line in running.lines if line.startswith("AUTH")] == ["PLAIN"]


async def test_a_mechanism_that_is_named_but_not_known_is_passed_over(raw: Path) -> None:
    async def only_login(peer: Peer) -> None:
        if peer.lines[-1].startswith("AUTH PLAIN"):
            await peer.send("504 5.5.4 unknown")
            return
        await peer.send("334 UGFzc3dvcmQ6")
        await peer.line()
        await peer.send("235 welcome")

    async with server("AUTH PLAIN LOGIN", auth=only_login) as running:
        assert isinstance(await submit(running.port, raw, user="me"), MailAccepted)


async def test_a_plain_login_that_is_asked_for_more_is_cancelled(raw: Path) -> None:
    async def ask(peer: Peer) -> None:
        if peer.lines[-1].startswith("AUTH PLAIN"):
            await peer.send("334 ")
            assert await peer.line() == "*"
            await peer.send("501 cancelled")
            return
        await peer.send("334 UGFzc3dvcmQ6")
        await peer.line()
        await peer.send("235 welcome")

    async with server("AUTH PLAIN LOGIN", auth=ask) as running:
        assert isinstance(await submit(running.port, raw, user="me"), MailAccepted)


async def test_a_login_that_fails_for_now_is_no_wrong_password(raw: Path) -> None:
    async def later(peer: Peer) -> None:
        await peer.send("454 4.7.0 directory away")

    async with server("AUTH PLAIN", auth=later) as running:
        outcome = await submit(running.port, raw, user="me")
        submission = SmtpSubmission(SmtpAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=TIMEOUTS))
        with pytest.raises(Unavailable, match="454"):
            await submission.check()
    assert outcome == TryLater("454", "4.7.0 directory away", is_outage=True)


async def test_no_login_offered_is_an_outage(raw: Path) -> None:
    async with server() as running:
        assert await submit(running.port, raw, user="me") == TryLater("auth_not_offered", is_outage=True)


async def test_oauth_shows_another_token_where_one_is_refused_and_hears_why_that_was_too(raw: Path) -> None:
    refusals: list[str] = []

    async def refuse(peer: Peer) -> None:
        await peer.send("334 eyJzdGF0dXMiOiI0MDEifQ==")
        assert await peer.line() == ""
        refusals.append("once")
        await peer.send("535 5.7.8 token expired")

    async def token(refused: str = "") -> str:
        told.append(refused)
        return "another" if refused else "token"

    told: list[str] = []
    async with server("AUTH XOAUTH2", auth=refuse) as running:
        wanted = SmtpAccount("127.0.0.1", running.port, "none", "me", token=token, timeouts=TIMEOUTS)
        with pytest.raises(CredentialsRefused) as caught:
            await SmtpSubmission(wanted).check()
    assert caught.value.text == "5.7.8 token expired"
    assert (told, len(refusals)) == (["", "token"], 2)


async def test_without_a_password_to_read_the_mail_waits_and_the_server_is_reached_all_the_same(raw: Path) -> None:
    async def missing() -> str:
        raise NotRead(Lack.MISSING)

    async with server("AUTH PLAIN") as running:
        submission = SmtpSubmission(
            SmtpAccount("127.0.0.1", running.port, "none", "me", fresh=missing, timeouts=TIMEOUTS)
        )
        outcome = await submission.submit(
            sender="me@asso.example", recipients=("you@b.example",), raw=raw, before_data=_nothing
        )
        await submission.reach()
    assert outcome == TryLater("password_missing", is_outage=True)


async def test_a_token_that_is_not_to_be_had_for_now_is_an_outage(raw: Path) -> None:
    async def token(refused: str = "") -> str:
        raise Unavailable("oauth", "http_503")

    async with server("AUTH XOAUTH2") as running:
        wanted = SmtpAccount("127.0.0.1", running.port, "none", "me", token=token, timeouts=TIMEOUTS)
        outcome = await SmtpSubmission(wanted).submit(
            sender="me@asso.example", recipients=("you@b.example",), raw=raw, before_data=_nothing
        )
    assert outcome == TryLater("http_503", is_outage=True)


async def _nothing() -> None:
    raise AssertionError("nothing is sent")


async def test_whoever_is_cancelled_ends_also_when_the_answer_comes_in_the_same_moment() -> None:
    async with server() as running:
        account = SmtpAccount("127.0.0.1", running.port, "none", timeouts=TIMEOUTS)
        for steps in range(2000):
            work = asyncio.create_task(SmtpSubmission(account).reach())
            for _ in range(steps):
                await asyncio.sleep(0)
            if work.done():
                return
            work.cancel()
            await asyncio.wait({work})
            assert work.cancelled(), f"after {steps} steps"
    pytest.fail("it is never done")
