"""The only admin loses their encryption identity: the person on the host says which is theirs now."""

import asyncio
import re
import sys

import pytest

from tests.e2e.house import House, words
from tests.e2e.letters import letter, new_id
from tests.e2ee.test_upgraded import all_secret
from tests.e2ee.test_whole_bot import Secret

__all__ = ["all_secret"]


async def on_the_host(house: House, *words: str) -> str:
    """What `postroom trust` prints; it runs beside the bot."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "trust", "-c", str(house.config), *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode == 0, told
    return told.decode()


@pytest.mark.slow
async def test_the_only_admin_who_made_a_new_identity_is_heard_again_after_a_word_on_the_host(
    all_secret: Secret,
) -> None:
    house, alice, room = all_secret.house, all_secret.alice, all_secret.desk.room
    thread = str((await all_secret.case(letter(to=all_secret.desk.address, id=new_id())))["thread"])
    await alice.do("resetIdentity")
    await alice.do("say", room=room, text="!reply before", thread=thread)
    refused = await alice.do("awaitKind", room=room, kind="answer", sender=house.bot_id)
    assert words("error.trust.identity_changed") in refused["body"] and not refused["encrypted"]

    shown = re.search(r"[A-Za-z0-9+/]{43}", await on_the_host(house, alice.user_id))
    assert shown is not None
    await on_the_host(house, alice.user_id, shown[0])
    await alice.do("awaitKind", room=house.config_room, kind="answer", sender=house.bot_id, words=words("trust.done"))
    await alice.do("say", room=room, text="!reply after", thread=thread)
    await house.sink.wait_for(lambda one: b"after" in one.raw, what="the reply", timeout=60)
    assert not [one for one in house.sink.received if b"before" in one.raw]
