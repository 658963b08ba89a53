"""The IMAP server dies, breaks off, forgets its UIDs; and mail that people move and write elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.proxy import TcpProxy
from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, Sides, housed, until
from tests.e2e.letters import MARIE, id_of, letter, new_id, read

_SEEN_IN_SENT = 90.0
"""Seconds. The contract for a reply written elsewhere."""


@pytest.fixture(scope="module")
async def own_dovecot(dovecot: Dovecot) -> AsyncIterator[Dovecot]:
    del dovecot  # asked for since it tells when Dovecot is not installed
    async with Dovecot.started() as server:
        yield server


@pytest.fixture(scope="module")
async def wire(own_dovecot: Dovecot) -> AsyncIterator[TcpProxy]:
    async with TcpProxy.started(own_dovecot.host, own_dovecot.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
async def own(synapse: Synapse, own_dovecot: Dovecot, wire: TcpProxy) -> AsyncIterator[House]:
    """A house whose IMAP server these scenarios may stop."""
    async with housed(synapse, own_dovecot, desks=[{}] * 8, sides=Sides(imap_port=wire.port)) as one:
        yield one


@pytest.fixture
def table(own: House) -> Desk:
    return own.next_desk()


def _once_each(house: House, desk: Desk, ids: list[str]) -> None:
    count = Counter(str(e.postroom.get("message_id")) for e in house.posted(desk.room, "mail"))
    assert [id for id in ids if count[id] != 1] == []
    assert len(house.posted(desk.room, "conversation")) == len({e.thread for e in house.posted(desk.room, "mail")})


async def test_a_reply_written_elsewhere_is_seen_in_sent(own: House, table: Desk) -> None:
    case = await own.case(table)
    raw = letter(
        to=MARIE,
        sender=f"Mon Asso <{table.address}>",
        id=new_id("phone"),
        answers=case.message_id,
        text="From my phone.",
    )
    start = time.monotonic()

    await own.imap.deliver(table.address, raw, "Sent", flags=("\\Seen",))

    event = await own.mail_event(table, id_of(raw), timeout=_SEEN_IN_SENT)
    assert time.monotonic() - start < _SEEN_IN_SENT
    assert event.postroom.get("direction") == "out"
    assert event.thread == case.thread
    assert "From my phone." in event.body
    await case.card("status", "pending")
    # It is known now: the answer to it joins, and a reply in the room follows on it.
    answer = await case.more("Thanks for the call.", answers=id_of(raw))
    assert answer.thread == case.thread


async def test_a_mail_in_sent_that_belongs_to_nothing_is_none_of_the_team_s(own: House, table: Desk) -> None:
    raw = letter(to="dentist@example.net", sender=f"<{table.address}>", id=new_id("private"))
    await own.imap.deliver(table.address, raw, "Sent")
    case = await own.case(table)
    reply = letter(to=MARIE, sender=f"<{table.address}>", id=new_id("phone"), answers=case.message_id)
    await own.imap.deliver(table.address, reply, "Sent")
    await own.mail_event(table, id_of(reply), timeout=_SEEN_IN_SENT)

    assert len(own.posted(table.room, "mail")) == 2


async def test_our_own_copy_that_comes_back_is_not_shown_twice(own: House, table: Desk) -> None:
    """By Sent, and to ourselves by a list or Bcc."""
    case = await own.case(table)
    await case.state(await case.reply("Once only."), "sent")
    mail = await case.sent("Once only.")
    await own.mail_event(table, id_of(mail.raw))

    await own.imap.deliver(table.address, b"Received: by a list\r\n" + mail.raw)
    await own.quiet(table)

    async def copied() -> bool:
        return id_of(mail.raw) in await own.folder_ids(table, "Sent")

    await until(copied, "the copy in Sent")
    later = letter(to=MARIE, sender=f"<{table.address}>", id=new_id("phone"), answers=case.message_id)
    await own.imap.deliver(table.address, later, "Sent")
    await own.mail_event(table, id_of(later), timeout=_SEEN_IN_SENT)

    assert len([e for e in own.posted(table.room, "mail") if "Once only." in e.body]) == 1


async def test_the_server_is_killed_and_started_again(own: House, own_dovecot: Dovecot, table: Desk) -> None:
    case = await own.case(table)
    raws = [letter(to=table.address, id=new_id("restart")) for _ in range(6)]
    for raw in raws[:3]:
        await own.deliver(table, raw)
    await own_dovecot.kill()
    reply = await case.reply("The mail server is down.")
    await case.state(reply, "sent")

    await own_dovecot.start()

    for raw in raws[3:]:
        await own.deliver(table, raw)
    for raw in raws:
        await own.mail_event(table, id_of(raw))
    await own.quiet(table)
    _once_each(own, table, [id_of(raw) for raw in raws])
    sent = await case.sent("The mail server is down.")

    async def copied() -> bool:
        return id_of(sent.raw) in await own.folder_ids(table, "Sent")

    await until(copied, "the copy in Sent")
    assert (await own.folder_ids(table, "Sent")).count(id_of(sent.raw)) == 1


async def test_connections_that_are_cut_while_mails_come_lose_and_double_nothing(
    own: House, wire: TcpProxy, table: Desk
) -> None:
    raws = [letter(to=table.address, id=new_id("cut"), text="x " * 20_000) for _ in range(24)]
    wire.latency = 0.01
    try:
        for number, raw in enumerate(raws):
            await own.deliver(table, raw)
            if number % 4 == 3:
                await wire.cut()
    finally:
        wire.latency = 0.0

    await own.mail_count(table, len(raws), timeout=120)
    await own.quiet(table)
    _once_each(own, table, [id_of(raw) for raw in raws])


async def test_a_new_uidvalidity_posts_nothing_twice_and_loses_nothing(
    own: House, own_dovecot: Dovecot, table: Desk
) -> None:
    case = await own.case(table)
    await case.state(await case.reply("Before the backup."), "sent")
    raws = [letter(to=table.address, id=new_id("uid")) for _ in range(5)]
    bare = f"From: {MARIE}\r\nTo: {table.address}\r\nSubject: bare\r\n\r\nno id\r\n".encode()
    for raw in (*raws, bare):
        await own.deliver(table, raw)
    await own.mail_count(table, 8)
    sent = await case.sent("Before the backup.")

    async def copied() -> bool:
        return id_of(sent.raw) in await own.folder_ids(table, "Sent")

    await until(copied, "the copy in Sent")
    await own_dovecot.reset_uidvalidity(table.address, "INBOX")
    await own_dovecot.reset_uidvalidity(table.address, "Sent")
    more = [letter(to=table.address, id=new_id("uid")) for _ in range(2)]
    for raw in more:
        await own.deliver(table, raw)
    await own.mail_count(table, 10)
    await own.quiet(table)

    _once_each(own, table, [id_of(raw) for raw in (*raws, *more)])
    assert len(own.posted(table.room, "mail")) == 11
    # The mail is known at its new place: what is done to it there still works.
    await case.order("!spam")

    async def is_in_junk() -> bool:
        return case.message_id in await own.folder_ids(table, "Junk")

    await until(is_in_junk, "the mail in Junk")


async def test_a_mail_whose_file_the_server_may_not_open_holds_up_nobody(
    own: House, own_dovecot: Dovecot, wire: TcpProxy, table: Desk
) -> None:
    await own.case(table)
    lost, after = letter(to=table.address, id=new_id("lost")), letter(to=table.address, id=new_id("after"))
    await wire.refuse()
    uid = await own_dovecot.deliver(table.address, lost)
    own_dovecot.withhold(table.address, uid)
    await own.deliver(table, after)
    await wire.restore()

    await own.mail_event(table, id_of(after), timeout=120)

    # Another call, for another conversation: it may come a moment later.
    where = f"number {uid} in INBOX"
    await own.wait(table.room, lambda e: e.replaces is None and where in e.body, "what is known of the other")
    await own.quiet(table)
    assert len([event for event in own.posted(table.room, "mail") if where in event.body]) == 1


async def test_a_mailbox_that_is_put_back_while_the_bot_runs_loses_and_doubles_nothing(
    own: House, own_dovecot: Dovecot, table: Desk
) -> None:
    await own.case(table)
    backup = await own_dovecot.copied(table.address)
    before = [letter(to=table.address, id=new_id("gone")) for _ in range(3)]
    for raw in before:
        await own.deliver(table, raw)
    await own.mail_count(table, 4)

    await own_dovecot.put_back(table.address, backup)
    since = [letter(to=table.address, id=new_id("since")) for _ in range(5)]
    for raw in since:
        await own.deliver(table, raw)

    await own.mail_count(table, 9, timeout=120)
    await own.quiet(table)
    _once_each(own, table, [id_of(raw) for raw in (*before, *since)])


async def test_the_loop_works_on_a_server_without_dovecot_s_manners(
    synapse: Synapse, pymap_server: PymapServer
) -> None:
    async with housed(synapse, pymap_server) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        reply = await case.reply("Through pymap.")
        await case.state(reply, "sent")
        mail = await case.sent("Through pymap.")
        assert read(mail.raw)["In-Reply-To"] == f"<{case.message_id}>"

        async def copied() -> bool:
            return await house.folder_ids(desk, "Sent") == [id_of(mail.raw)]

        await until(copied, "the copy in Sent")
        await case.more()
        await case.react("🚫")
        await case.card("status", "spam")
        await asyncio.gather(*(house.mail_event(desk, id) for id in (case.message_id, id_of(mail.raw))))
