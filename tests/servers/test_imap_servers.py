"""The IMAP servers of the tests do what tests rely on."""

from __future__ import annotations

import asyncio
import imaplib
import time

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.imap_server import SPECIAL_FOLDERS, ImapAccount, Probe
from bot.demo.servers.process import ServerFailed
from bot.demo.servers.proxy import TcpProxy
from bot.demo.servers.pymap_server import PymapServer

ODD = b"Subject: odd\r\n\r\na lone \r CR, a NUL-free line and \xff\xfe\r\n"
USER = "contact@monasso.org"


async def test_dovecot_gives_back_the_bytes_that_were_delivered(dovecot: Dovecot, dovecot_account: ImapAccount) -> None:
    uid = await dovecot.deliver(dovecot_account.user, ODD, flags=["\\Flagged"])
    (stored,) = await dovecot.folder_contents(dovecot_account.user, "INBOX")
    assert stored.uid == uid
    assert stored.raw == ODD
    assert "\\Flagged" in stored.flags
    assert "\\Seen" not in stored.flags


async def test_dovecot_has_the_special_folders_starttls_and_tls(dovecot: Dovecot, dovecot_account: ImapAccount) -> None:
    def look() -> tuple[bytes, bytes]:
        context = dovecot.certificate.client_context()
        with imaplib.IMAP4("localhost", dovecot.port) as plain:
            plain.starttls(context)
            plain.login(dovecot_account.user, dovecot_account.password)
            _, rows = plain.list()
        with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=context) as secure:
            secure.login(dovecot_account.user, dovecot_account.password)
            _, words = secure.capability()
        return b"\n".join(row for row in rows if isinstance(row, bytes)), b" ".join(words)

    folders, capabilities = await asyncio.to_thread(look)
    for name, use in SPECIAL_FOLDERS.items():
        assert f'{use}) "/" {name}'.encode() in folders
    assert b"IDLE" in capabilities
    assert b"MOVE" in capabilities


async def test_dovecot_keeps_its_mail_over_a_kill_and_loses_its_uids_on_demand() -> None:
    async with Dovecot.started() as server:
        await server.deliver_many(USER, [f"Subject: {number}\r\n\r\n".encode() for number in range(3)])
        await server.kill()
        with pytest.raises(ServerFailed):
            await server.folder_contents(USER, "INBOX")
        await server.start()
        assert [mail.uid for mail in await server.folder_contents(USER, "INBOX")] == [1, 2, 3]
        before = await _uidvalidity(server)
        await server.reset_uidvalidity(USER, "INBOX")
        assert await _uidvalidity(server) != before
        assert len(await server.folder_contents(USER, "INBOX")) == 3


async def _uidvalidity(server: Dovecot) -> bytes:
    def look() -> bytes:
        with imaplib.IMAP4(server.host, server.port) as client:
            client.login(USER, server.password(USER))
            client.select("INBOX")
            _, (value,) = client.response("UIDVALIDITY")
            assert isinstance(value, bytes)
            return value

    return await asyncio.to_thread(look)


async def test_pymap_gives_back_the_bytes_that_were_delivered(pymap_server: PymapServer) -> None:
    uid = await pymap_server.deliver(USER, ODD, flags=["\\Flagged"])
    (stored,) = await pymap_server.folder_contents(USER, "INBOX")
    assert (stored.uid, stored.raw, stored.flags) == (uid, ODD, frozenset({"\\Flagged"}))


async def test_pymap_answers_several_connections_one_after_another(pymap_server: PymapServer) -> None:
    probe = Probe(pymap_server.host, pymap_server.port, pymap_server.accounts)
    await probe.append(USER, [ODD], folder="Sent", flags=["\\Seen"])

    def log_out_twice() -> None:
        for _ in range(2):
            client = imaplib.IMAP4(pymap_server.host, pymap_server.port, timeout=10)
            client.login(USER, pymap_server.password(USER))
            client.select("Sent")
            client.logout()

    await asyncio.to_thread(log_out_twice)
    (stored,) = await probe.contents(USER, "Sent")
    assert stored.raw == ODD


async def test_pymap_keeps_its_mail_over_a_stop_and_loses_its_uids_on_demand(pymap_server: PymapServer) -> None:
    await pymap_server.deliver_many(USER, [ODD, ODD])
    await pymap_server.stop()
    await pymap_server.start()
    before = [mail.uid for mail in await pymap_server.folder_contents(USER, "INBOX")]
    await pymap_server.reset_uidvalidity(USER, "INBOX")
    after = [mail.uid for mail in await pymap_server.folder_contents(USER, "INBOX")]
    assert len(before) == len(after) == 2
    assert before != after


async def test_pymap_can_be_without_idle() -> None:
    async with PymapServer.started(idle=False) as server:

        def capabilities() -> bytes:
            with imaplib.IMAP4(server.host, server.port) as client:
                client.login(USER, server.password(USER))
                _, answer = client.capability()
                return b" ".join(word for word in answer if isinstance(word, bytes))

        assert b"IDLE" not in await asyncio.to_thread(capabilities)


async def test_the_proxy_delays_cuts_goes_deaf_and_refuses(dovecot: Dovecot, dovecot_account: ImapAccount) -> None:
    async with TcpProxy.started(dovecot.host, dovecot.port, latency=0.05) as proxy:

        async def greeting(timeout: float = 20) -> bytes:
            async with asyncio.timeout(timeout):
                reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
                try:
                    return await reader.readline()
                finally:
                    writer.transport.abort()

        start = time.monotonic()
        assert (await greeting()).startswith(b"* OK")
        assert time.monotonic() - start >= 0.05

        reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
        await reader.readline()
        await proxy.cut()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.transport.abort()

        proxy.blackhole()
        with pytest.raises(TimeoutError):
            await greeting(0.3)
        await proxy.restore()
        assert await greeting()

        await proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            await greeting()
        await proxy.restore()
        assert await greeting()


async def test_many_bytes_pass_the_proxy_unharmed_and_at_speed(dovecot: Dovecot, dovecot_account: ImapAccount) -> None:
    big = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 4 * 50_000
    async with TcpProxy.started(dovecot.host, dovecot.port, latency=0.05) as proxy:
        probe = Probe(proxy.host, proxy.port, [dovecot_account])
        await probe.append(dovecot_account.user, [big], folder="INBOX")
        start = time.monotonic()
        (stored,) = await probe.contents(dovecot_account.user, "INBOX")
        assert stored.raw == big
        # Delay is not bandwidth: 3 MB in 64 kB chunks would take over five seconds if each waited for the one before.
        assert time.monotonic() - start < 4
