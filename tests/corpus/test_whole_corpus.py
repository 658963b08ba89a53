"""Mails that are hard to read, fed through the whole bot into a real room: none is refused, none is shown wrong."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from bot.demo import mails
from bot.demo.matrix_user import NotSeen, RoomEvent
from bot.demo.stage import Stage, staged
from tests.e2e.letters import letter
from tests.mime.cases import CASES
from tests.text.matrix_html import words_of

_CORPUS: Final = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
# The fixtures skip where a server is not installed; each test has a house of its own.
_LAST: Final = "the-last-one@example.org"
_MOST_BYTES: Final = 65_536
"""Of an event, as the servers pass it on (Matrix specification, client-server 9.1)."""
_FRAME: Final = 1_200
"""Of them for what the homeserver adds: ids, hashes, a signature."""


@pytest.mark.usefixtures("synapse", "dovecot")
async def test_every_case_of_ours_comes_into_the_room() -> None:
    raws = [case.encode("utf-8", "surrogateescape") if isinstance(case, str) else case for case in CASES.values()]
    await _all_are_shown(raws, seconds=90)


@pytest.mark.usefixtures("synapse", "dovecot")
@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not os.environ.get("POSTROOM_CORPUS"), reason="takes minutes: `make corpus`")
@pytest.mark.skipif(not _CORPUS.is_dir(), reason="the corpus is not at hand")
async def test_every_mail_of_the_corpus_comes_into_the_room() -> None:
    await _all_are_shown(_corpus(), seconds=1200)


def _corpus() -> list[bytes]:
    rows = (line.split("\t") for line in (_CORPUS / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines())
    return [(_CORPUS / path).read_bytes() for kind, path, *_ in rows if kind == "mail"]


async def _all_are_shown(raws: Sequence[bytes], *, seconds: float) -> None:
    async with staged(imap="dovecot") as stage:
        # An IMAP server takes no empty mail.
        await stage.imap.deliver_many(mails.MAILBOX, [raw for raw in raws if raw])
        await stage.imap.deliver(mails.MAILBOX, letter(to=mails.MAILBOX, id=_LAST))
        stored = await stage.imap.folder_contents(mails.MAILBOX, "INBOX")
        bot = stage.bot()
        try:
            await bot.start()
            await bot.healthy()
            await _until_all_is_done(stage, seconds)
        finally:
            await bot.stop()
        shown = await stage.alice.messages(stage.room, limit=1_000_000)
        config = await stage.alice.messages(stage.config_room, limit=10_000)

        assert (
            _rows(stage, "SELECT kind, event_kind, reason, ref FROM outbox WHERE state IN ('refused', 'unknown')") == []
        )
        assert _rows(stage, "SELECT count(*) FROM shunted") == [(0,)]
        received = _rows(stage, "SELECT row, event FROM mails WHERE direction = 'in'")
        assert len(received) == len({one.raw for one in stored})
        ours = [event for event in shown if event.sender == stage.bot_id]
        posted = Counter(event.event_id for event in ours if event.kind == "mail" and event.replaces is None)
        assert posted == Counter(event for _, event in received)
        faults = [fault for event in (*ours, *config) for fault in _faults(event)]
        assert faults == []


async def _until_all_is_done(stage: Stage, seconds: float) -> None:
    """The last mail is in its thread and no call is left."""
    end = asyncio.get_running_loop().time() + seconds
    state: object = "nothing"
    while asyncio.get_running_loop().time() < end:
        state = await asyncio.to_thread(_progress, stage)
        if state == (1, 0):
            return
        # Seldom: looking takes the machine from those that work.
        await asyncio.sleep(1)
    raise NotSeen(f"the last mail and then no open call, within {seconds:g} s; it is {state}")


def _progress(stage: Stage) -> tuple[int, int]:
    last = "SELECT count(*) FROM mails WHERE event IS NOT NULL AND head LIKE ?"
    left = "SELECT count(*) FROM outbox WHERE state IN ('open', 'sending')"
    return _rows(stage, last, f"%{_LAST}%")[0][0], _rows(stage, left)[0][0]


def _rows(stage: Stage, query: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{stage.folder / 'postroom.db'}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(query, values).fetchall()


def _faults(event: RoomEvent) -> list[str]:
    found: list[str] = []
    size = len(json.dumps(dict(event.content), ensure_ascii=False, separators=(",", ":")).encode()) + _FRAME
    if size > _MOST_BYTES:
        found.append(f"{event.event_id} ({event.kind}): {size} bytes")
    for content in (event.content, event.new_content):
        html = content.get("formatted_body")
        if html is None:
            continue
        try:
            words_of(str(html))
        except AssertionError as wrong:
            found.append(f"{event.event_id} ({event.kind}): {wrong}")
    if event.type == "m.room.message" and not event.body.strip() and event.kind is not None:
        found.append(f"{event.event_id} ({event.kind}): no words")
    return found
