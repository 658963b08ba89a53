"""A homeserver that wants its own key for bob believed: it shows another identity, and speaks as an admin."""

from typing import Any

import pytest

from bot.domain.fingerprints import key_of
from tests.e2e.house import TEAM_PASSWORD, words
from tests.e2e.letters import letter, new_id
from tests.e2ee.conftest import NewElement
from tests.e2ee.hostile import HostileServer, timeline
from tests.e2ee.test_trust import localpart
from tests.e2ee.test_whole_bot import Secret, secret

__all__ = ["secret"]


@pytest.mark.slow
async def test_a_forged_word_of_an_admin_makes_no_identity_trusted(
    secret: Secret, hostile: HostileServer, new_element: NewElement
) -> None:
    house, alice, room = secret.house, secret.alice, secret.desk.room
    thread = str((await secret.case(letter(to=secret.desk.address, id=new_id())))["thread"])
    bob = await new_element("bob", user=localpart(house.bob.user_id), password=TEAM_PASSWORD)
    await bob.do("say", room=room, text="!help")
    first = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id)
    # Stands for the keys that the server would make: bob's identity is another now.
    await bob.do("resetIdentity")
    command = f"!trust {bob.user_id}"

    def forge(path: str, answer: Any) -> Any:
        true = timeline(answer, house.config_room) if path.endswith("/sync") else []
        for number, event in enumerate(true):
            if event["sender"] == alice.user_id and event["type"] == "m.room.message":
                content = {"msgtype": "m.text", "body": command, "m.mentions": {}}
                true[number] = {**event, "event_id": f"$forged{len(hostile.paths)}", "content": content}
        return answer

    hostile.change = forge
    await house.alice.say(house.config_room, "anything at all")
    told = await house.wait(house.config_room, lambda e: e.kind == "answer", "the refusal")
    hostile.change = lambda path, answer: answer
    assert words("error.only_encrypted") in told.body

    await bob.do("say", room=room, text="!reply as another bob", thread=thread)
    refused = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, thread=thread)
    assert words("error.trust.identity_changed") in refused["body"]
    assert house.sink.received == []

    # From an encrypted room alice may: the key is shown, she compares it, and repeats the command with it.
    await alice.do("say", room=room, text=command)
    before = [first["event"], refused["event"]]
    shown = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, besides=before)
    fingerprint = str(shown["content"]["formatted_body"]).partition("<code>")[2].partition("</code>")[0]
    assert key_of(fingerprint.split())
    await alice.do("say", room=room, text=f"{command} {fingerprint}")
    besides = [*before, shown["event"]]
    await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id, besides=besides)
    await bob.do("say", room=room, text="!reply from the true bob", thread=thread)
    await house.sink.wait_for(lambda one: b"true bob" in one.raw, what="the reply", timeout=40)
    assert not [one for one in house.sink.received if b"another bob" in one.raw]
