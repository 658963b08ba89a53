"""A password is told in an encrypted config room: deleted there, and used at once by a bot that had a wrong one."""

import pytest
import yaml

from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, WAIT, housed, until, words
from tests.e2e.letters import letter, new_id
from tests.e2ee.conftest import NewElement
from tests.e2ee.test_trust import localpart


@pytest.mark.slow
async def test_a_password_told_in_an_encrypted_room_is_deleted_and_used(
    synapse: Synapse, pymap_server: PymapServer, new_element: NewElement
) -> None:
    async with housed(synapse, pymap_server, start=False) as house:
        given, room = yaml.safe_load(house.config.read_text()), house.config_room
        login = given["mailboxes"][0]["imap"]
        word, login["password"] = login["password"], "a wrong one"
        house.config.write_text(yaml.safe_dump(given, allow_unicode=True))
        await house.alice.put_state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        await alice.do("awaitEncryption", room=room)
        await house.bot.start()
        # What is said before it is in the room is not for it.
        await alice.do("awaitJoined", room=room, users=[house.alice.user_id, house.bot_id], seconds=60)

        async def is_deleted(event: str) -> bool:
            return not dict((await house.alice.event(room, event)).content)

        slip = (await alice.do("say", room=room, text=f"!mailbox pasword {house.desks[0].address} {word}"))["event"]
        await until(lambda: is_deleted(slip), "the message with a typing error and the password is deleted")
        asks = (await alice.do("say", room=room, text="!mailbox password"))["event"]
        put = words("password.asked")
        await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, words=put, seconds=WAIT)
        told = (await alice.do("say", room=room, text=word, thread=asks))["event"]
        done = words("password.done")
        answer = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, words=done, seconds=WAIT)
        assert answer["content"]["body"].count("✅") == 2

        await until(lambda: is_deleted(told), "the message with the password is deleted")
        assert dict((await house.alice.event(room, asks)).content), "and nothing else"
        await house.bot.healthy()
        (desk,) = house.desks
        mail = letter(to=desk.address, id=new_id())
        await house.deliver(desk, mail)
        await house.mail_count(desk, 1)
