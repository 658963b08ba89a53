"""A folder is numbered anew, its server dies, a download breaks, a mail cannot be read there."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.inbox import ImapInbox
from bot.adapters.imap.patience import TRIES
from bot.demo.servers.dovecot import Dovecot
from bot.ports import FetchedMail, NotGiven, Unavailable
from tests.adapters.imap.conftest import Mailbox, account_on
from tests.adapters.imap.proxy import proxied
from tests.adapters.imap.reading import LIMIT, MakeMail, answers, content, fetched
from tests.adapters.scripted import Peer, scripted


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
