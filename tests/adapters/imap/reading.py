"""What the tests of a folder read of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.adapters.imap.inbox import ImapInbox
from bot.ports import Fetched, FetchedMail, NotGiven

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
