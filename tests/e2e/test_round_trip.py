"""`!mailbox test` on real servers: what the sink took is handed in at Dovecot, as a provider does it with its own mail."""

from __future__ import annotations

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed, until, words
from tests.e2e.letters import letter, new_id


async def submitted(own: House, desk: Desk, count: int) -> bytes:
    """The newest of that many test mails, as the sink took it."""

    def taken() -> list[bytes]:
        return [
            one.raw for one in own.sink.received if b"auto-generated" in one.raw and desk.address.encode() in one.raw
        ]

    async def is_there() -> bool:
        return len(taken()) >= count

    await until(is_there, "the test mail")
    assert len(taken()) == count
    return taken()[-1]


async def says(own: House, what: str) -> str:
    event = await own.wait(own.config_room, lambda e: what in e.body, what)
    return event.body


async def test_a_test_mail_comes_back_and_is_gone_afterwards(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as own:
        (desk,) = own.desks
        await own.alice.say(own.config_room, f"!mailbox test {desk.address}")
        raw = await submitted(own, desk, 1)
        await own.deliver(desk, raw)
        # The second one is to a sub-address.
        marked = await submitted(own, desk, 2)
        assert desk.address.replace("@", "+").partition("+")[0].encode() + b"+" in marked
        await own.deliver(desk, marked)
        answer = await says(own, words("trying.works"))
        assert "arrived in INBOX after" in answer and "plus-address yes" in answer
        assert await own.folder_ids(desk, "INBOX") == []

        # Somebody who saw it sends it again: it becomes no thread, what comes after it does.
        await own.deliver(desk, raw)
        after = letter(to=desk.address, id=new_id("after"))
        await own.case(desk, after)
        assert len(own.posted(desk.room, "conversation")) == 1

        # A bot that dies while it waits sends no second one, and says so.
        await own.alice.say(own.config_room, f"!mailbox test {desk.address}")
        raw = await submitted(own, desk, 3)
        await own.bot.kill()
        await own.deliver(desk, raw)
        await own.bot.start()
        await own.bot.healthy()
        await says(own, words("trip.interrupted"))
        await submitted(own, desk, 3)
        await own.quiet(desk)

        await own.alice.say(own.config_room, f"!mailbox test {desk.address}")
        await own.deliver(desk, await submitted(own, desk, 4), "Junk")
        assert f"!check dns {desk.address}" in await says(own, "spam folder (Junk)")
        await own.quiet(desk)
        numbers = {event.postroom.get("conversation") for event in own.posted(desk.room, "conversation")}
        shown = [event.postroom.get("message_id") for event in own.posted(desk.room, "mail")]
        assert not [id for id in shown if id and str(id).encode() in raw]
        assert numbers
