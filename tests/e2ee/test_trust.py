"""Whose words count in an encrypted room, and what becomes of the bot's own identity."""

import asyncio
import dataclasses
import shutil
from pathlib import Path

import pytest

from bot.adapters.matrix import IdentityProblem, MatrixAccount, MatrixChat, kept_recovery_key
from bot.adapters.matrix.crypto.sealed import WrongKey
from bot.domain.fingerprints import OTHER_IDENTITY
from bot.domain.ids import UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.outcomes import Refused, Trusted
from tests.adapters.matrix.conftest import Bot, NewBot
from tests.e2ee.conftest import NewElement, enter, knows
from tests.e2ee.element import Element
from tests.e2ee.test_conversation import send


def localpart(user_id: str) -> str:
    return user_id[1:].partition(":")[0]


async def reconnect(bot: Bot, account: MatrixAccount) -> None:
    await bot.chat.close()
    bot.account = account
    bot.chat = await MatrixChat.connect(account, bot.memory)


async def test_an_unsigned_second_device_of_a_member_is_refused_and_gets_no_keys(
    bot: Bot, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await send(bot, room, "before", "t1")
    second = await new_element("alice", user=localpart(alice.user_id), cross_signing=False)
    await second.do("say", room=room, text="!reply from a device that anybody could have added")
    found = await bot.until(TeamMessage)
    assert (found.was_encrypted, found.session_trust) == (True, "unsigned_device")
    event = await send(bot, room, "secret", "t2")
    assert (await alice.do("see", room=room, event=event))["body"] == "secret"
    shut_out = await second.do("see", room=room, event=event, failing=True)
    assert shut_out["failure"] == "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE"


async def test_a_member_without_an_identity_reads_along_and_is_known_for_it(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice", cross_signing=False)
    room = await enter(bot, alice)
    assert (await alice.do("see", room=room, event=await send(bot, room, "card", "t1")))["body"] == "card"
    await alice.do("say", room=room, text="!reply hello")
    assert (await bot.until(TeamMessage)).session_trust == "no_identity"


async def trusts(bot: Bot, member: Element) -> None:
    """As an admin who asked for the key, compared it, and named it."""
    user = UserId(member.user_id)
    shown = await bot.chat.trust(user, "")
    assert isinstance(shown, Refused) and shown.code == OTHER_IDENTITY
    assert await bot.chat.trust(user, shown.text) == Trusted(shown.text)


async def test_a_changed_identity_is_refused_until_an_admin_trusts_it(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("say", room=room, text="first")
    assert (await bot.until(TeamMessage)).session_trust == ""
    await alice.do("resetIdentity")
    await alice.do("say", room=room, text="second")
    assert (await bot.until(TeamMessage)).session_trust == "identity_changed"
    await bot.restart()
    await alice.do("say", room=room, text="third")
    assert (await bot.until(TeamMessage)).session_trust == "identity_changed"
    user = UserId(alice.user_id)
    shown = await bot.chat.trust(user, "")
    assert isinstance(shown, Refused) and shown.code == OTHER_IDENTITY
    assert await bot.chat.trust(user, shown.text[::-1]) == shown
    await alice.do("say", room=room, text="not yet")
    assert (await bot.until(TeamMessage)).session_trust == "identity_changed"
    assert await bot.chat.trust(user, shown.text) == Trusted(shown.text)
    await alice.do("say", room=room, text="fourth")
    assert (await bot.until(TeamMessage)).session_trust == ""


async def test_a_lost_folder_is_recovered_with_the_recovery_key(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("see", room=room, event=await send(bot, room, "before", "t1"))
    key, device = bot.chat.recovery_key, bot.chat.device_id
    assert key
    await bot.chat.close()
    shutil.rmtree(bot.account.store_dir)
    bot.account = dataclasses.replace(bot.account, recovery_key=key, pickle_key="another")
    bot.chat = await MatrixChat.connect(bot.account, bot.memory)
    assert bot.chat.identity_problem is None
    assert bot.chat.device_id != device
    assert bot.chat.recovery_key == key
    seen = await alice.do("see", room=room, shield="NONE", event=await send(bot, room, "after", "t2"))
    assert (seen["body"], seen["shield"]["colour"]) == ("after", "NONE")
    trust = await alice.do("trustOf", user=bot.user_id, device=bot.chat.device_id)
    assert trust["signedByOwner"] and not trust["needsUserApproval"]
    # What the lost device wrote cannot be read any longer, but it is found by its mark.
    assert await bot.chat.find(room, None, "t1", "m.room.message")


async def test_without_the_recovery_key_the_identity_is_left_as_it_is(bot: Bot, new_element: NewElement) -> None:
    key = bot.chat.recovery_key
    for given, problem in (
        ("", IdentityProblem.FOREIGN),
        ("no key at all", IdentityProblem.WRONG_RECOVERY_KEY),
        (key[:-1] + ("1" if key[-1] != "1" else "2"), IdentityProblem.WRONG_RECOVERY_KEY),
    ):
        await bot.chat.close()
        shutil.rmtree(bot.account.store_dir)
        bot.account = dataclasses.replace(bot.account, recovery_key=given, pickle_key="another")
        bot.chat = await MatrixChat.connect(bot.account, bot.memory)
        assert bot.chat.identity_problem is problem
    await reconnect(bot, dataclasses.replace(bot.account, recovery_key=key))
    assert bot.chat.identity_problem is None


async def test_another_process_with_the_same_secret_has_the_same_identity(
    bot: Bot, new_element: NewElement, tmp_path: Path
) -> None:
    """Several processes have a device and a folder each, and one identity; so has one whose disk was lost."""
    alice = await new_element("alice")
    await alice.do("onlySigned", on=True)
    room = await enter(bot, alice)
    await alice.do("see", room=room, event=await send(bot, room, "from the first", "t1"))
    second = Bot(dataclasses.replace(bot.account, store_dir=tmp_path / "second"), bot.memory)
    await second.connect()
    try:
        assert second.chat.identity_problem is None
        assert second.chat.device_id != bot.chat.device_id
        seen = await alice.do("see", room=room, shield="NONE", event=await send(second, room, "from the second", "t2"))
        assert (seen["body"], seen["shield"]["colour"]) == ("from the second", "NONE")
        await second.news()
        await knows(alice, second)
        await alice.do("say", room=room, text="for both")
        for one in (bot, second):
            found = await one.until(TeamMessage)
            assert (found.body, found.session_trust) == ("for both", "")
    finally:
        await second.close()


async def test_processes_that_start_at_once_end_up_with_one_identity(new_bot: NewBot, tmp_path: Path) -> None:
    first = await new_bot(is_connected=False)
    bots = [first, Bot(dataclasses.replace(first.account, store_dir=tmp_path / "second"), first.memory)]
    try:
        await asyncio.gather(*(one.connect() for one in bots))
        # Whoever came second may find the storage of the first not yet filled; a restart settles it.
        for one in bots:
            await one.restart()
        assert [one.chat.identity_problem for one in bots] == [None, None]
    finally:
        await bots[1].close()


async def test_an_identity_made_in_element_is_taken_over_with_its_recovery_key(
    new_bot: NewBot, new_element: NewElement
) -> None:
    bot = await new_bot("first", is_connected=False)
    person = await new_element("bot", user=localpart(bot.user_id))
    key = (await person.do("setUpRecovery"))["key"]
    await bot.connect()
    assert bot.chat.identity_problem is IdentityProblem.FOREIGN
    await reconnect(bot, dataclasses.replace(bot.account, recovery_key=key))
    assert bot.chat.identity_problem is None
    trust = await person.do("trustOf", user=bot.user_id, device=bot.chat.device_id)
    assert trust["signedByOwner"]


async def test_element_opens_what_the_bot_put_under_its_recovery_key(bot: Bot, new_element: NewElement) -> None:
    person = await new_element("bot", user=localpart(bot.user_id), cross_signing=False)
    opened = await person.do("useRecovery", key=bot.chat.recovery_key)
    assert opened == {"masterKey": True, "selfSigningKey": True, "userSigningKey": True}
    trust = await person.do("trustOf", user=bot.user_id, device=person.device_id)
    assert trust["signedByOwner"]


async def test_a_client_that_shuts_the_bot_out_says_so_and_the_reason_is_told(
    new_bot: NewBot, new_element: NewElement
) -> None:
    bot = await new_bot("foreign", is_connected=False)
    await new_element("bot", user=localpart(bot.user_id))
    await bot.connect()
    assert bot.chat.identity_problem is IdentityProblem.FOREIGN
    alice = await new_element("alice")
    await alice.do("onlySigned", on=True)
    room = await enter(bot, alice)
    said = await alice.do("say", room=room, text="you cannot read this")
    found = await bot.until(Undecryptable)
    assert (found.event, found.sender, found.reason) == (said["event"], alice.user_id, "m.unverified")


async def test_a_file_sealed_with_another_secret_is_told_and_not_replaced(bot: Bot) -> None:
    sealed = bot.account.store_dir / "identity.sealed"
    before = sealed.read_bytes()
    await bot.chat.close()
    sealed.write_bytes(before[:-1] + bytes((before[-1] ^ 1,)))
    bot.chat = await MatrixChat.connect(bot.account, bot.memory)
    assert bot.chat.identity_problem is IdentityProblem.SEALED
    sealed.write_bytes(before)
    await bot.restart()
    assert bot.chat.identity_problem is None


async def test_the_recovery_key_is_read_from_the_folder_alone(bot: Bot) -> None:
    key = bot.chat.recovery_key
    await bot.close()
    assert key and kept_recovery_key(bot.account) == key
    with pytest.raises(WrongKey):
        kept_recovery_key(dataclasses.replace(bot.account, pickle_key="other"))


@pytest.mark.parametrize("name", ["identity.sealed", "session.json"])
async def test_no_secret_lies_open_in_the_folder(bot: Bot, name: str) -> None:
    path: Path = bot.account.store_dir / name
    assert path.stat().st_mode & 0o777 == 0o600
    assert bot.chat.recovery_key.encode() not in path.read_bytes()
