"""Sent copies, flags and moves: each once, however often it is asked for and wherever it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.imap import content
from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.connection import Connection, Selected
from bot.adapters.imap.folders import ImapFolders
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.pymap_server import PymapServer
from bot.domain.outcomes import Accepted, InFolder, Moved, Refused, Saved, TryLater
from bot.ports import Unavailable
from tests.adapters.imap.conftest import Mailbox, account_on
from tests.adapters.imap.proxy import proxied
from tests.adapters.scripted import Peer, scripted

MakeMail = Callable[..., bytes]
DATE = datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)
WITHOUT_MOVE = ("MOVE",)
WITHOUT_UIDPLUS = ("MOVE", "UIDPLUS")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "reply.eml"
    path.write_bytes(b"Message-ID: <r.1.2.abc@monasso.org>\r\nSubject: x\r\n\r\nbody\r\n")
    return path


async def uidvalidity(account: ImapAccount, folder: str) -> int:
    connection = await Connection.open(account)
    selected = await connection.select(folder)
    connection.close()
    assert isinstance(selected, Selected)
    return selected.uidvalidity


# --- append


async def test_a_sent_copy_is_saved_once(mailbox: Mailbox, raw: Path) -> None:
    folders = ImapFolders(mailbox.account)
    first = await folders.append("Sent", raw, ("\\Seen",), DATE)
    assert first == Saved(1)
    assert await folders.append("Sent", raw, ("\\Seen",), DATE) == first
    await folders.close()
    # After a restart of the bot, too.
    folders = ImapFolders(mailbox.account)
    assert await folders.append("Sent", raw, ("\\Seen",), DATE) == first
    await folders.close()
    (copy,) = await mailbox.contents("Sent")
    assert copy.raw == raw.read_bytes()
    assert "\\Seen" in copy.flags


async def test_a_missing_folder_is_made(mailbox: Mailbox, raw: Path) -> None:
    folders = ImapFolders(mailbox.account)
    assert await folders.append("Réponses & Co/2026", raw, (), DATE) == Saved(1)
    await folders.close()
    assert len(await mailbox.contents("R&AOk-ponses &- Co/2026")) == 1


async def test_a_copy_whose_answer_was_lost_is_not_saved_again(mailbox: Mailbox, raw: Path) -> None:
    async with proxied(mailbox.server.port) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        proxy.break_after_command = "APPEND"
        outcome = await folders.append("Sent", raw, (), DATE)
        assert outcome == TryLater("connection_lost", is_outage=True)
        assert len(await mailbox.contents("Sent")) == 1
        assert await folders.append("Sent", raw, (), DATE) == Saved(1)
        await folders.close()
    assert len(await mailbox.contents("Sent")) == 1


async def test_lone_line_ends_are_mended_on_the_way(mailbox: Mailbox, raw: Path) -> None:
    raw.write_bytes(b"Message-ID: <a@b>\nSubject: x\n\nbody\n")
    folders = ImapFolders(mailbox.account)
    await folders.append("Sent", raw, (), DATE)
    await folders.close()
    assert (await mailbox.contents("Sent"))[0].raw == b"Message-ID: <a@b>\r\nSubject: x\r\n\r\nbody\r\n"


async def test_a_refused_copy_says_why(raw: Path) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
            if command.startswith("APPEND"):
                await peer.send(f"{tag} NO [OVERQUOTA] too many mails, try again with less")
            else:
                await peer.send(f"{tag} OK done")

    async with scripted(script) as running:
        folders = ImapFolders(ImapAccount("127.0.0.1", running.port, "none", "me", "x"))
        outcome = await folders.append("Sent", raw, (), DATE)
        await folders.close()
    assert outcome == Refused("NO OVERQUOTA", "[OVERQUOTA] too many mails, try again with less")
    # Refused before the upload: the literal was never sent.
    assert not any("Subject" in line for line in running.lines)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1 << 18])
def test_line_ends_are_mended_wherever_the_pieces_are_cut(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "_CHUNK", size)
    path = tmp_path / "mail"

    @given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b"\x00"]), max_size=12).map(b"".join))
    def check(raw: bytes) -> None:
        path.write_bytes(raw)
        made = b"".join(content.chunks(path))
        assert made == raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        assert content.size_on_the_wire(path) == len(made)

    check()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Message-ID: <a@b>\r\n\r\nMessage-ID: <c@d>", "a@b"),
        (b"Subject: x\nmessage-id:\n <a@b>\n\nbody", "a@b"),
        (b"Subject: x\r\n\r\nMessage-ID: <c@d>\r\n", ""),
        (b"X-Message-ID: <c@d>\r\n\r\n", ""),
    ],
)
def test_the_message_id_of_a_stored_mail(head: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(head)
    assert content.message_id_of(path) == expected


# --- find


async def test_a_mail_is_found_by_its_whole_message_id(mailbox: Mailbox) -> None:
    ids = ["a@x", "prefix.a@x", "a@x.suffix", "A@x", 'q"uo\\te@x', "é@x", "a@x"]
    for message_id in ids:
        await mailbox.deliver(f"Message-ID: <{message_id}>\r\n\r\nbody\r\n".encode())
    folders = ImapFolders(mailbox.account)
    assert await folders.find("INBOX", "a@x") == (1, 7)
    assert await folders.find("INBOX", "A@x") == (4,)
    assert await folders.find("INBOX", 'q"uo\\te@x') == (5,)
    assert await folders.find("INBOX", "é@x") == (6,)
    assert await folders.find("INBOX", "none@x") == ()
    assert await folders.find("INBOX", "") == ()
    assert await folders.find("INBOX", "日本") == ()
    assert await folders.find("Nowhere", "a@x") == ()
    await folders.close()


# --- flags


async def test_a_flag_is_set_on_the_right_mail_only(mailbox: Mailbox, mail: MakeMail) -> None:
    await mailbox.deliver_many([mail(1), mail(2)])
    folders = ImapFolders(mailbox.account)
    validity = await uidvalidity(mailbox.account, "INBOX")
    assert await folders.add_flag("INBOX", validity, 2, "\\Answered") == Accepted()
    assert await folders.add_flag("INBOX", validity, 2, "\\Answered") == Accepted()
    assert await folders.add_flag("INBOX", validity, 99, "\\Answered") == Accepted()
    outcome = await folders.add_flag("INBOX", validity + 1, 1, "\\Answered")
    assert isinstance(outcome, Refused) and outcome.code == "UIDVALIDITY"
    assert isinstance(await folders.add_flag("Nowhere", validity, 1, "\\Answered"), Refused)
    assert isinstance(await folders.add_flag("INBOX", validity, 1, "x) DELETE"), Refused)
    await folders.close()
    first, second = await mailbox.contents()
    assert "\\Answered" not in first.flags
    assert "\\Answered" in second.flags and "\\Seen" not in second.flags


# --- move


@pytest.mark.parametrize("hide", [(), WITHOUT_MOVE, WITHOUT_UIDPLUS])
async def test_a_mail_is_moved_and_the_others_stay(mailbox: Mailbox, mail: MakeMail, hide: tuple[str, ...]) -> None:
    await mailbox.deliver_many([mail(1), mail(2), mail(3)])
    # Somebody has marked another one and not expunged it yet: that is not ours to do.
    validity = await uidvalidity(mailbox.account, "INBOX")
    async with proxied(mailbox.server.port, hide=hide) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        assert await folders.add_flag("INBOX", validity, 3, "\\Deleted") == Accepted()
        moved = await folders.move("INBOX", "Junk", message_id="m2@example.org", uidvalidity=validity, uid=2)
        assert isinstance(moved, Moved)
        if hide != WITHOUT_UIDPLUS:
            assert moved.place == InFolder("Junk", await uidvalidity(mailbox.account, "Junk"), 1)
        if hide != WITHOUT_UIDPLUS:
            again = await folders.move("INBOX", "Junk", message_id="m2@example.org", uidvalidity=validity, uid=2)
            assert again == moved
        await folders.close()
    assert [found.raw for found in await mailbox.contents("Junk")] == [mail(2)]
    left = await mailbox.contents()
    assert [found.uid for found in left if found.uid != 2] == [1, 3]
    if hide == WITHOUT_UIDPLUS:
        assert "\\Deleted" in left[1].flags


@pytest.mark.parametrize("hide", [(), WITHOUT_MOVE])
async def test_a_missing_target_is_made(mailbox: Mailbox, mail: MakeMail, hide: tuple[str, ...]) -> None:
    await mailbox.deliver(mail(1))
    validity = await uidvalidity(mailbox.account, "INBOX")
    async with proxied(mailbox.server.port, hide=hide) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        outcome = await folders.move("INBOX", "Spam & Co", message_id="m1@example.org", uidvalidity=validity, uid=1)
        assert isinstance(outcome, Moved)
        await folders.close()
    assert len(await mailbox.contents("Spam &- Co")) == 1
    assert await mailbox.contents() == []


async def test_a_uid_that_no_longer_holds_gives_way_to_the_message_id(mailbox: Mailbox, mail: MakeMail) -> None:
    await mailbox.deliver_many([mail(1), mail(2)])
    validity = await uidvalidity(mailbox.account, "INBOX")
    folders = ImapFolders(mailbox.account)
    # UID 1 of another UIDVALIDITY is another mail.
    moved = await folders.move("INBOX", "Junk", message_id="m2@example.org", uidvalidity=validity - 1, uid=1)
    assert isinstance(moved, Moved)
    await folders.close()
    assert [found.raw for found in await mailbox.contents()] == [mail(1)]
    assert [found.raw for found in await mailbox.contents("Junk")] == [mail(2)]


async def test_a_mail_that_is_nowhere_cannot_be_moved(mailbox: Mailbox) -> None:
    validity = await uidvalidity(mailbox.account, "INBOX")
    folders = ImapFolders(mailbox.account)
    for message_id in ("gone@example.org", ""):
        outcome = await folders.move("INBOX", "Junk", message_id=message_id, uidvalidity=validity, uid=7)
        assert outcome == Refused("NONEXISTENT", "")
    assert await folders.move("INBOX", "INBOX", message_id="a@b", uidvalidity=validity, uid=7) == Moved()
    await folders.close()


@pytest.mark.parametrize(("hide", "broken"), [((), "MOVE"), (WITHOUT_MOVE, "COPY"), (WITHOUT_MOVE, "STORE")])
async def test_a_move_that_broke_off_is_finished_without_a_double(
    mailbox: Mailbox, mail: MakeMail, hide: tuple[str, ...], broken: str
) -> None:
    await mailbox.deliver(mail(1))
    validity = await uidvalidity(mailbox.account, "INBOX")
    async with proxied(mailbox.server.port, hide=hide) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        proxy.break_after_command = broken
        first = await folders.move("INBOX", "Junk", message_id="m1@example.org", uidvalidity=validity, uid=1)
        assert first == TryLater("connection_lost", is_outage=True)
        second = await folders.move("INBOX", "Junk", message_id="m1@example.org", uidvalidity=validity, uid=1)
        assert isinstance(second, Moved)
        await folders.close()
    assert len(await mailbox.contents("Junk")) == 1
    assert await mailbox.contents() == []


async def test_two_mails_with_one_message_id_are_both_kept(mailbox: Mailbox, mail: MakeMail) -> None:
    """Without MOVE, a mail in the target with the same id is no copy of ours unless it is the same mail."""
    await mailbox.deliver(mail(1), "Junk")
    await mailbox.deliver(mail(1, size=500))
    validity = await uidvalidity(mailbox.account, "INBOX")
    async with proxied(mailbox.server.port, hide=WITHOUT_MOVE) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        await folders.move("INBOX", "Junk", message_id="m1@example.org", uidvalidity=validity, uid=1)
        await folders.close()
    assert [found.raw for found in await mailbox.contents("Junk")] == [mail(1), mail(1, size=500)]


# --- remove


async def test_a_mail_is_removed_for_good_and_what_others_have_marked_stays(mailbox: Mailbox, mail: MakeMail) -> None:
    for number in (1, 2, 1, 3):
        await mailbox.deliver(mail(number))
    folders = ImapFolders(mailbox.account)
    assert await folders.add_flag("INBOX", await uidvalidity(mailbox.account, "INBOX"), 2, "\\Deleted") == Accepted()
    for _ in range(2):
        assert await folders.remove("INBOX", "m1@example.org") == Accepted()
    await folders.close()
    assert [one.uid for one in await mailbox.contents("INBOX")] == [2, 4]


async def test_without_uidplus_it_goes_to_the_trash(mailbox: Mailbox, mail: MakeMail) -> None:
    await mailbox.deliver(mail(1))
    async with proxied(mailbox.server.port, hide=("UIDPLUS",)) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        assert await folders.remove("INBOX", "m1@example.org") == Accepted()
        await folders.close()
    assert await mailbox.contents("INBOX") == []
    assert len(await mailbox.contents("Trash")) == 1


async def test_where_nothing_can_be_removed_it_is_left_as_read(mailbox: Mailbox, mail: MakeMail) -> None:
    await mailbox.deliver(mail(1))
    async with proxied(mailbox.server.port, hide=WITHOUT_UIDPLUS) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        assert await folders.remove("INBOX", "m1@example.org") == Refused("NO UIDPLUS", "")
        await folders.close()
    (left,) = await mailbox.contents("INBOX")
    assert "\\Seen" in left.flags and "\\Deleted" not in left.flags


# --- the connection


async def test_one_connection_serves_many_acts_at_once(mailbox: Mailbox, mail: MakeMail) -> None:
    await mailbox.deliver_many([mail(n) for n in range(1, 7)])
    validity = await uidvalidity(mailbox.account, "INBOX")
    async with proxied(mailbox.server.port) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        outcomes = await asyncio.gather(
            *(folders.add_flag("INBOX", validity, uid, "\\Answered") for uid in (1, 2, 3)),
            *(
                folders.move("INBOX", "Junk", message_id=f"m{uid}@example.org", uidvalidity=validity, uid=uid)
                for uid in (4, 5, 6)
            ),
        )
        assert proxy.connections == 1
        await folders.close()
    assert all(isinstance(outcome, Saved | Accepted | Moved) for outcome in outcomes)
    assert ["\\Answered" in found.flags for found in await mailbox.contents()] == [True] * 3
    assert len(await mailbox.contents("Junk")) == 3


async def test_a_connection_that_was_closed_meanwhile_is_replaced_unseen(mailbox: Mailbox, raw: Path) -> None:
    async with proxied(mailbox.server.port) as proxy:
        folders = ImapFolders(mailbox.through(proxy.port))
        await folders.names()
        proxy.cut()
        assert await folders.append("Sent", raw, (), DATE) == Saved(1)
        # And also where the end is noticed only when the next command is on its way.
        proxy.break_after_command = "EXAMINE"
        assert await folders.append("Sent", raw, (), DATE) == Saved(1)
        assert proxy.connections == 3
        await folders.close()


async def test_an_unused_connection_is_closed(mailbox: Mailbox) -> None:
    left = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
            await peer.send(f"{tag} OK done")
        left.set()

    async with scripted(script) as running:
        account = ImapAccount("127.0.0.1", running.port, "none", "me", "x")
        folders = ImapFolders(account, idle_close_seconds=0.05)
        await folders.names()
        async with asyncio.timeout(20):
            await left.wait()
    assert running.lines[-2].endswith(" LOGOUT")


async def test_trouble_is_told_as_an_outage(mailbox: Mailbox, raw: Path) -> None:
    wrong = ImapFolders(replace(mailbox.account, password="wrong"))
    outcome = await wrong.append("Sent", raw, (), DATE)
    assert isinstance(outcome, TryLater)
    assert (outcome.reason, outcome.is_outage) == ("credentials", True)
    async with scripted(Peer.until_gone) as running:
        mute = ImapFolders(replace(mailbox.through(running.port), timeouts=ImapTimeouts(0.2, 0.2, 0.2)))
        assert await mute.append("Sent", raw, (), DATE) == TryLater("timeout", is_outage=True)
    assert await mute.append("Sent", raw, (), DATE) == TryLater("refused", is_outage=True)
    with pytest.raises(Unavailable, match="refused"):
        await mute.names()


async def test_a_server_that_is_killed_in_the_middle_and_comes_back(raw: Path, mail: MakeMail) -> None:
    async with Dovecot.started() as server:
        own = Mailbox(server, account_on(server, server.accounts[0]))
        folders = ImapFolders(own.account)
        await folders.names()
        await server.kill()
        outcome = await folders.append("Sent", raw, (), DATE)
        assert isinstance(outcome, TryLater) and outcome.is_outage
        await server.start()
        assert isinstance(await folders.append("Sent", raw, (), DATE), Saved)
        await folders.close()
        assert len(await own.contents("Sent")) == 1


async def test_the_same_on_pymap(pymap_server: PymapServer, raw: Path, mail: MakeMail) -> None:
    user = pymap_server.accounts[0]
    account = ImapAccount(pymap_server.host, pymap_server.port, "none", user.user, user.password)
    folders = ImapFolders(account)
    assert await folders.special_folder("\\Sent") == "Sent"
    assert await folders.special_folder("\\Junk") == "Junk"
    first = await folders.append("Sent", raw, ("\\Seen",), DATE)
    assert isinstance(first, Saved) and first.uid
    assert await folders.append("Sent", raw, ("\\Seen",), DATE) == first
    assert len(await pymap_server.folder_contents(user.user, "Sent")) == 1
    uid = await pymap_server.deliver(user.user, mail(1))
    validity = await uidvalidity(account, "INBOX")
    assert await folders.add_flag("INBOX", validity, uid, "\\Answered") == Accepted()
    moved = await folders.move("INBOX", "Junk", message_id="m1@example.org", uidvalidity=validity, uid=uid)
    assert isinstance(moved, Moved)
    again = await folders.move("INBOX", "Junk", message_id="m1@example.org", uidvalidity=validity, uid=uid)
    assert isinstance(again, Moved)
    assert len(await pymap_server.folder_contents(user.user, "Junk")) == 1
    assert await pymap_server.folder_contents(user.user, "INBOX") == []
    await folders.close()
