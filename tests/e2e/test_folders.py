"""A folder is read from the config room on, and no more: names as servers really have them, and no old mail as new."""

from __future__ import annotations

import asyncio
import imaplib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.test_mailboxes_change import commands, is_shown


@pytest_asyncio.fixture
async def own(synapse: Synapse, dovecot: Dovecot) -> AsyncIterator[House]:
    async with housed(synapse, dovecot, desks=[{}]) as one:
        yield one


def put(own: House, desk: Desk, raw: bytes, wire: str, *, is_new: bool) -> None:
    """Into a folder by its name on the wire."""
    assert isinstance(own.imap, Dovecot)
    (account,) = [one for one in own.imap.accounts if one.user == desk.address]
    with imaplib.IMAP4(own.imap.host, own.imap.port, timeout=20.0) as client:
        client.login(account.user, account.password)
        if is_new:
            assert client.create(wire)[0] == "OK"
        assert client.append(wire, "", "", raw)[0] == "OK"


@pytest.mark.parametrize(
    ("name", "wire"),
    [('Projet "Été" & co', r'"Projet \"&AMk-t&AOk-\" &- co"'), ("Dossier/Factures 2024", '"Dossier/Factures 2024"')],
)
async def test_it_is_read_without_a_restart_and_what_was_there_stays_there(own: House, name: str, wire: str) -> None:
    (desk,) = own.desks

    async def deliver(raw: bytes, *, is_new: bool = False) -> None:
        await asyncio.to_thread(put, own, desk, raw, wire, is_new=is_new)

    before, after, last = (letter(to=desk.address, id=new_id(word)) for word in ("before", "after", "last"))
    await deliver(before, is_new=True)
    await commands(own, f"!folder add {desk.address} {name.upper()}", "folder.how_many")
    await commands(own, f"!folder add {desk.address} {name} new", "folder.added_new")
    await own.quiet(desk)
    # The folder's own connection has found its place, or nothing that comes later would be new.
    await own.bot.healthy()
    await deliver(after)
    await own.mail_event(desk, id_of(after))
    assert not is_shown(own, desk, before)
    await own.bot.stop()
    await own.bot.start()
    await own.bot.healthy()
    await commands(own, f"!folder remove {desk.address} {name}", "folder.removed")
    await own.quiet(desk)
    await deliver(last)
    await own.quiet(desk)
    assert not is_shown(own, desk, last)
    await commands(own, f"!folder add {desk.address} {name} all", "folder.added_all")
    for raw in (before, last):
        await own.mail_event(desk, id_of(raw))
    await own.quiet(desk)
    shown = [event.postroom.get("message_id") for event in own.posted(desk.room, "mail")]
    assert shown.count(id_of(after)) == 1, "what came before is known"
