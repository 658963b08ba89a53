"""A homeserver that lies about devices and identities: it neither writes as a member nor reads what the bot writes."""

import json
from typing import Any

import pytest

from bot.adapters.matrix.crypto import signatures
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.room import RoomLost
from bot.domain.inputs.said import TeamMessage
from bot.domain.inputs.trust import IdentityTrouble, MemberIdentityChanged
from bot.domain.outcomes import Accepted, PostOutcome, TryLater
from bot.ports import NOBODY_READS, Unavailable
from tests.adapters.matrix.conftest import Bot
from tests.e2ee.conftest import NewElement, enter
from tests.e2ee.element import Element
from tests.e2ee.hostile import HostileServer
from tests.e2ee.test_conversation import send
from tests.e2ee.test_trust import localpart, trusts


async def tries(bot: Bot, room: RoomId, body: str, transaction: str) -> PostOutcome:
    """To send, in a room where perhaps nobody would read it."""
    content = json.dumps({"msgtype": "m.text", "body": body, "m.mentions": {}})
    return await bot.chat.send(room, "m.room.message", content, transaction)


FORGED = bytes([7]) * 32
FORGED_CURVE = signatures.unpadded(bytes([8]) * 32)


@pytest.fixture
def bot(deceived_bot: Bot) -> Bot:
    return deceived_bot


def forged(member: Element) -> dict[str, Any]:
    """The server's own keys under the member's device, signed by themselves as they must be."""
    keys = {
        f"ed25519:{member.device_id}": signatures.public_key(FORGED),
        f"curve25519:{member.device_id}": FORGED_CURVE,
    }
    device: dict[str, Any] = {
        "user_id": member.user_id,
        "device_id": member.device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": keys,
    }
    name = f"ed25519:{member.device_id}"
    return {**device, "signatures": {member.user_id: {name: signatures.signature(device, FORGED)}}}


@pytest.mark.parametrize("is_forged_first", [True, False], ids=["forged first", "true first"])
async def test_a_homeserver_cannot_write_as_a_member_under_the_id_of_her_device(
    bot: Bot, hostile: HostileServer, new_element: NewElement, is_forged_first: bool
) -> None:
    alice = await new_element("alice")

    def lie(path: str, answer: Any) -> Any:
        if path.endswith("/keys/query") and alice.user_id in answer.get("device_keys", {}):
            answer["device_keys"][alice.user_id] = {alice.device_id: forged(alice)}
        return answer

    room = await enter(bot, alice)
    if is_forged_first:
        hostile.change = lie
        # Nobody else is there: what they alone would read waits.
        assert isinstance(await tries(bot, room, "one", "t1"), TryLater)
        hostile.change = lambda path, answer: answer
    await alice.do("say", room=room, text="it is me")
    assert (await bot.until(TeamMessage)).session_trust == ""
    hostile.change = lie if not is_forged_first else hostile.change
    devices, identities = bot.chat._machine.devices, bot.chat._machine.identities
    await devices.refresh({UserId(alice.user_id)}, anyway=True)
    its = devices.with_keys(UserId(alice.user_id), ed25519=signatures.public_key(FORGED), curve25519=FORGED_CURVE)
    assert its is None or identities.objection(its)
    await tries(bot, room, "two", "t2")
    encrypted = [messages for kind, messages in hostile.to_devices if kind == "m.room.encrypted"]
    assert FORGED_CURVE not in str(encrypted)


@pytest.mark.parametrize("how", ["hidden", "replaced"])
async def test_under_a_hidden_or_replaced_identity_no_device_reads_and_the_admins_are_told(
    bot: Bot, hostile: HostileServer, new_element: NewElement, how: str
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("see", room=room, event=await send(bot, room, "before", "t1"))

    def hide(path: str, answer: Any) -> Any:
        if path.endswith("/keys/query"):
            for part in ("master_keys", "self_signing_keys"):
                answer.get(part, {}).pop(alice.user_id, None)
        return answer

    if how == "hidden":
        hostile.change = hide
    # "replaced": the second device makes an identity of its own, as a homeserver could in its place.
    second = await new_element("alice", user=localpart(alice.user_id), cross_signing=how == "replaced")
    for _ in range(20):
        await bot.news(timeout=1)
        if any(device.id == second.device_id for device in bot.chat._machine.devices.of(UserId(alice.user_id))):
            break
    hostile.to_devices.clear()
    waits = await tries(bot, room, "secret", "t2")
    assert isinstance(waits, TryLater) and waits.reason == NOBODY_READS
    assert alice.user_id not in {user for user, _ in hostile.receivers()}
    await bot.news()
    told = next(one for one in bot.seen if isinstance(one, MemberIdentityChanged))
    assert (told.user, bool(told.master)) == (alice.user_id, how == "replaced")
    if how == "replaced":
        await trusts(bot, alice)
        assert (await second.do("see", room=room, event=await send(bot, room, "again", "t3")))["body"] == "again"


async def replace_identity(bot: Bot) -> None:
    """What somebody does who has the account's password and none of its keys."""
    master, signing = bytes([11]) * 32, bytes([12]) * 32
    body: dict[str, Any] = {}
    for usage, seed in (("master", master), ("self_signing", signing), ("user_signing", bytes([13]) * 32)):
        public, by = signatures.public_key(seed), f"ed25519:{signatures.public_key(master)}"
        key: dict[str, Any] = {"user_id": bot.user_id, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        if usage != "master":
            key["signatures"] = {bot.user_id: {by: signatures.signature(key, master)}}
        body[f"{usage}_key"] = key
    path = "/_matrix/client/v3/keys/device_signing/upload"
    asked = await bot.chat._homeserver.call("POST", path, body)
    assert asked.status == 401
    user = {"type": "m.id.user", "user": bot.user_id}
    body["auth"] = {
        "type": "m.login.password",
        "identifier": user,
        "password": bot.account.password,
        "session": asked.body["session"],
    }
    assert (await bot.chat._homeserver.call("POST", path, body)).is_ok


async def test_our_identity_replaced_while_we_run_is_told(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await replace_identity(bot)
    told = await bot.until(IdentityTrouble)
    assert (told.trouble, told.device, told.fingerprint) == (
        "foreign_identity",
        bot.chat.device_id,
        bot.chat.fingerprint,
    )
    assert not any(isinstance(one, MemberIdentityChanged) for one in bot.seen), "nobody can trust us with !trust"
    await alice.do("say", room=room, text="hello")
    await bot.until(TeamMessage)
    assert IdentityTrouble not in [type(one) for one in await bot.news()], "told once"


async def test_trouble_with_our_identity_is_told_by_the_first_sync_until_its_position_is_kept(bot: Bot) -> None:
    await bot.news()
    before = bot.since
    await replace_identity(bot)
    await bot.restart()
    assert [type(one) for one in await bot.news()] == [IdentityTrouble]
    # The caller could not keep the batch.
    bot.since = before
    assert IdentityTrouble in [type(one) for one in await bot.news()]


@pytest.mark.parametrize("version", ["11", "12"])
async def test_somebody_who_left_gets_no_new_keys(
    bot: Bot, hostile: HostileServer, new_element: NewElement, version: str
) -> None:
    alice, bob = await new_element("alice"), await new_element("bob")
    room = await enter(bot, alice, bob, version=version)
    first = await alice.do("see", room=room, event=await send(bot, room, "for both", "t1"))
    await bob.do("see", room=room, event=first["event"])
    await bob.do("leave", room=room)
    await bot.news(timeout=5)
    hostile.to_devices.clear()
    second = await alice.do("see", room=room, event=await send(bot, room, "for alice", "t2"))
    assert first["wire"]["session_id"] != second["wire"]["session_id"]
    assert hostile.receivers() == {(alice.user_id, alice.device_id)}


async def test_kicked_and_invited_back_the_bot_gives_new_keys_to_who_is_there_now(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice, bob, carol = await new_element("alice"), await new_element("bob"), await new_element("carol")
    room = await enter(bot, alice, bob)
    first = await alice.do("see", room=room, event=await send(bot, room, "for both", "t1"))
    await alice.do("kick", room=room, user=bot.user_id)
    await bot.until(RoomLost)
    await bob.do("leave", room=room)
    for user in (carol.user_id, bot.user_id):
        await alice.do("invite", room=room, user=user)
    await carol.do("join", room=room)
    assert isinstance(await bot.chat.join(room), Accepted)
    hostile.to_devices.clear()
    # Whether or not a sync has said so yet.
    event = await send(bot, room, "for alice and carol", "t2")
    assert (await carol.do("see", room=room, event=event))["body"] == "for alice and carol"
    assert (await alice.do("see", room=room, event=event))["wire"]["session_id"] != first["wire"]["session_id"]
    assert bob.user_id not in {user for user, _ in hostile.receivers()}


async def test_a_device_without_one_time_keys_is_told_and_reads_once_it_has_some(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice, bob = await new_element("alice"), await new_element("bob")
    room = await enter(bot, alice, bob)

    def no_keys(path: str, answer: Any) -> Any:
        if path.endswith("/keys/claim"):
            answer["one_time_keys"].pop(alice.user_id, None)
        return answer

    hostile.change = no_keys
    first = await send(bot, room, "one", "t1")
    assert hostile.receivers() == {(bob.user_id, bob.device_id)}
    withheld = [messages for kind, messages in hostile.to_devices if kind == "m.room_key.withheld" and messages]
    assert [messages[alice.user_id][alice.device_id]["code"] for messages in withheld] == ["m.no_olm"]

    claims = sum(path.endswith("/keys/claim") for path in hostile.paths)
    await send(bot, room, "two", "t2")
    assert sum(path.endswith("/keys/claim") for path in hostile.paths) == claims, "not at every message"

    outbound = bot.chat._machine.outbound

    async def give_owed() -> None:
        outbound.owed.heard_from(UserId(alice.user_id))
        await outbound.give_owed()

    hostile.is_away = lambda path: path.endswith("/keys/claim")
    with pytest.raises(Unavailable):
        await give_owed()
    await send(bot, room, "three: what is tried again holds no message up", "t3")
    hostile.is_away = lambda path: False
    await give_owed()
    hostile.change = lambda path, answer: answer
    await give_owed()
    assert (await alice.do("see", room=room, event=first))["body"] == "one"
    told = [messages for kind, messages in hostile.to_devices if kind == "m.room_key.withheld" and messages]
    assert len(told) == 1, "told once"
    claims = sum(path.endswith("/keys/claim") for path in hostile.paths)
    await give_owed()
    assert sum(path.endswith("/keys/claim") for path in hostile.paths) == claims, "nothing is owed any more"


async def test_a_broken_session_is_begun_anew_after_an_outage_too_and_the_key_is_given_again(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await send(bot, room, "one", "t1")
    (device,) = bot.chat._machine.devices.of(UserId(alice.user_id))
    bot.chat._machine._olm.wedged_devices.append(device)
    hostile.is_away = lambda path: path.endswith("/keys/claim")
    await bot.news()
    hostile.is_away = lambda path: False
    hostile.to_devices.clear()
    await bot.news()
    assert hostile.receivers() == {(alice.user_id, alice.device_id)}
    given = [kind for kind, messages in hostile.to_devices if kind == "m.room.encrypted" and messages]
    assert len(given) == 2, "the dummy, and the key of the session in use"
    hostile.to_devices.clear()
    await send(bot, room, "two", "t2")
    await bot.news()
    assert not hostile.receivers()
