"""Connecting, TLS and login: never in clear where TLS is asked for, never the same wrong password twice."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.connection import Connection
from bot.adapters.imap.folders import ImapFolders
from bot.demo.servers.pymap_server import PymapServer
from bot.domain.credentials import Lack
from bot.ports import CredentialsRefused, NotRead, Unavailable
from tests.adapters.imap.conftest import Mailbox
from tests.adapters.scripted import Peer, scripted

TIMEOUTS = ImapTimeouts(connect=5, command=5, transfer=5)
Login = Callable[[Peer, str, str], Awaitable[None]]


def server(login: Login, *, capabilities: str) -> Callable[[Peer], Awaitable[None]]:
    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send(f"* CAPABILITY IMAP4rev1 {capabilities}", f"{tag} OK done")
            elif command.startswith(("LOGIN", "AUTHENTICATE")):
                await login(peer, tag, command)
            else:
                await peer.send(f"{tag} OK done")

    return script


def account(port: int, user: str = "me", password: str = "secret") -> ImapAccount:
    return ImapAccount("127.0.0.1", port, "none", user, password, timeouts=TIMEOUTS)


async def enter(wanted: ImapAccount) -> None:
    (await Connection.open(wanted)).close()


# --- TLS


async def test_starttls_and_tls_reach_the_folders(mailbox: Mailbox) -> None:
    starttls = ImapFolders(replace(mailbox.account, security="starttls"))
    tls = ImapFolders(replace(mailbox.account, security="tls", port=mailbox.server.tls_port))
    for folders in (starttls, tls):
        await folders.check()
        assert "INBOX" in {folder.name for folder in await folders.names()}
        await folders.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(mailbox: Mailbox, security: str) -> None:
    port = mailbox.server.tls_port if security == "tls" else mailbox.server.port
    wanted = replace(mailbox.account, security=security, port=port, trusted=None)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="certificate"):
        await enter(wanted)


async def test_a_certificate_of_another_host_is_refused(mailbox: Mailbox) -> None:
    context = mailbox.server.certificate.client_context()
    assert context.check_hostname and context.verify_mode == ssl.CERT_REQUIRED
    wanted = replace(mailbox.account, security="tls", port=mailbox.server.tls_port, host="localhost.localdomain")
    with pytest.raises(Unavailable, match=r"certificate|dns"):
        await enter(wanted)


async def test_starttls_that_is_not_offered_ends_before_the_password(mailbox: Mailbox) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            await peer.send(f"{line.partition(' ')[0]} BAD unknown")

    async with scripted(script) as running:
        with pytest.raises(Unavailable, match="starttls_not_offered"):
            await enter(replace(account(running.port), security="starttls"))
    assert not any("LOGIN" in line or "AUTHENTICATE" in line for line in running.lines)


@pytest.mark.parametrize("pause", [False, True])
async def test_words_slipped_in_after_starttls_end_the_connection(mailbox: Mailbox, pause: bool) -> None:
    """CVE-2011-0411: what comes in clear behind the answer would be taken for the answer under TLS."""

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        tag = (await peer.line()).partition(" ")[0]
        if pause:
            await peer.send(f"{tag} OK go")
            await peer.send("* CAPABILITY IMAP4rev1 LOGINDISABLED")
        else:
            await peer.send(f"{tag} OK go", "* CAPABILITY IMAP4rev1 LOGINDISABLED")
        await peer.until_gone()

    async with scripted(script) as running:
        wanted = replace(account(running.port), security="starttls")
        with pytest.raises(Unavailable, match=r"starttls_injection|tls"):
            await enter(replace(wanted, timeouts=ImapTimeouts(connect=1, command=1, transfer=1)))


async def test_a_greeting_that_skips_the_login_does_not_skip_starttls() -> None:
    async def script(peer: Peer) -> None:
        await peer.send("* PREAUTH welcome")
        await peer.until_gone()

    async with scripted(script) as running:
        with pytest.raises(Unavailable, match="starttls_impossible"):
            await enter(replace(account(running.port), security="starttls"))


# --- reaching the server


async def test_a_port_where_nobody_listens(mailbox: Mailbox) -> None:
    async with scripted(Peer.until_gone) as running:
        pass
    with pytest.raises(Unavailable, match="refused"):
        await enter(account(running.port))


async def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(Unavailable, match="dns"):
        await enter(replace(account(143), host="imap.invalid"))


@pytest.mark.parametrize(
    ("greeting", "reason"), [("* BYE too busy", "greeting_refused"), ("SSH-2.0-OpenSSH", "greeting_refused")]
)
async def test_a_greeting_that_is_none(greeting: str, reason: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.send(greeting)

    async with scripted(script) as running:
        with pytest.raises(Unavailable, match=reason):
            await enter(account(running.port))


async def test_no_greeting_at_all() -> None:
    async with scripted(Peer.until_gone) as running:
        with pytest.raises(Unavailable, match="timeout"):
            await enter(replace(account(running.port), timeouts=ImapTimeouts(0.2, 5, 5)))


# --- login


async def test_a_wrong_password_is_refused_credentials(mailbox: Mailbox) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        await enter(replace(mailbox.account, password="wrong"))
    assert "failed" in caught.value.text.lower()
    assert mailbox.account.user not in str(caught.value)


async def test_an_unknown_user_on_another_server(pymap_server: PymapServer) -> None:
    with pytest.raises(CredentialsRefused):
        await enter(account(pymap_server.port, "nobody", "wrong"))


async def test_a_refused_password_is_not_tried_again_another_way() -> None:
    async def refuse(peer: Peer, tag: str, command: str) -> None:
        await peer.send(f"{tag} NO [AUTHENTICATIONFAILED] wrong")

    async with scripted(server(refuse, capabilities="AUTH=PLAIN SASL-IR")) as running:
        with pytest.raises(CredentialsRefused, match="imap"):
            await enter(account(running.port))
    assert len([line for line in running.lines if "LOGIN" in line or "AUTHENTICATE" in line]) == 1


@pytest.mark.parametrize("initial", [True, False])
async def test_plain_login_carries_any_character(initial: bool) -> None:
    seen: list[bytes] = []

    async def plain(peer: Peer, tag: str, command: str) -> None:
        words = command.split(" ")
        if not initial:
            assert len(words) == 2
            await peer.send("+ ")
        seen.append(b64decode(words[2] if initial else await peer.line()))
        await peer.send(f"{tag} OK welcome")

    async with scripted(server(plain, capabilities="AUTH=PLAIN" + (" SASL-IR" if initial else ""))) as running:
        await enter(account(running.port, 'ün "ï\\', "pä ss"))
    assert seen == ['\0ün "ï\\\0pä ss'.encode()]


@pytest.mark.parametrize(("user", "password"), [('us"er', "back\\slash"), ("ünï", "pä ss"), ("user name", "{3}")])
async def test_login_carries_any_character(user: str, password: str) -> None:
    seen: list[str] = []

    async def literal(peer: Peer, rest: str) -> str:
        """The text behind `{n}`; gives what stands after it on the same line."""
        size = int(rest[rest.rindex("{") + 1 : -1])
        await peer.send("+ go on")
        seen.append((await peer.reader.readexactly(size)).decode())
        return await peer.line()

    async def login(peer: Peer, tag: str, command: str) -> None:
        if command.startswith('LOGIN "'):
            seen.extend(command.split('"')[1::2])
        else:
            assert await literal(peer, await literal(peer, command)) == ""
        await peer.send(f"{tag} OK welcome")

    async with scripted(server(login, capabilities="")) as running:
        await enter(account(running.port, user, password))
    assert seen == [user, password]


async def test_login_takes_over_where_plain_is_named_but_not_known() -> None:
    async def only_login(peer: Peer, tag: str, command: str) -> None:
        await peer.send(f"{tag} BAD what" if command.startswith("AUTH") else f"{tag} OK welcome")

    async with scripted(server(only_login, capabilities="AUTH=PLAIN SASL-IR")) as running:
        await enter(account(running.port))


@pytest.mark.parametrize("good", ["another", ""])
async def test_a_token_that_is_refused_before_its_end_is_replaced_once(good: str) -> None:
    tried: list[str] = []

    async def takes(peer: Peer, tag: str, command: str) -> None:
        said = b64decode(command.split(" ")[2]).decode()
        tried.append(said.removeprefix("user=me\x01auth=Bearer ").removesuffix("\x01\x01"))
        if tried[-1] == good:
            await peer.send(f"{tag} OK welcome")
            return
        await peer.send("+ eyJzdGF0dXMiOiI0MDAifQ==")
        assert await peer.line() == ""
        await peer.send(f"{tag} NO [AUTHENTICATIONFAILED] token expired")

    async def token(refused: str = "") -> str:
        return "another" if refused == "token" else "token"

    async with scripted(server(takes, capabilities="AUTH=XOAUTH2 SASL-IR")) as running:
        wanted = replace(account(running.port), token=token)
        async with asyncio.timeout(20):
            if good:
                await enter(wanted)
            else:
                with pytest.raises(CredentialsRefused) as caught:
                    await enter(wanted)
                assert "token expired" in caught.value.text
    assert tried == ["token", "another"]


async def test_a_password_that_is_read_anew_goes_into_each_login() -> None:
    words, heard = ["first", "second"], []

    async def log_in(peer: Peer, tag: str, command: str) -> None:
        heard.append(b64decode(command.split(" ")[2]))
        await peer.send(f"{tag} OK welcome")

    async def fresh() -> str:
        return words.pop(0)

    async with scripted(server(log_in, capabilities="AUTH=PLAIN SASL-IR")) as running:
        for _ in range(2):
            await enter(replace(account(running.port), fresh=fresh))
    assert heard == [b"\0me\0first", b"\0me\0second"]


async def test_without_a_password_to_read_no_server_is_asked() -> None:
    async def missing() -> str:
        raise NotRead(Lack.MISSING)

    # Nothing listens there: it is not even tried.
    with pytest.raises(Unavailable, match="password_missing"):
        await enter(replace(account(1), fresh=missing))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("NO [UNAVAILABLE] directory away", "unavailable"),
        ("NO [SERVERBUG] internal error", "serverbug"),
        ("NO [ALERT] Too many simultaneous connections. (Failure)", "alert"),
        ("NO Temporary authentication failure", "login"),
    ],
)
async def test_a_login_that_fails_for_now_is_no_wrong_password(words: str, reason: str) -> None:
    async def later(peer: Peer, tag: str, command: str) -> None:
        await peer.send(f"{tag} {words}")

    async with scripted(server(later, capabilities="AUTH=PLAIN SASL-IR")) as running:
        with pytest.raises(Unavailable, match=reason):
            await enter(account(running.port))


async def test_a_login_that_is_forbidden_in_clear() -> None:
    async def never(peer: Peer, tag: str, command: str) -> None:
        raise AssertionError("the password was sent")

    async with scripted(server(never, capabilities="LOGINDISABLED STARTTLS")) as running:
        with pytest.raises(Unavailable, match="login_disabled"):
            await enter(account(running.port))


async def test_capabilities_are_asked_for_after_the_login() -> None:
    async def script(peer: Peer) -> None:
        await peer.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi")
        is_in = False
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            is_in = is_in or command.startswith("AUTHENTICATE")
            if command.startswith("AUTHENTICATE"):
                await peer.send("+ ")
                await peer.line()
            elif command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN" + (" MOVE idle" if is_in else ""))
            await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        connection = await Connection.open(account(running.port))
        assert connection.has("MOVE") and connection.has("IDLE")
        connection.close()
