"""A folder is read, completely and without a trace."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.imap import fetching as module
from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.connection import Connection
from bot.adapters.imap.inbox import ImapInbox
from bot.demo.servers.pymap_server import PymapServer
from bot.ports import FolderMissing, Unavailable
from tests.adapters.imap.conftest import Mailbox
from tests.adapters.imap.proxy import proxied
from tests.adapters.imap.reading import LIMIT, MakeMail, content, fetched
from tests.adapters.scripted import Peer, scripted


async def test_mails_come_as_they_are_and_stay_unseen(mailbox: Mailbox, mail: MakeMail, tmp_path: Path) -> None:
    arrived = datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)
    # Nothing is mended on the way: NUL aside, which IMAP does not carry.
    odd = b'Subject: \xff\r\n\r\n\x01 {5}\r\n) "\r\n'
    await mailbox.deliver(mail(1), at=arrived)
    await mailbox.deliver(odd)
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    status = await box.open()
    assert (status.exists, status.uidnext) == (2, 3)
    assert status.uidvalidity > 0
    mails = await fetched(box, await box.uids_above(0), tmp_path)
    await box.close()
    assert [(found.uid, content(found), found.size) for found in mails] == [
        (1, mail(1), len(mail(1))),
        (2, odd, len(odd)),
    ]
    assert mails[0].received_at == arrived
    stored = await mailbox.contents()
    assert [found.flags - {"\\Recent"} for found in stored] == [frozenset(), frozenset()]
    # Not even \Recent was taken from other clients.
    assert all("\\Recent" in found.flags for found in stored)


async def test_large_mails_go_to_files_in_parts(mailbox: Mailbox, mail: MakeMail, tmp_path: Path) -> None:
    sizes = [0, 300_000, module.PART, 0, 5_000_000]
    raws = [mail(n, size=size) for n, size in enumerate(sizes)]
    # Exactly one part long, where only an empty one shows the end.
    raws[2] = raws[2][: module.PART - 2] + b"\r\n"
    await mailbox.deliver_many(raws)
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    mails = await fetched(box, await box.uids_above(0), tmp_path)
    await box.close()
    assert [content(found) for found in mails] == raws
    assert [isinstance(found.raw, Path) for found in mails] == [False, True, True, False, True]
    assert sorted(tmp_path.iterdir()) == sorted(found.raw for found in mails if isinstance(found.raw, Path))


@pytest.mark.parametrize("size", [3_000_000, 2_000])
async def test_of_a_mail_above_the_limit_only_the_beginning_is_fetched(
    mailbox: Mailbox, mail: MakeMail, tmp_path: Path, size: int
) -> None:
    await mailbox.deliver_many([mail(1), mail(2, size=size), mail(3)])
    async with proxied(mailbox.server.port) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=1_000)
        await box.open()
        mails = await fetched(box, (1, 2, 3), tmp_path)
        await box.close()
    assert [found.uid for found in mails] == [1, 2, 3]
    assert mails[1].raw is None
    assert mails[1].size == len(mail(2, size=size))
    assert mails[1].head.startswith(b"From: a@example.org\r\n") and b"Subject: number 2" in mails[1].head
    assert len(mails[1].head) == min(mails[1].size, 1024 * 1024)
    assert list(tmp_path.iterdir()) == []


async def test_the_order_is_the_callers_and_what_vanished_is_left_out(
    mailbox: Mailbox, mail: MakeMail, tmp_path: Path
) -> None:
    await mailbox.deliver_many([mail(n) for n in range(1, 6)])
    other = await Connection.open(mailbox.account)
    await other.select("INBOX", writable=True)
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    assert await box.uids_above(0) == (1, 2, 3, 4, 5)
    await other.run("STORE", "3", "+FLAGS.SILENT", "(\\Deleted)", uid=True)
    await other.run("EXPUNGE", "3", uid=True)
    other.close()
    mails = await fetched(box, (5, 4, 3, 1, 99), tmp_path)
    await box.close()
    assert [(found.uid, content(found)) for found in mails] == [(5, mail(5)), (4, mail(4)), (1, mail(1))]


async def test_only_what_is_above_is_named_though_the_star_means_the_last(mailbox: Mailbox, mail: MakeMail) -> None:
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    assert await box.uids_above(0) == ()
    await mailbox.deliver_many([mail(1), mail(2)])
    await box.open()
    assert await box.uids_above(1) == (2,)
    assert await box.uids_above(2) == ()
    assert await box.uids_above(7) == ()
    await box.close()


async def test_mails_since_a_day(mailbox: Mailbox, mail: MakeMail) -> None:
    now = datetime.now(UTC)
    for number, days in enumerate((10, 5, 0)):
        await mailbox.deliver(mail(number), at=now - timedelta(days=days))
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    assert await box.uids_since(now - timedelta(days=7)) == (2, 3)
    assert await box.uids_since(now - timedelta(days=30)) == (1, 2, 3)
    await box.close()


async def test_a_thousand_mails_far_away_cost_a_handful_of_round_trips(
    mailbox: Mailbox, mail: MakeMail, tmp_path: Path
) -> None:
    await mailbox.deliver_many([mail(n, size=1_000) for n in range(25)])
    filler = await Connection.open(mailbox.account)
    await filler.select("INBOX")
    for _ in range(4):
        (await filler.run("COPY", "1:*", "INBOX", uid=True)).expect_ok()
    filler.close()
    async with proxied(mailbox.server.port, delay=0.02) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=LIMIT)
        await box.open()
        uids = await box.uids_above(0)
        proxy.commands.clear()
        start = time.monotonic()
        mails = await fetched(box, uids, tmp_path)
        spent = time.monotonic() - start
        await box.close()
    assert len(mails) == 400
    assert proxy.commands.count("FETCH") == 4
    # 400 round trips of 40 ms would be 16 s.
    assert spent < 10


async def test_a_batch_is_bounded_in_bytes(mailbox: Mailbox, mail: MakeMail, tmp_path: Path) -> None:
    await mailbox.deliver_many([mail(n, size=200_000) for n in range(45)])
    async with proxied(mailbox.server.port) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=LIMIT)
        await box.open()
        mails = await fetched(box, tuple(range(1, 46)), tmp_path)
        await box.close()
    assert [found.uid for found in mails] == list(range(1, 46))
    # 9 MB in batches of at most 4 MB, after one for the sizes.
    assert proxy.commands.count("FETCH") == 1 + 3


async def test_a_missing_folder_is_named(mailbox: Mailbox) -> None:
    box = ImapInbox(mailbox.account, "Nowhere & Co", size_limit=LIMIT)
    with pytest.raises(FolderMissing) as caught:
        await box.open()
    assert caught.value.folder == "Nowhere & Co"


async def test_nothing_can_be_asked_before_it_is_open(mailbox: Mailbox) -> None:
    with pytest.raises(Unavailable, match="not_open"):
        await ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT).uids_above(0)


async def test_sizes_that_are_estimates_do_not_cut_a_mail_short(tmp_path: Path) -> None:
    """Exchange: RFC822.SIZE may be smaller than the mail."""
    body = b"x" * (2 * module.PART + 5)

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
            elif command.startswith("EXAMINE"):
                await peer.send("* 1 EXISTS", "* OK [UIDVALIDITY 5] ok", "* OK [UIDNEXT 2] ok")
            elif "RFC822.SIZE" in command:
                await peer.send(f"* 1 FETCH (UID 1 RFC822.SIZE {module.PART} FLAGS ())")
            elif "BODY.PEEK[]<" in command:
                offset = int(command.split("<")[1].split(".")[0])
                part = body[offset : offset + module.PART]
                await peer.send(f"* 1 FETCH (UID 1 BODY[]<{offset}> {{{len(part)}}}")
                await peer.send_bytes(part + b")\r\n")
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        box = ImapInbox(
            ImapAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=ImapTimeouts(5, 5, 5)),
            "INBOX",
            size_limit=LIMIT,
        )
        await box.open()
        (mail,) = await fetched(box, (1,), tmp_path)
        await box.close()
    assert mail.size == len(body)
    assert content(mail) == body


async def test_status_tells_what_select_does_not(tmp_path: Path) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
            elif command.startswith("EXAMINE"):
                await peer.send("* 3 EXISTS")
            elif command.startswith("STATUS"):
                await peer.send('* STATUS "INBOX" (UIDNEXT 9 UIDVALIDITY 77)')
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        box = ImapInbox(
            ImapAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=ImapTimeouts(5, 5, 5)),
            "INBOX",
            size_limit=LIMIT,
        )
        status = await box.open()
        await box.close()
    assert (status.uidvalidity, status.uidnext, status.exists) == (77, 9, 3)


@pytest.mark.parametrize("idle", [True, False])
async def test_the_same_on_pymap(mail: MakeMail, tmp_path: Path, idle: bool) -> None:
    async with PymapServer.started(idle=idle) as server:
        user = server.accounts[0]
        account = ImapAccount(server.host, server.port, "none", user.user, user.password)
        box = ImapInbox(replace(account), "INBOX", size_limit=LIMIT, poll_seconds=0.1)
        await server.deliver(user.user, mail(1))
        await server.deliver(user.user, mail(2, size=600_000))
        await box.open()
        first = await box.uids_above(0)
        mails = await fetched(box, first, tmp_path)
        assert [content(found) for found in mails] == [mail(1), mail(2, size=600_000)]
        waiting = asyncio.create_task(box.wait(60))
        await asyncio.sleep(0.05)
        await server.deliver(user.user, mail(3))
        async with asyncio.timeout(20):
            await waiting
        later = await box.uids_above(first[-1])
        assert len(later) == 1
        await box.close()
        assert all("\\Seen" not in found.flags for found in await server.folder_contents(user.user, "INBOX"))
