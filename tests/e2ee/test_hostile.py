"""A homeserver that replays, re-attributes, forges, holds back and breaks: nothing that was not meant is believed."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.matrix.crypto import waiting
from bot.domain.inputs.said import TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.outcomes import Posted, TryLater
from bot.ports import NOBODY_READS
from tests.adapters.matrix.conftest import Bot
from tests.conftest import NewMember
from tests.e2ee.conftest import NewElement, enter
from tests.e2ee.hostile import HostileServer, LateKeys, timeline
from tests.e2ee.test_identities import tries


@pytest.fixture
def bot(deceived_bot: Bot) -> Bot:
    return deceived_bot


def only_messages(bot: Bot) -> list[TeamMessage]:
    return [found for found in bot.seen if isinstance(found, TeamMessage)]


async def test_somebody_elses_words_are_not_believed_under_another_name(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice, mallory = await new_element("alice"), await new_element("mallory")
    room = await enter(bot, alice, mallory)
    await alice.do("say", room=room, text="I am Alice")
    assert (await bot.until(TeamMessage)).session_trust == ""

    def swap(path: str, answer: Any) -> Any:
        for event in timeline(answer, room) if path.endswith("/sync") else ():
            if event["sender"] == mallory.user_id:
                event["sender"] = alice.user_id
                event["content"]["device_id"] = alice.device_id
        return answer

    hostile.change = swap
    await mallory.do("say", room=room, text="!reply send it")
    found = await bot.until(TeamMessage)
    assert (found.sender, found.session_trust) == (alice.user_id, "foreign_session")


async def test_a_message_in_another_room_is_no_message(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room, other = await enter(bot, alice), await enter(bot, alice)

    def move(path: str, answer: Any) -> Any:
        if path.endswith("/sync") and timeline(answer, room):
            joined = answer["rooms"]["join"]
            joined[other] = joined.pop(room)
        return answer

    await alice.do("say", room=room, text="the key of the session")
    await bot.until(TeamMessage)
    # As if somebody had given the session's key for that room too: what is inside names the true one.
    sessions = bot.chat._machine._olm.inbound_group_store._entries
    sessions[other] = {**sessions.get(other, {}), **sessions[room]}
    hostile.change = move
    said = await alice.do("say", room=room, text="!reply here")
    found = await bot.until(Undecryptable)
    assert (found.room, found.event, found.reason) == (other, said["event"], "other_room")
    assert len(only_messages(bot)) == 1


async def test_a_forged_plain_message_is_marked_as_such(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)

    def forge(path: str, answer: Any) -> Any:
        if path.endswith("/sync"):
            joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
            forged = {
                "type": "m.room.message",
                "event_id": "$forged",
                "sender": alice.user_id,
                "origin_server_ts": 1,
                "content": {"msgtype": "m.text", "body": "!reply all"},
            }
            joined["timeline"] = {"events": [forged]}
        return answer

    hostile.change = forge
    found = await bot.until(TeamMessage)
    assert (found.room_encrypted, found.was_encrypted) == (True, False)


async def test_a_key_that_comes_late_opens_what_waited_for_it_over_a_restart_too(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    hostile.change = keys = LateKeys()
    said = await alice.do("say", room=room, text="late")
    for _ in range(3):
        await bot.news(timeout=1)
    assert keys.held and only_messages(bot) == []
    await bot.restart()
    keys.is_holding = False
    found = await bot.until(TeamMessage)
    assert (found.event, found.body, found.session_trust) == (said["event"], "late", "")
    # It is given again until the position moves on (the caller knows it by its id), and then no more.
    await alice.do("say", room=room, text="next")
    for _ in range(20):
        await bot.news(timeout=1)
        if any(message.body == "next" for message in only_messages(bot)):
            break
    seen = len(only_messages(bot))
    await bot.news()
    await bot.news()
    assert len(only_messages(bot)) == seen


async def test_what_was_opened_late_is_given_again_when_the_caller_could_not_keep_it(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    """The caller dies between the batch and its commit: the same position is asked for again."""
    alice = await new_element("alice")
    room = await enter(bot, alice)
    held: list[Any] = []
    is_holding = True

    def hold(path: str, answer: Any) -> Any:
        if path.endswith("/sync"):
            events = answer.setdefault("to_device", {}).setdefault("events", [])
            if is_holding:
                held.extend(events)
                events.clear()
            else:
                events[:0] = held
        return answer

    hostile.change = hold
    said = await alice.do("say", room=room, text="late")
    while not held:
        await bot.news(timeout=1)
    await bot.news()
    before, is_holding = bot.since, False
    assert (await bot.until(TeamMessage)).event == said["event"]
    for how in ("again", "restart"):
        if how == "restart":
            await bot.restart()
        bot.since = before
        assert (await bot.until(TeamMessage)).event == said["event"]


async def test_a_key_that_never_comes_is_explained(
    bot: Bot, hostile: HostileServer, new_element: NewElement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", timedelta(seconds=1))
    alice = await new_element("alice")
    room = await enter(bot, alice)

    told: list[Any] = []

    def drop(path: str, answer: Any) -> Any:
        if path.endswith("/sync"):
            answer["to_device"] = {"events": told}
        return answer

    hostile.change = drop
    said = await alice.do("say", room=room, text="lost")
    found = await bot.until(Undecryptable)
    assert (found.event, found.reason) == (said["event"], "no_key")
    # Her client says that it could not reach the bot at all.
    withheld = {"code": "m.no_olm", "sender_key": "A" * 43, "algorithm": "m.megolm.v1.aes-sha2"}
    told.append({"type": "m.room_key.withheld", "sender": alice.user_id, "content": withheld})
    said = await alice.do("say", room=room, text="lost again")
    while found.event != said["event"]:
        found = await bot.until(Undecryptable)
    assert found.reason == "m.no_olm"


BROKEN_DEVICES: list[Any] = [
    7,
    {},
    [],
    {"DEVICE": 7},
    {"DEVICE": {}},
    {"DEVICE": {"user_id": 7, "device_id": "DEVICE", "keys": []}},
    {"DEVICE": {"user_id": "@x:y", "device_id": "OTHER", "keys": {"ed25519:DEVICE": "é"}, "signatures": 7}},
]


@pytest.mark.parametrize("broken", BROKEN_DEVICES, ids=range(len(BROKEN_DEVICES)))
async def test_broken_devices_of_members_break_nothing(
    bot: Bot, hostile: HostileServer, new_element: NewElement, broken: Any
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)

    def break_devices(path: str, answer: Any) -> Any:
        if path.endswith("/keys/query"):
            for part in ("device_keys", "master_keys", "self_signing_keys"):
                answer.setdefault(part, {})[alice.user_id] = broken
        return answer

    hostile.change = break_devices
    # Nobody could read it: it waits.
    waits = await tries(bot, room, "nobody can read this", "t1")
    assert isinstance(waits, TryLater) and waits.reason == NOBODY_READS
    await alice.do("say", room=room, text="!reply")
    assert (await bot.until(TeamMessage)).session_trust == "foreign_session"


async def test_one_time_keys_that_the_device_did_not_sign_are_not_used(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)

    def swap_key(path: str, answer: Any) -> Any:
        if path.endswith("/keys/claim"):
            for devices in answer["one_time_keys"].values():
                for keys in devices.values():
                    for key in keys.values():
                        key["key"] = "A" * 43
        return answer

    hostile.change = swap_key
    waits = await tries(bot, room, "for no spy", "t1")
    assert isinstance(waits, TryLater) and waits.reason == NOBODY_READS


def _olm(curve25519: str, body: object, kind: object = 0) -> dict[str, object]:
    content = {
        "algorithm": "m.olm.v1.curve25519-aes-sha2",
        "sender_key": "A" * 43,
        "ciphertext": {curve25519: {"type": kind, "body": body}},
    }
    return {"type": "m.room.encrypted", "sender": "@mallory:localhost", "content": content}


async def test_malformed_events_to_our_device_are_ignored(
    bot: Bot, hostile: HostileServer, new_element: NewElement
) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    own = str(bot.chat._machine._olm.account.identity_keys["curve25519"])
    bodies: list[object] = ["", "AA", "é", "A" * 43, "AwogAAAA", 7, None, [], {}, "A" * 200_000]
    malformed: list[Any] = [_olm(own, body, kind) for body in bodies for kind in (0, 1, 2, "0", None)]
    odd: list[Any] = [{}, [], 7, {"room_id": 7, "code": []}, {"action": "request", "body": 7}]
    malformed += [
        {"type": kind, "sender": "@mallory:localhost", "content": content}
        for kind in (
            "m.room_key",
            "m.forwarded_room_key",
            "m.room_key.withheld",
            "m.room_key_request",
            "m.dummy",
            "m.x",
        )
        for content in odd
    ]
    malformed += [
        {"type": f"m.key.verification.{step}", "sender": "@mallory:localhost", "content": {"transaction_id": 7}}
        for step in ("request", "start", "accept", "key", "mac", "cancel", "done")
    ]

    def flood(path: str, answer: Any) -> Any:
        if path.endswith("/sync"):
            answer.setdefault("to_device", {}).setdefault("events", [])[:0] = malformed
        return answer

    hostile.change = flood
    await alice.do("say", room=room, text="still here")
    assert (await bot.until(TeamMessage)).body == "still here"


async def test_one_time_keys_that_a_stranger_took_are_made_anew(
    bot: Bot, new_member: NewMember, new_element: NewElement
) -> None:
    stranger = await new_member("stranger")
    await bot.news()
    device = {bot.user_id: {bot.chat.device_id: "signed_curve25519"}}

    async def claim() -> str:
        answer = await stranger.request("POST", "/_matrix/client/v3/keys/claim", {"one_time_keys": device})
        (key,) = answer["one_time_keys"][bot.user_id][bot.chat.device_id].values()
        return str(key["key"])

    taken = {await claim() for _ in range(60)}
    # Fifty one-time keys, and then the fallback key again and again.
    assert len(taken) == 51
    await bot.news(timeout=1)
    await bot.news(timeout=1)
    assert await claim() not in taken
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("say", room=room, text="hello")
    assert (await bot.until(TeamMessage)).body == "hello"


async def test_the_same_send_twice_is_one_event_in_an_encrypted_room(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    content = json.dumps({"msgtype": "m.text", "body": "x", "org.postroom": {"effect": "e1"}})
    first = await bot.chat.send(room, "m.room.message", content, "t1")
    assert isinstance(first, Posted)
    assert await bot.chat.send(room, "m.room.message", content, "t1") == first
