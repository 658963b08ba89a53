"""SIGHUP: config.yaml is read again, and holds whole or not at all."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, housed, until
from tests.e2e.letters import id_of, letter, new_id


@pytest_asyncio.fixture
async def heard(tmp_path: Path) -> AsyncIterator[socket.socket]:
    """The socket of a supervisor."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind(str(tmp_path / "notify"))
        one.setblocking(False)
        yield one


@pytest_asyncio.fixture
async def own(synapse: Synapse, dovecot: Dovecot, heard: socket.socket) -> AsyncIterator[House]:
    async with housed(synapse, dovecot, start=False) as one:
        one.bot.environment = {**os.environ, "NOTIFY_SOCKET": heard.getsockname()}
        await one.bot.start()
        await one.bot.healthy()
        yield one


def words(heard: socket.socket) -> list[str]:
    """What the supervisor was told by now, without how the bot does."""
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(heard.recv(4096).decode().split("\n")[0])
    return [one for one in found if not one.startswith("STATUS=")]


async def read_again(own: House, text: str, outcome: str) -> None:
    """Write the file, send the signal, and wait for what the log says of it."""
    before = own.bot.log.read_text().count(outcome)
    own.config.write_text(text, encoding="utf-8")
    pid = own.bot.pid
    assert pid is not None
    os.kill(pid, signal.SIGHUP)

    async def said() -> bool:
        return own.bot.log.read_text().count(outcome) > before

    await until(said, outcome)
    assert own.bot.pid == pid


async def test_a_file_that_is_read_again_holds_from_the_next_mail_on_or_not_at_all(
    own: House, heard: socket.socket
) -> None:
    (desk,) = own.desks
    case = await own.case(desk)
    given = yaml.safe_load(own.config.read_text())
    mailbox = given["mailboxes"][0]

    mailbox["name"], mailbox["signature"] = "Another Name", "Read again."
    await read_again(own, yaml.safe_dump(given, allow_unicode=True), "config_read_again")
    reply = await case.reply("With the new name.")
    await case.state(reply, "sent")
    sent = (await case.sent("With the new name.")).raw
    assert b"Another Name" in sent and b"Read again." in sent

    more = {**given, "max_mail_mb": 7, "mailboxes": [{**mailbox, "name": "Half"}]}
    await read_again(own, yaml.safe_dump(more, allow_unicode=True), "config_needs_restart")
    await read_again(own, "mailboxes: [", "config_has_mistakes")
    reply = await case.reply("And still.")
    await case.state(reply, "sent")
    sent = (await case.sent("And still.")).raw
    assert b"Another Name" in sent and b"Half" not in sent
    await own.quiet(desk)
    await own.bot.healthy()
    # Also a file that is refused was read.
    assert words(heard) == ["READY=1", *["RELOADING=1", "READY=1"] * 3]


async def test_mailboxes_come_change_and_go_while_the_bot_runs(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{}, {}], start=False) as own:
        first, second = own.desks
        given = yaml.safe_load(own.config.read_text())
        one, other = given["mailboxes"]
        own.config.write_text(yaml.safe_dump({**given, "mailboxes": [one]}, allow_unicode=True))
        await own.bot.start()
        await own.bot.healthy()
        case = await own.case(first)

        async def now_serves(*mailboxes: dict[str, object]) -> None:
            text = yaml.safe_dump({**given, "mailboxes": list(mailboxes)}, allow_unicode=True)
            await read_again(own, text, "config_read_again")
            await own.bot.healthy()

        await now_serves(one, other)
        added = await own.case(second)
        reply = await added.reply("From the new one.")
        await added.state(reply, "sent")

        # Its server is named otherwise: it is served anew, and what came meanwhile is there once.
        raws = [letter(to=first.address, id=new_id("anew")) for _ in range(5)]
        for raw in raws[:3]:
            await own.deliver(first, raw)
        await now_serves({**one, "smtp": {**one["smtp"], "host": "localhost"}}, other)
        for raw in raws[3:]:
            await own.deliver(first, raw)
        for raw in raws:
            await own.mail_event(first, id_of(raw))
        reply = await case.reply("By the server's other name.")
        await case.state(reply, "sent")

        await now_serves({**one, "smtp": {**one["smtp"], "host": "localhost"}})
        away = letter(to=second.address, id=new_id("away"))
        await own.deliver(second, away)
        await own.quiet(first)
        assert not [e for e in own.posted(second.room, "mail") if e.postroom.get("message_id") == id_of(away)]

        await now_serves(one, other)
        await own.mail_event(second, id_of(away))
        await own.quiet(second)
        for desk, expected in (
            (first, [case.message_id, *map(id_of, raws)]),
            (second, [added.message_id, id_of(away)]),
        ):
            shown = [e.postroom.get("message_id") for e in own.posted(desk.room, "mail")]
            assert [id for id in expected if shown.count(id) != 1] == []
