"""The faults of aioimaplib 2.0.3, one by one, each as a case that fails with the library as it is."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.connection import Connection
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.imap.inbox import ImapInbox
from bot.adapters.imap.responses import fetch_rows, list_rows
from bot.domain.outcomes import Saved
from bot.ports import FetchedMail, Gone, Unavailable
from tests.adapters.imap.conftest import Mailbox
from tests.adapters.imap.proxy import proxied
from tests.adapters.scripted import Peer, ScriptedServer, scripted

SHORT = ImapTimeouts(connect=5, command=0.5, transfer=0.5)
PATIENT = ImapTimeouts(connect=20, command=20, transfer=20)
AT_ONCE = 5.0
"""Seconds: long before any of those ends, on a busy machine too."""
Answer = Callable[[Peer, str, str], Awaitable[bool]]


@asynccontextmanager
async def imap(
    answer: Answer, *, capabilities: str = "IMAP4rev1 IDLE SASL-IR AUTH=PLAIN"
) -> AsyncIterator[ScriptedServer]:
    """A server that lets everybody in and opens every folder; `answer(peer, tag, command)` says whether it did."""

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if await answer(peer, tag, command):
                continue
            if command == "CAPABILITY":
                await peer.send(f"* CAPABILITY {capabilities}")
            elif command.startswith("EXAMINE"):
                await peer.send("* 1 EXISTS", "* OK [UIDVALIDITY 5] ok", "* OK [UIDNEXT 2] ok")
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        yield running


def account(port: int, timeouts: ImapTimeouts = PATIENT) -> ImapAccount:
    return ImapAccount("127.0.0.1", port, "none", "me", "secret", timeouts=timeouts)


def inbox(port: int, timeouts: ImapTimeouts = PATIENT) -> ImapInbox:
    return ImapInbox(account(port, timeouts), "INBOX", size_limit=1 << 20)


# --- a, b: many lines


async def test_thousands_of_lines_in_one_piece_are_read(mailbox: Mailbox, mail: Callable[..., bytes]) -> None:
    await mailbox.deliver_many([mail(n) for n in range(25)])
    connection = await Connection.open(mailbox.account)
    await connection.select("INBOX")
    for _ in range(6):
        (await connection.run("COPY", "1:*", "INBOX", uid=True)).expect_ok()
    reply = await connection.run("FETCH", "1:*", "(UID FLAGS)", uid=True)
    connection.close()
    assert sorted(fetch_rows(reply.rows)) == list(range(1, 1601))


async def test_the_cost_of_a_line_does_not_grow_with_their_number() -> None:
    lines = b"".join(b"* %d FETCH (UID %d FLAGS (\\Seen))\r\n" % (n, n) for n in range(1, 20_001))

    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if not command.startswith("UID FETCH"):
            return False
        await peer.send_bytes(lines + f"{tag} OK done\r\n".encode())
        return True

    async with imap(answer) as running:
        connection = await Connection.open(account(running.port))
        await connection.select("INBOX")
        start = time.process_time()
        reply = await connection.run("FETCH", "1:*", "(UID FLAGS)", uid=True)
        spent = time.process_time() - start
        connection.close()
    assert len(fetch_rows(reply.rows)) == 20_000
    # The library takes 3.7 s for 5,000.
    assert spent < 1


# --- c, d: lost connections


@pytest.mark.parametrize("security", ["none", "tls"])
async def test_a_lost_connection_is_noticed_at_once_while_waiting(mailbox: Mailbox, security: str) -> None:
    port = mailbox.server.tls_port if security == "tls" else mailbox.server.port
    async with proxied(port) as proxy:
        box = ImapInbox(
            replace(mailbox.through(proxy.port), security=security),  # type: ignore[arg-type]
            "INBOX",
            size_limit=1 << 20,
        )
        await box.open()
        waiting = asyncio.create_task(box.wait(60))
        while "IDLE" not in proxy.commands and security == "none":
            await asyncio.sleep(0.01)
        start = time.monotonic()
        proxy.cut()
        with pytest.raises(Unavailable, match="connection_lost"):
            await waiting
        assert time.monotonic() - start < AT_ONCE
        await box.open()
        await box.close()


async def test_a_lost_connection_fails_the_command_that_waits() -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if not command.startswith("UID SEARCH"):
            return False
        peer.drop()
        return True

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        start = time.monotonic()
        with pytest.raises(Unavailable, match="connection_lost"):
            await box.uids_above(0)
        assert time.monotonic() - start < AT_ONCE


async def test_the_servers_goodbye_ends_the_wait() -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if command != "IDLE":
            return False
        await peer.send("+ idling", "* BYE [UNAVAILABLE] shutting down")
        peer.drop()
        return True

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        with pytest.raises(Unavailable, match=r"bye_unavailable|connection_lost"):
            await box.wait(60)


# --- e: news that come with another command


async def test_news_that_come_with_a_search_are_searched_for_at_once() -> None:
    answers = iter(
        [
            ("* SEARCH", "* 2 EXISTS"),
            ("* SEARCH 2", "* 2 EXISTS"),
            *[("* SEARCH 2", f"* {n} EXISTS") for n in (3, 4, 5)],
        ]
    )

    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if command.startswith("UID SEARCH"):
            await peer.send(*next(answers), f"{tag} OK done")
            return True
        if command == "IDLE":
            # It has told EXISTS once, and will not again.
            await peer.send("+ idling")
            if await peer.line() == "DONE":
                await peer.send(f"{tag} OK done")
            return True
        return False

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        assert await box.uids_above(1) == (2,)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await box.wait(60)
        # Where mails keep arriving, the next wait ends at once.
        await box.open()
        assert await box.uids_above(1) == (2,)
        async with asyncio.timeout(20):
            await box.wait(60)


async def test_news_that_come_with_a_fetch_end_the_next_wait_at_once(tmp_path: Path) -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if command.startswith("UID SEARCH"):
            await peer.send("* SEARCH")
        if not command.startswith("UID FETCH"):
            return False
        await peer.send("* 2 EXISTS", f"{tag} OK done")
        return True

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        assert [mail async for mail in box.fetch([1], tmp_path)] == [Gone(1)]
        async with asyncio.timeout(20):
            await box.wait(60)


async def test_a_mail_that_arrives_before_the_wait_begins_is_not_overlooked(
    mailbox: Mailbox, mail: Callable[..., bytes]
) -> None:
    box = ImapInbox(mailbox.account, "INBOX", size_limit=1 << 20)
    await box.open()
    assert await box.uids_above(0) == ()
    await mailbox.deliver(mail(1))
    async with asyncio.timeout(20):
        await box.wait(60)
    assert await box.uids_above(0) == (1,)
    await box.close()


async def test_no_search_names_a_charset() -> None:
    """Exchange and others answer BADCHARSET to any."""

    async def answer(peer: Peer, tag: str, command: str) -> bool:
        return False

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        await box.uids_above(0)
        await box.uids_since(datetime.now(UTC))
        await box.close()
        folders = ImapFolders(account(running.port))
        await folders.find("INBOX", "é@x")
        await folders.close()
    searches = [line for line in running.lines if "SEARCH" in line]
    assert len(searches) == 3
    assert not any("CHARSET" in line for line in searches)


# --- f: a mute server


async def test_a_server_that_says_nothing_is_left_and_can_be_entered_again() -> None:
    mute = True

    async def answer(peer: Peer, tag: str, command: str) -> bool:
        return mute and command.startswith("EXAMINE")

    async with imap(answer) as running:
        box = inbox(running.port, SHORT)
        for _ in range(2):
            with pytest.raises(Unavailable, match="timeout"):
                await box.open()
        mute = False
        assert (await box.open()).uidvalidity == 5
        assert len(running.peers) == 3


async def test_a_server_that_grows_deaf_while_waiting_is_noticed_when_the_wait_ends(mailbox: Mailbox) -> None:
    async with proxied(mailbox.server.port) as proxy:
        wanted = replace(mailbox.through(proxy.port), timeouts=ImapTimeouts(connect=5, command=1, transfer=1))
        box = ImapInbox(wanted, "INBOX", size_limit=1 << 20)
        await box.open()
        waiting = asyncio.create_task(box.wait(0.3))
        proxy.is_deaf = True
        with pytest.raises(Unavailable, match="timeout"):
            await waiting


# --- i, j, k: names and lines are left as they are


async def test_a_folder_with_blanks_is_not_mistaken_for_its_first_word(mailbox: Mailbox, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    names = ["Sent Items & Co", "Entwürfe", 'quo"ted', "back\\slash", "Stars * more", "par(en", "日本語", "{3}"]
    folders = ImapFolders(mailbox.account)
    for number, name in enumerate(names):
        raw.write_bytes(f"Message-ID: <{number}@x>\r\n\r\n{name}\r\n".encode())
        assert isinstance(await folders.append(name, raw, (), datetime.now(UTC)), Saved)
    found = {folder.name for folder in await folders.names()}
    assert set(names) <= found
    for number, name in enumerate(names):
        assert await folders.find(name, f"{number}@x") == (1,)
        box = ImapInbox(mailbox.account, name, size_limit=1 << 20)
        assert (await box.open()).exists == 1
        (mail,) = [mail async for mail in box.fetch([1], tmp_path)]
        assert (
            isinstance(mail, FetchedMail) and isinstance(mail.raw, bytes) and mail.raw.endswith(f"{name}\r\n".encode())
        )
        await box.close()
    assert await folders.find("Sent", "0@x") == ()
    await folders.close()


async def test_unbalanced_parentheses_and_braces_do_not_derail_what_follows() -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if not command.startswith("LIST"):
            return False
        await peer.send_bytes(
            b'* LIST () "/" "a (b"\r\n* OK a note that ends in {3}\r\n* LIST () "/" {7}\r\nx * y )\r\n'
            b'* LIST () "/" {0}\r\n\r\n* LIST () "/" "end"\r\n' + f"{tag} OK done {{12}}\r\n".encode()
        )
        return True

    async with imap(answer) as running:
        connection = await Connection.open(account(running.port))
        reply = await connection.run("LIST", '""', '"*"')
        connection.close()
    assert [row.name for row in list_rows(reply.rows)] == ["a (b", "x * y )", "", "end"]


async def test_bytes_may_come_one_by_one() -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if not command.startswith("UID FETCH"):
            return False
        for byte in b"* 1 FETCH (UID 1 BODY[] {8}\r\na\r\nb\n\r\r\n FLAGS ())\r\n" + f"{tag} OK done\r\n".encode():
            await peer.send_bytes(bytes([byte]))
        return True

    async with imap(answer) as running:
        connection = await Connection.open(account(running.port))
        await connection.select("INBOX")
        reply = await connection.run("FETCH", "1", "(UID BODY.PEEK[])", uid=True)
        connection.close()
    assert fetch_rows(reply.rows)[1].body == b"a\r\nb\n\r\r\n"


# --- l: one connection, one command


async def test_a_command_may_follow_a_wait_that_ran_out(mailbox: Mailbox, mail: Callable[..., bytes]) -> None:
    box = ImapInbox(mailbox.account, "INBOX", size_limit=1 << 20, idle_seconds=0.1)
    await box.open()
    await box.wait(0.35)
    assert await box.uids_above(0) == ()
    await mailbox.deliver(mail(1))
    await box.wait(5)
    assert await box.uids_above(0) == (1,)
    await box.close()


async def test_idle_is_said_anew_before_it_is_forgotten(mailbox: Mailbox) -> None:
    async with proxied(mailbox.server.port) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=1 << 20, idle_seconds=0.1)
        await box.open()
        waiting = asyncio.create_task(box.wait(60))
        async with asyncio.timeout(20):
            while proxy.commands.count("IDLE") < 3:
                await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await box.close()


# --- n: a slow upload


async def test_an_upload_may_take_longer_than_the_patience_for_an_answer(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(b"Subject: x\r\n\r\n" + b"x" * 12_000_000)
    taken = 0

    async def answer(peer: Peer, tag: str, command: str) -> bool:
        nonlocal taken
        if not command.startswith("APPEND"):
            return False
        await peer.send("+ go on")
        size = raw.stat().st_size + 2
        while taken < size:
            part = len(await peer.reader.read(1 << 20))
            taken += part
            # 12 MB/s, whatever size the parts have.
            await asyncio.sleep(part / 12_000_000)
        await peer.send(f"{tag} OK [APPENDUID 5 9] done")
        return True

    async with imap(answer) as running:
        folders = ImapFolders(account(running.port, SHORT))
        start = time.monotonic()
        outcome = await folders.append("Sent", raw, (), datetime.now(UTC))
        assert time.monotonic() - start > SHORT.transfer
        await folders.close()
    assert outcome == Saved(9)
    assert taken == raw.stat().st_size + 2


# --- o: logs


async def test_nothing_of_a_mail_or_a_password_is_logged(
    mailbox: Mailbox, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    await mailbox.deliver(b"Subject: treasure\r\nMessage-ID: <treasure@x>\r\n\r\ntreasure\r\n")
    caplog.clear()
    box = ImapInbox(mailbox.account, "INBOX", size_limit=1 << 20)
    await box.open()
    assert len([mail async for mail in box.fetch(await box.uids_above(0), tmp_path)]) == 1
    await box.close()
    text = caplog.text + "".join(str(record.args) for record in caplog.records)
    for secret in ("treasure", mailbox.account.password, mailbox.account.user):
        assert secret not in text
    assert mailbox.account.password not in repr(mailbox.account)
    assert mailbox.account.user not in repr(mailbox.account)


# --- p, q: what nobody asked for


async def test_flags_of_other_mails_do_not_mix_into_a_fetch(tmp_path: Path) -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if "RFC822.SIZE" in command:
            await peer.send(
                "* 1 FETCH (FLAGS (\\Deleted))",
                '* 1 FETCH (UID 1 RFC822.SIZE 4 INTERNALDATE "17-Jul-2026 02:44:25 +0000" FLAGS ())',
                "* VANISHED 7:9",
                "* 9 FETCH (FLAGS (\\Seen) UID 900)",
                f"{tag} OK done",
            )
            return True
        if "BODY.PEEK[]" in command:
            await peer.send(
                "* 9 FETCH (FLAGS () UID 900)", "* 2 EXISTS", "* 1 FETCH (BODY[] {4}", "mail UID 1)", f"{tag} OK done"
            )
            return True
        if command.startswith("UID SEARCH"):
            await peer.send("* SEARCH")
        return False

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        mails = [mail async for mail in box.fetch([1, 2], tmp_path)]
        await box.close()
    assert [(m.uid, m.raw, m.flags) for m in mails if isinstance(m, FetchedMail)] == [(1, b"mail", ())]


async def test_an_answer_to_no_question_ends_the_connection() -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if not command.startswith("UID SEARCH"):
            return False
        await peer.send("ZZ99 OK hello")
        return True

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        with pytest.raises(Unavailable, match="connection_lost"):
            await box.uids_above(0)


async def test_a_literal_beyond_all_measure_ends_the_connection(tmp_path: Path) -> None:
    async def answer(peer: Peer, tag: str, command: str) -> bool:
        if not command.startswith("UID FETCH"):
            return False
        await peer.send("* 1 FETCH (UID 1 BODY[] {999999999999}")
        return True

    async with imap(answer) as running:
        box = inbox(running.port)
        await box.open()
        with pytest.raises(Unavailable, match="connection_lost"):
            await anext(aiter(box.fetch([1], tmp_path)))
