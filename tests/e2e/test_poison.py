"""A mail that no reader gets through, on real servers: it holds up neither other mailboxes nor the end of the process."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import housed, until, words
from tests.e2e.letters import id_of, letter, new_id

# Python imports `sitecustomize` when it starts. So the worker of a bot that knows nothing of it takes for ever over the
# mails with this word, by a regular expression that nothing within its process interrupts. Headers are read as ever.
_HURTING = """
import re, sys
from pathlib import Path
if "bot.reader.process" in sys.orig_argv:
    from bot.reader import whole
    read = whole.read_bytes
    def read_bytes(raw):
        if b"poison" in raw:
            with Path({begun!r}).open("a") as file:
                file.write("x")
            re.match(r"(a+)+$", "a" * 64 + "b")
        return read(raw)
    whole.read_bytes = read_bytes
"""
_UNREAD = 20.0
"""Seconds after which a mail counts as one that cannot be read."""


@pytest.mark.slow
async def test_a_mail_that_hurts_holds_up_neither_the_end_nor_other_mailboxes_and_is_shown_with_its_original(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tmp_path / "begun"
    begun.touch()
    (tmp_path / "sitecustomize.py").write_text(_HURTING.format(begun=str(begun)), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with housed(synapse, dovecot, desks=[{}, {}]) as house:
        hurt, other = house.desks
        raw = letter(to=hurt.address, id=new_id("hurts"), subject="It hurts", text="poison\n")

        async def is_being_read() -> bool:
            return begun.stat().st_size > readings

        readings = 0
        await house.deliver(hurt, raw)
        await until(is_being_read, "the mail in the worker")
        started = time.monotonic()
        assert await house.bot.stop() == 0
        assert time.monotonic() - started < 10.0

        readings = begun.stat().st_size
        await house.bot.start()
        await until(is_being_read, "the mail in the worker once more")
        started = time.monotonic()
        await house.case(other)
        assert time.monotonic() - started < _UNREAD
        assert not house.posted(hurt.room, "mail")

        shown = await house.mail_event(hurt, id_of(raw))
        assert words("mail.unreadable") in shown.body
        assert words("cause.timeout") in shown.body
        assert "poison" not in shown.body
        original = await house.wait(
            hurt.room,
            lambda e: e.thread == shown.thread and str(e.content.get("filename", "")).endswith(".eml"),
            "the .eml",
        )
        assert await house.alice.download(str(original.content["url"])) == raw
        after = await house.case(hurt)
        assert after.thread != shown.thread
