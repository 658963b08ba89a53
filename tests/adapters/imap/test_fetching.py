"""Three answers are kept apart: a mail is given whole, it is not there, or the server does not give it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.adapters.imap.account import ImapAccount, ImapTimeouts
from bot.adapters.imap.fetching import ESTIMATES, PART
from bot.adapters.imap.inbox import ImapInbox
from bot.adapters.imap.patience import TRIES
from bot.demo.servers.dovecot import Dovecot
from bot.ports import Fetched, FetchedMail, Gone, NotGiven, Unavailable
from tests.adapters.imap.conftest import account_on
from tests.adapters.scripted import Peer, ScriptedServer, scripted

LIMIT = 30_000_000
RAW = b"From: a@example.org\r\nSubject: one\r\n\r\nwords\r\n"


@dataclass
class Stored:
    """A mail, and what is wrong with it on its server."""

    raw: bytes = RAW
    said: int | None = None
    """RFC822.SIZE, where it is not the size."""
    bodies: list[bytes | None] = field(default_factory=list)
    """What is given at the next times instead of it; None is NIL."""
    cuts: tuple[str, ...] = ()
    """The connection is cut at a FETCH of it that has one of these in it."""
    left_out_of: tuple[str, ...] = ()
    """FETCH leaves it out where it has one of these in it."""
    is_expunged: bool = False


@dataclass
class Store:
    """A folder on a server that follows the grammar of FETCH, and has mails that are trouble."""

    mails: dict[int, Stored]

    async def serve(self, peer: Peer) -> None:
        await peer.send("* OK hi")
        while line := await peer.line():
            tag, _, command = line.partition(" ")
            if command == "CAPABILITY":
                await peer.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
            elif command.startswith("EXAMINE"):
                await peer.send(f"* {len(self.mails)} EXISTS", "* OK [UIDVALIDITY 5] ok", "* OK [UIDNEXT 900] ok")
            elif command.startswith("UID SEARCH UID"):
                asked = _uids(command.split(" ")[3])
                named = [str(uid) for uid, mail in self.mails.items() if uid in asked and not mail.is_expunged]
                await peer.send("* SEARCH " + " ".join(named))
            elif command.startswith("UID FETCH") and not await self._fetch(peer, command):
                return
            await peer.send(f"{tag} OK done")

    async def _fetch(self, peer: Peer, command: str) -> bool:
        _, _, asked, items = command.split(" ", 3)
        for uid in sorted(_uids(asked) & self.mails.keys()):
            mail = self.mails[uid]
            if any(one in items for one in mail.cuts):
                peer.drop()
                return False
            if mail.is_expunged or any(one in items for one in mail.left_out_of):
                continue
            if "RFC822.SIZE" in items:
                size = len(mail.raw) if mail.said is None else mail.said
                await peer.send(f"* {uid} FETCH (UID {uid} RFC822.SIZE {size} FLAGS ())")
                continue
            body = mail.bodies.pop(0) if mail.bodies and "HEADER" not in items else mail.raw
            section = items.removeprefix("(UID ").removesuffix(")").replace(".PEEK", "")
            if part := re.search(r"<(\d+)\.(\d+)>", items):
                start, most = int(part[1]), int(part[2])
                body = None if body is None else body[start : start + most]
                section = section.replace(part[0], f"<{start}>")
            if "HEADER" in items:
                body = mail.raw.partition(b"\r\n\r\n")[0]
            if body is None:
                await peer.send(f"* {uid} FETCH (UID {uid} {section} NIL)")
                continue
            await peer.send(f"* {uid} FETCH (UID {uid} {section} {{{len(body)}}}")
            await peer.send_bytes(body + b")\r\n")
        return True


def _uids(words: str) -> set[int]:
    found: set[int] = set()
    for part in words.split(","):
        first, _, last = part.partition(":")
        found.update(range(int(first), int(last or first) + 1))
    return found


@asynccontextmanager
async def inbox(mails: dict[int, Stored], *, give_up: float = 0.0) -> AsyncIterator[tuple[ImapInbox, ScriptedServer]]:
    async with scripted(Store(mails).serve) as running:
        account = ImapAccount("127.0.0.1", running.port, "none", "me", "x", timeouts=ImapTimeouts(5, 5, 5))
        yield ImapInbox(account, "INBOX", size_limit=LIMIT, give_up_seconds=give_up), running


async def taken(box: ImapInbox, uids: tuple[int, ...], scratch: Path) -> tuple[list[Fetched], int]:
    """What a pump takes: whatever came before a failure stands, and it goes on after that. With the failures."""
    found: list[Fetched] = []
    failures = 0
    while len(found) < len(uids):
        assert failures < 20, "it does not end"
        await box.open()
        try:
            async for answer in box.fetch(uids[len(found) :], scratch):
                found.append(answer)
        except Unavailable:
            failures += 1
    await box.close()
    assert [answer.uid for answer in found] == list(uids)
    return found, failures


def whole(answer: Fetched, raw: bytes = RAW) -> bool:
    if not isinstance(answer, FetchedMail):
        return False
    return (answer.raw.read_bytes() if isinstance(answer.raw, Path) else answer.raw) == raw


CUT = ("BODY.PEEK[]",)
SIZES_CUT = ("RFC822.SIZE", "BODY.PEEK[]", "BODY.PEEK[HEADER]")


@pytest.mark.parametrize(
    ("name", "trouble", "kind"),
    [
        ("cut at its bytes", Stored(cuts=CUT), "head"),
        ("cut at its bytes and its head", Stored(cuts=("BODY.PEEK[]", "HEADER")), "size"),
        ("cut at all but its cached fields", Stored(cuts=SIZES_CUT), "fields"),
        ("cut at everything", Stored(cuts=("(",)), "nothing"),
        ("left out, though SEARCH names it", Stored(left_out_of=("(",)), "nothing"),
        ("its bytes are left out", Stored(left_out_of=CUT), "head"),
        ("without its bytes", Stored(bodies=[None] * 20), "head"),
        ("empty, though it has a size", Stored(bodies=[b""] * 20), "head"),
        ("large, and cut in the middle of its parts", Stored(RAW + b"x" * 2 * PART, cuts=(f"<{PART}.",)), "head"),
        ("large, and empty", Stored(RAW + b"x" * 2 * PART, bodies=[b""] * 20), "head"),
        ("large, and without its bytes", Stored(RAW + b"x" * 2 * PART, bodies=[None] * 20), "head"),
    ],
)
async def test_a_mail_that_is_not_given_is_named_and_the_next_ones_come(
    tmp_path: Path, name: str, trouble: Stored, kind: str
) -> None:
    async with inbox({1: Stored(), 2: trouble, 3: Stored(), 4: Stored()}) as (box, server):
        (first, second, *others), failures = await taken(box, (1, 2, 3, 4), tmp_path)
    assert whole(first)
    assert all(whole(answer) for answer in others)
    assert isinstance(second, NotGiven)
    assert bool(second.head) == (kind in ("head", "fields"))
    assert (second.size is not None) == (kind in ("head", "size"))
    assert failures <= 1 + TRIES + 2  # with the others, alone, and for its head and its fields
    asked = [line for line in server.lines if re.search(r"UID FETCH 2 \(UID (BODY.PEEK\[\]|RFC822)", line)]
    assert len(asked) <= 2 * TRIES + 6
    assert not list(tmp_path.glob("mail-*.eml"))


@pytest.mark.parametrize("size", [len(RAW), 2 * PART])
async def test_what_was_expunged_is_gone_after_a_second_look(tmp_path: Path, size: int) -> None:
    gone = Stored(RAW.ljust(size, b"x"), is_expunged=True)
    async with inbox({1: Stored(), 2: gone, 3: Stored()}) as (box, _):
        (first, second, third), failures = await taken(box, (1, 2, 3), tmp_path)
    assert whole(first) and whole(third)
    assert isinstance(second, Gone)
    assert failures == 0


@pytest.mark.parametrize("size", [len(RAW), 2 * PART])
async def test_what_is_expunged_between_size_and_bytes_is_gone(tmp_path: Path, size: int) -> None:
    trouble = Stored(RAW.ljust(size, b"x"), left_out_of=("BODY",))
    async with inbox({1: Stored(), 2: trouble}) as (box, _):
        await box.open()
        listed = box.fetch((1, 2), tmp_path)
        first = await anext(listed)
        trouble.is_expunged = True
        second = await anext(listed)
        await box.close()
    assert whole(first)
    assert isinstance(second, Gone)


@pytest.mark.parametrize("bad", [None, b"", RAW[:7]])
async def test_a_bad_moment_of_the_server_is_asked_over(tmp_path: Path, bad: bytes | None) -> None:
    async with inbox({1: Stored(bodies=[bad]), 2: Stored()}) as (box, _):
        found, failures = await taken(box, (1, 2), tmp_path)
    assert [whole(answer) for answer in found] == [True, True]
    assert failures == 0


@pytest.mark.parametrize("said", [1, len(RAW) - 3, len(RAW) + 40, 3 * len(RAW)])
async def test_sizes_that_are_estimates_are_believed_twice_and_then_not_asked_about(tmp_path: Path, said: int) -> None:
    """Exchange estimates RFC822.SIZE; a maildir's `S=` is wrong once its lines end otherwise."""
    count = ESTIMATES + 5
    async with inbox({uid: Stored(said=said) for uid in range(1, count + 1)}) as (box, server):
        found, failures = await taken(box, tuple(range(1, count + 1)), tmp_path)
    assert all(whole(answer) for answer in found)
    assert failures == 0
    assert len([line for line in server.lines if "BODY.PEEK[]" in line]) == 1 + ESTIMATES


async def test_an_estimate_is_no_reason_to_believe_in_nothing(tmp_path: Path) -> None:
    mails = {uid: Stored(said=3) for uid in range(1, ESTIMATES + 1)}
    async with inbox({**mails, 9: Stored(said=3, bodies=[b""] * 9)}) as (box, _):
        found, _ = await taken(box, (*mails, 9), tmp_path)
    assert isinstance(found[-1], NotGiven)


@pytest.mark.parametrize("said", [PART, 2 * PART - 4, 2 * PART + 900])
async def test_a_large_mail_ends_where_nothing_comes_any_more(tmp_path: Path, said: int) -> None:
    raw = RAW.ljust(2 * PART - 4, b"x")
    async with inbox({1: Stored(raw, said=said)}) as (box, _):
        (mail,), failures = await taken(box, (1,), tmp_path)
    assert whole(mail, raw)
    assert failures == 0


async def test_an_empty_mail_is_one(tmp_path: Path) -> None:
    async with inbox({1: Stored(b"")}) as (box, _):
        (mail,), _ = await taken(box, (1,), tmp_path)
    assert whole(mail, b"")


async def test_a_server_s_bad_minute_gives_no_mail_up(tmp_path: Path) -> None:
    trouble = Stored(cuts=CUT)
    async with inbox({1: trouble}, give_up=60.0) as (box, _):
        for _ in range(TRIES + 2):
            await box.open()
            with pytest.raises(Unavailable):
                await anext(box.fetch((1,), tmp_path))
        trouble.cuts = ()
        (mail,), failures = await taken(box, (1,), tmp_path)
    assert whole(mail)
    assert failures == 0


async def test_a_file_that_a_real_dovecot_may_not_open(tmp_path: Path) -> None:
    async with Dovecot.started() as server:
        account = account_on(server, server.add_account())
        for number in range(4):
            await server.deliver(account.user, RAW.replace(b"one", b"number %d" % number))
        server.withhold(account.user, 2)
        box = ImapInbox(account, "INBOX", size_limit=LIMIT, give_up_seconds=0)
        (first, second, *others), failures = await taken(box, (1, 2, 3, 4), tmp_path)
        assert failures > 0, "this Dovecot can read the file: the test shows nothing"
        assert isinstance(second, NotGiven)
        assert whole(first, RAW.replace(b"one", b"number 0"))
        assert [whole(answer, RAW.replace(b"one", b"number %d" % n)) for n, answer in enumerate(others, 2)] == [
            True
        ] * 2

        server.withhold(account.user, 2, gives=True)
        (later,), _ = await taken(box, (2,), tmp_path)
        assert whole(later, RAW.replace(b"one", b"number 1"))
