"""A folder is watched and read, completely and without a trace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.imap import fetching as module
from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.connection import Connection
from bot.adapters.imap.inbox import IDLE_REFUSALS, IDLE_SECONDS, POLL_SECONDS, ImapInbox
from bot.adapters.imap.patience import TRIES
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.pymap_server import PymapServer
from bot.ports import Fetched, FetchedMail, FolderMissing, NotGiven, Unavailable
from tests.adapters.imap.conftest import Mailbox, account_on
from tests.adapters.imap.proxy import proxied
from tests.adapters.scripted import Peer, scripted

LIMIT = 30_000_000
MakeMail = Callable[..., bytes]


def content(mail: FetchedMail) -> bytes:
    return mail.raw.read_bytes() if isinstance(mail.raw, Path) else mail.raw or b""


async def answers(box: ImapInbox, uids: tuple[int, ...], scratch: Path) -> list[Fetched]:
    return [answer async for answer in box.fetch(uids, scratch)]


async def fetched(box: ImapInbox, uids: tuple[int, ...], scratch: Path) -> list[FetchedMail]:
    """Those that came; each other one must be gone."""
    found = await answers(box, uids, scratch)
    assert [answer.uid for answer in found] == list(uids)
    assert not [answer for answer in found if isinstance(answer, NotGiven)]
    return [answer for answer in found if isinstance(answer, FetchedMail)]


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


# --- waiting


async def test_a_new_mail_ends_the_wait(mailbox: Mailbox, mail: MakeMail) -> None:
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    waiting = asyncio.create_task(box.wait(60))
    await mailbox.deliver(mail(1))
    async with asyncio.timeout(20):
        await waiting
    assert await box.uids_above(0) == (1,)
    await box.close()


async def test_a_quiet_folder_lets_the_wait_run_out(mailbox: Mailbox) -> None:
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    start = time.monotonic()
    await box.wait(0.3)
    assert 0.25 < time.monotonic() - start < 10
    await box.close()


async def test_a_server_without_idle_is_asked_from_time_to_time(mailbox: Mailbox, mail: MakeMail) -> None:
    async with proxied(mailbox.server.port, hide=("IDLE",)) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=LIMIT, poll_seconds=0.1)
        await box.open()
        waiting = asyncio.create_task(box.wait(60))
        await mailbox.deliver(mail(1))
        async with asyncio.timeout(20):
            await waiting
        assert await box.uids_above(0) == (1,)
        await box.close()
    assert "IDLE" not in proxy.commands
    assert "NOOP" in proxy.commands


@pytest.mark.parametrize("is_mute", [False, True])
async def test_a_server_that_announces_idle_and_refuses_it_is_asked_instead(is_mute: bool) -> None:
    exists = 1

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN SASL-IR")
            elif command.startswith("EXAMINE"):
                await peer.send("* 1 EXISTS", "* OK [UIDVALIDITY 5] ok", "* OK [UIDNEXT 2] ok")
            elif command == "NOOP":
                await peer.send(f"* {exists} EXISTS")
            elif command == "IDLE":
                if not is_mute:
                    await peer.send(f"{tag} BAD not today")
                continue
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        account = ImapAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=ImapTimeouts(5, 0.2, 5))
        box = ImapInbox(account, "INBOX", size_limit=LIMIT, poll_seconds=0.05)
        await box.open()
        if is_mute:
            for _ in range(IDLE_REFUSALS):
                with pytest.raises(Unavailable, match="timeout"):
                    await box.wait(60)
                await box.open()
        exists = 2
        async with asyncio.timeout(20):
            await box.wait(60)
        await box.close()
    assert [line.partition(" ")[2] for line in running.lines].count("IDLE") == IDLE_REFUSALS


async def test_a_server_whose_idle_is_taken_and_never_tells_is_asked_instead() -> None:
    """Its mails come late twice, at the end of a whole wait; from then on as soon as where there is no IDLE."""
    exists = 1

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN SASL-IR")
            elif command.startswith("EXAMINE"):
                await peer.send(f"* {exists} EXISTS", "* OK [UIDVALIDITY 5] ok", f"* OK [UIDNEXT {exists + 1}] ok")
            elif command == "NOOP":
                await peer.send(f"* {exists} EXISTS")
            elif "SEARCH" in command:
                await peer.send(f"* SEARCH {exists}")
            elif command == "IDLE":
                await peer.send("+ idling")
                assert await peer.line() == "DONE"
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        account = ImapAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=ImapTimeouts(5, 5, 5))
        box = ImapInbox(account, "INBOX", size_limit=LIMIT, idle_seconds=0.1, poll_seconds=0.05)
        await box.open()
        assert await box.uids_above(1) == ()
        for late in (2, 3):
            exists = late
            await box.wait(0.3)
            await box.look()
            assert await box.uids_above(late - 1) == (late,)
        exists = 4
        async with asyncio.timeout(20):
            await box.wait(600)
        assert await box.uids_above(3) == (4,)
        await box.close()


@pytest.mark.parametrize("idles", [True, False])
async def test_a_server_that_falls_silent_while_it_is_watched_is_noticed(idles: bool) -> None:
    """TCP acknowledges, and nobody answers: DONE, IDLE or NOOP."""
    is_dead = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if is_dead.is_set():
                await peer.until_gone()
                return
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR" + " IDLE" * idles)
            elif command.startswith("EXAMINE"):
                await peer.send("* 0 EXISTS", "* OK [UIDVALIDITY 5] ok", "* OK [UIDNEXT 1] ok")
            elif command == "IDLE":
                await peer.send("+ idling")
                assert await peer.line() == "DONE"
                if is_dead.is_set():
                    await peer.until_gone()
                    return
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        account = ImapAccount(
            "127.0.0.1", running.port, "none", "me", "x", timeouts=ImapTimeouts(20, 300, 300, sign_of_life=0.5)
        )
        box = ImapInbox(account, "INBOX", size_limit=LIMIT, idle_seconds=0.2, poll_seconds=0.2)
        await box.open()
        await box.wait(1.0)
        assert box.silent_for() < 1.0
        is_dead.set()
        with pytest.raises(Unavailable, match="timeout"):
            async with asyncio.timeout(20):
                await box.wait(600)
        await box.close()
        assert box.silent_for() > 1e9


def test_an_answer_that_is_only_a_sign_of_life_comes_within_what_health_promises() -> None:
    assert max(IDLE_SECONDS, POLL_SECONDS) + ImapTimeouts().sign_of_life < 45.0


@pytest.mark.parametrize("every", [25.0, 0.2])
@pytest.mark.parametrize("phase", [0.0, 0.3, 0.99])
async def test_renewals_come_at_the_folder_s_own_place_of_the_clock(every: float, phase: float) -> None:
    account = ImapAccount("127.0.0.1", 9, "none", "me", "x")
    box = ImapInbox(account, "INBOX", size_limit=LIMIT, phase=phase)
    left = box._until_renewal(every)
    assert every / 2 <= left <= every
    place = (asyncio.get_running_loop().time() + left) / every % 1
    assert min(abs(place - one) % 1 for one in (phase, phase + 0.5, phase + 1, phase - 0.5)) < 0.05


async def test_a_connection_that_ends_between_two_questions_is_noticed(mailbox: Mailbox) -> None:
    async with proxied(mailbox.server.port, hide=("IDLE",)) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=LIMIT, poll_seconds=60)
        await box.open()
        waiting = asyncio.create_task(box.wait(60))
        await asyncio.sleep(0)
        proxy.cut()
        async with asyncio.timeout(20):
            with pytest.raises(Unavailable, match="connection_lost"):
                await waiting


async def test_a_wait_that_is_cancelled_leaves_nothing_behind(mailbox: Mailbox) -> None:
    box = ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT)
    await box.open()
    waiting = asyncio.create_task(box.wait(60))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await box.close()
    await box.open()
    await box.close()


# --- trouble


async def test_a_missing_folder_is_named(mailbox: Mailbox) -> None:
    box = ImapInbox(mailbox.account, "Nowhere & Co", size_limit=LIMIT)
    with pytest.raises(FolderMissing) as caught:
        await box.open()
    assert caught.value.folder == "Nowhere & Co"


async def test_nothing_can_be_asked_before_it_is_open(mailbox: Mailbox) -> None:
    with pytest.raises(Unavailable, match="not_open"):
        await ImapInbox(mailbox.account, "INBOX", size_limit=LIMIT).uids_above(0)


async def test_a_new_uidvalidity_shows_at_open(mailbox: Mailbox, mail: MakeMail) -> None:
    async with Dovecot.started() as server:
        own = Mailbox(server, account_on(server, server.accounts[0]))
        await own.deliver(mail(1))
        box = ImapInbox(own.account, "INBOX", size_limit=LIMIT)
        before = await box.open()
        await server.reset_uidvalidity(own.account.user, "INBOX")
        with pytest.raises(Unavailable):
            await box.uids_above(0)
        after = await box.open()
        assert after.uidvalidity != before.uidvalidity
        await box.close()


async def test_a_server_that_is_killed_and_comes_back(mail: MakeMail, tmp_path: Path) -> None:
    async with Dovecot.started() as server:
        own = Mailbox(server, account_on(server, server.accounts[0]))
        await own.deliver(mail(1))
        box = ImapInbox(own.account, "INBOX", size_limit=LIMIT)
        await box.open()
        waiting = asyncio.create_task(box.wait(60))
        await asyncio.sleep(0.1)
        start = time.monotonic()
        await server.kill()
        with pytest.raises(Unavailable):
            await waiting
        assert time.monotonic() - start < 20
        with pytest.raises(Unavailable, match="refused"):
            await box.open()
        await server.start()
        await box.open()
        assert [content(found) for found in await fetched(box, await box.uids_above(0), tmp_path)] == [mail(1)]
        await box.close()


async def test_a_download_that_breaks_leaves_no_file(mailbox: Mailbox, mail: MakeMail, tmp_path: Path) -> None:
    await mailbox.deliver(mail(1, size=5_000_000))
    async with proxied(mailbox.server.port) as proxy:
        box = ImapInbox(mailbox.through(proxy.port), "INBOX", size_limit=LIMIT)
        await box.open()
        proxy.commands.clear()
        reading = asyncio.create_task(fetched(box, (1,), tmp_path))
        while proxy.commands.count("FETCH") < 3:
            await asyncio.sleep(0)
        proxy.cut()
        with pytest.raises(Unavailable):
            await reading
    assert list(tmp_path.iterdir()) == []


async def test_a_mail_that_the_server_cannot_read_holds_up_nobody(tmp_path: Path) -> None:
    """It is tried on three connections; then it comes without its bytes, and the others come as they are."""

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            uids = command.split(" ")[2] if command.startswith("UID FETCH") else ""
            spoiled = "2" in uids or uids == "1:3"
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
            elif command.startswith("EXAMINE"):
                await peer.send("* 3 EXISTS", "* OK [UIDVALIDITY 5] ok", "* OK [UIDNEXT 4] ok")
            elif "RFC822.SIZE" in command:
                for uid in (1, 2, 3):
                    await peer.send(f"* {uid} FETCH (UID {uid} RFC822.SIZE 4 FLAGS ())")
            elif "BODY.PEEK[HEADER]" in command:
                await peer.send("* 2 FETCH (UID 2 BODY[HEADER]<0> {4}", "head)")
            elif "BODY.PEEK[]" in command and spoiled:
                if uids == "1:3":
                    await peer.send("* 1 FETCH (UID 1 BODY[] {4}", "one!)")
                await peer.send(f"{tag} NO [SERVERBUG] cannot read")
                continue
            elif "BODY.PEEK[]" in command:
                await peer.send(f"* {uids} FETCH (UID {uids} BODY[] {{4}}", "one!)" if uids == "1" else "thr!)")
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        timeouts = ImapTimeouts(5, 5, 5)
        box = ImapInbox(
            ImapAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=timeouts),
            "INBOX",
            size_limit=LIMIT,
            give_up_seconds=0,
        )
        for _ in range(TRIES - 1):
            await box.open()
            with pytest.raises(Unavailable, match="mail_not_given"):
                await fetched(box, (1, 2, 3), tmp_path)
        await box.open()
        one, two, three = await answers(box, (1, 2, 3), tmp_path)
        await box.close()
    assert isinstance(one, FetchedMail)
    assert isinstance(three, FetchedMail)
    assert (one.raw, three.raw) == (b"one!", b"thr!")
    assert isinstance(two, NotGiven)
    assert (two.uid, two.size, two.head) == (2, 4, b"head")


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


# --- another server


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
