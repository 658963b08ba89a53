"""One mail to two mailboxes, on real servers."""

from __future__ import annotations

import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import housed, words
from tests.e2e.letters import id_of, letter, new_id


async def test_in_one_room_each_thread_names_the_other_and_in_another_room_none_does(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=({}, {}, {}), start=False) as own:
        first, second, apart = own.desks
        settings = yaml.safe_load(own.config.read_text())
        settings["mailboxes"][1]["room"] = first.room
        own.config.write_text(yaml.safe_dump(settings))
        await own.bot.start()
        await own.bot.healthy()
        raw = letter(to=first.address, cc=second.address, id=new_id())
        for desk in (apart, first, second):
            await own.deliver(desk, raw)
            if desk is not second:
                await own.mail_event(desk, id_of(raw))
        said = words("mail.twin")

        async def named(address: str) -> str | None:
            """The thread in which the other mailbox is named."""
            wanted = "the line that names the other"
            found = await own.wait(
                first.room, lambda e: e.kind == "notice" and said in e.body and address in e.body, wanted
            )
            return found.thread

        one, two = await named(second.address), await named(first.address)
        assert one is not None and two is not None and one != two
        assert not [event for event in own.seen(apart.room) if said in event.body]
