"""An encrypted direct chat with the bot, by Element's own library, over a mailbox in an encrypted room."""

from bot.demo.servers.pymap_server import PymapServer
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, housed, words
from tests.e2e.letters import letter, new_id
from tests.e2ee.conftest import NewElement
from tests.e2ee.test_trust import localpart
from tests.e2ee.test_whole_bot import begun_encrypted


async def test_an_encrypted_chat_answers_and_a_plain_one_says_nothing_of_an_encrypted_room(
    synapse: Synapse, pymap_server: PymapServer, new_element: NewElement
) -> None:
    async with housed(synapse, pymap_server, start=False) as house:
        alice = await new_element("alice", user=localpart(house.alice.user_id), password=TEAM_PASSWORD)
        secret = await begun_encrypted(house, alice)
        await secret.case(letter(to=secret.desk.address, id=new_id(), subject="Une question"))
        room = (await alice.do("createRoom", invite=[house.bot_id], direct=True))["room"]
        kind = {"room": room, "sender": house.bot_id, "shield": "NONE"}
        await alice.do("awaitKind", kind="notice", words=words("direct.what"), **kind)
        await alice.do("say", room=room, text="!list active")
        await alice.do("awaitKind", kind="answer", words="question", **kind)
        plain = await house.alice.create_room(name="", invite=[house.bot_id], extra={"is_direct": True})
        said = words("direct.withheld")
        # The new chat takes the place of the first.
        await alice.do("awaitKind", room=room, sender=house.bot_id, kind="notice", words=words("direct.goes_on"))
        await house.alice.say(plain, "!list active")
        told = await house.alice.wait_for(plain, lambda one: said in one.body, what="what is withheld")
        assert "question" not in told.body.lower()
