"""A folder is watched: by IDLE, by questions where there is none, and a server that falls silent is noticed."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.inbox import IDLE_REFUSALS, IDLE_SECONDS, POLL_SECONDS, ImapInbox
from bot.ports import Unavailable
from tests.adapters.imap.conftest import Mailbox
from tests.adapters.imap.proxy import proxied
from tests.adapters.imap.reading import LIMIT, MakeMail
from tests.adapters.scripted import Peer, scripted


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
