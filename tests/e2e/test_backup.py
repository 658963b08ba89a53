"""The drill: a backup while mails come, a kill, another folder, a start. Nothing is lost, doubled, or sent again."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import House, housed, words
from tests.e2e.letters import id_of, letter, new_id


async def _postroom(house: House, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def test_a_backup_of_the_running_bot_goes_on_in_another_folder(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        cases = [await house.case(desk) for _ in range(3)]
        raws = [letter(to=desk.address, id=new_id("backup")) for _ in range(12)]
        backup = str(house.folder / "backup")

        async def comes() -> None:
            for raw in raws:
                await house.deliver(desk, raw)

        # It leaves between the backup and the kill: the copy knows it as waiting.
        reply = await cases[0].reply("Once, and once only.")
        await asyncio.gather(comes(), _postroom(house, "backup", "-c", str(house.config), backup))
        await cases[0].state(reply, "sent")
        after = await cases[1].reply("After the backup.")
        await cases[1].state(after, "sent")
        await house.bot.kill()
        gone = len(house.sink.received)
        assert gone == 2

        settings = yaml.safe_load(house.config.read_text())
        other = house.folder / "other"
        other.mkdir(mode=0o700)
        settings |= {"data_dir": str(other), "database": f"sqlite:///{other}/postroom.db"}
        house.config.write_text(yaml.safe_dump(settings))
        await _postroom(house, "restore", "-c", str(house.config), backup)
        await house.bot.start()
        await house.bot.healthy()
        for raw in raws:
            await house.mail_event(desk, id_of(raw))
        await house.quiet(desk)

        assert len(house.sink.received) == gone
        shown = Counter(e.postroom.get("message_id") for e in house.posted(desk.room, "mail"))
        assert [one for one, times in shown.items() if times != 1] == []
        numbers = Counter(e.conversation for e in house.posted(desk.room, "conversation"))
        # One is that of the last mail, by which the quiet is known.
        assert (len(numbers), set(numbers.values())) == (len(cases) + len(raws) + 1, {1})
        told = [e for e in house.seen(house.config_room) if words("restored.put_back") in e.body]
        assert len(told) == 1
        await cases[2].state(await cases[2].reply("It goes on."), "sent")
        assert len(house.sink.received) == gone + 1
