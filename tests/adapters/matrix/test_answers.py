"""Every field of every answer that we read may be of any shape: it is an answer or none, and nothing raises."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.matrix.account import Device, MatrixAccount, prepare_folder
from bot.adapters.matrix.chat import MatrixChat
from bot.adapters.matrix.crypto.machine import Known
from bot.adapters.matrix.requests import Answer, Homeserver, _answer
from bot.domain.calls import DescribeCommand
from bot.domain.ids import EventId, RoomId, UserId
from bot.ports import CredentialsRefused, Unavailable
from tests.fakes.chat import at
from tests.fakes.memory import FakeMemory

US, ALICE, ROOM, SECRET = UserId("@bot:hs"), UserId("@alice:hs"), RoomId("!room:hs"), RoomId("!secret:hs")
GARBAGE: tuple[Any, ...] = (None, True, -1, 1.5, 10**400, "x", "\ud800", [], [[1]], ["m.room.message"], {}, {"a": [{}]})


def event(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": kind, "event_id": f"${kind}", "sender": ALICE, "origin_server_ts": 1, "content": content,
        "unsigned": {"prev_content": {"membership": "invite"}, "age": 3}, **more,
    }  # fmt: skip


def member(user: str, membership: str) -> dict[str, Any]:
    return event("m.room.member", {"membership": membership, "displayname": "A"}, state_key=user)


DEVICE = {
    "user_id": ALICE, "device_id": "D", "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
    "keys": {"ed25519:D": "A" * 43, "curve25519:D": "A" * 43}, "signatures": {ALICE: {"ed25519:D": "A" * 86}},
    "unsigned": {"device_display_name": "phone"},
}  # fmt: skip
CREATE = event("m.room.create", {"room_version": "12", "additional_creators": [ALICE]}, state_key="")
MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AA", "session_id": "S", "sender_key": "K"}
RELATES = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$root"}, "key": "x"}
TIMELINE = [
    event("m.room.message", {"msgtype": "m.text", "body": "b", "m.relates_to": RELATES, "m.mentions": {"user_ids": [US]},
                             "format": "org.matrix.custom.html", "formatted_body": "<b>b</b>",
                             "org.matrix.msc4391.command": {"command": "reply", "arguments": {"text": "x"}}}),
    event("m.room.message", {"msgtype": "m.file", "body": "f", "filename": "f", "url": "mxc://hs/a",
                             "info": {"size": 3, "mimetype": "a/b"}, "file": {"url": "mxc://hs/a"}}, event_id="$file"),
    event("m.room.message", {"body": "* b", "m.new_content": {"msgtype": "m.text", "body": "c"},
                             "m.relates_to": {"rel_type": "m.replace", "event_id": "$root"}}, event_id="$edit"),
    event("m.room.encrypted", {**MEGOLM, "m.relates_to": RELATES}),
    event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$root", "key": "x"}}),
    event("m.room.redaction", {"redacts": "$root"}, redacts="$root"),
    event("m.room.tombstone", {"replacement_room": "!new:hs"}, state_key=""),
    event("m.room.encryption", {"rotation_period_ms": 1, "rotation_period_msgs": 1}, state_key=""),
    member(ALICE, "join"),
]  # fmt: skip
SYNC = {
    "next_batch": "s2",
    "rooms": {
        "join": {
            ROOM: {
                "timeline": {"events": TIMELINE, "limited": True, "prev_batch": "p"},
                "state": {"events": [CREATE, member(US, "join"), event("m.room.join_rules", {}, state_key="")]},
                "ephemeral": {"events": [event("m.receipt", {"$root": {"m.read": {ALICE: {"ts": 1}}}})]},
            }
        },
        "leave": {"!left:hs": {"timeline": {"events": [member(US, "leave")]}, "state": {"events": []}}},
        "invite": {"!in:hs": {"invite_state": {"events": [member(US, "invite")]}}},
    },
    "to_device": {
        "events": [
            {"type": "m.room.encrypted", "sender": ALICE,
             "content": {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "A" * 43,
                         "ciphertext": {"A" * 43: {"type": 0, "body": "AA"}}}},
            {"type": "m.room_key.withheld", "sender": ALICE,
             "content": {"room_id": ROOM, "session_id": "S", "code": "m.no_olm", "sender_key": "A" * 43}},
            {"type": "m.key.verification.request", "sender": ALICE, "content": {"transaction_id": "t"}},
        ]
    },
    "device_lists": {"changed": [ALICE], "left": ["@bob:hs"]},
    "device_one_time_keys_count": {"signed_curve25519": 50},
    "device_unused_fallback_key_types": ["signed_curve25519"],
}  # fmt: skip
KEY = {
    "user_id": ALICE,
    "usage": ["master"],
    "keys": {"ed25519:" + "A" * 43: "A" * 43},
    "signatures": {ALICE: {"x": "y"}},
}
TRUE: dict[str, Any] = {
    "/sync": SYNC,
    "/joined_members": {"joined": {US: {"display_name": "B"}, ALICE: {"display_name": "A"}}},
    "/members": {"chunk": [member(ALICE, "invite")]},
    "/state/m.room.encryption/": {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 5},
    "/state/m.room.create/": CREATE,
    f"/state/m.room.member/{ALICE}": member(ALICE, "join"),
    "/state/m.room.join_rules/": {"join_rule": "invite"},
    "/state/m.room.power_levels/": {"users": {US: 50}, "users_default": 0, "events": {"m.room.message": 1}},
    "/state": [CREATE, event("org.matrix.msc4391.command_description", {"command": "help"}, state_key="k")],
    "/messages": {"chunk": TIMELINE, "end": ""},
    "/relations/$root": {"chunk": [event("m.room.message", {"org.postroom": {"effect": "t"}}, sender=US)]},
    "/keys/query": {
        "device_keys": {ALICE: {"D": DEVICE}}, "master_keys": {ALICE: KEY},
        "self_signing_keys": {ALICE: {**KEY, "usage": ["self_signing"]}}, "failures": {"far": {"status": 503}},
    },
    "/keys/claim": {"one_time_keys": {ALICE: {"D": {"signed_curve25519:A": {"key": "A" * 43, "signatures": {}}}}}},
    "/keys/upload": {"one_time_key_counts": {"signed_curve25519": 50}},
    "/joined_rooms": {"joined_rooms": [ROOM]},
    "/join/": {"room_id": ROOM},
    "/send/": {"event_id": "$sent"},
    "/createRoom": {"room_id": ROOM},
}  # fmt: skip


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in the answer: the whole, and each member of each object and list."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield from spots(inner, (*path, key))


def with_garbage(value: Any, path: tuple[Any, ...], garbage: Any) -> Any:
    if not path:
        return garbage
    if isinstance(value, dict):
        return {k: with_garbage(v, path[1:], garbage) if k == path[0] else v for k, v in value.items()}
    return [with_garbage(v, path[1:], garbage) if i == path[0] else v for i, v in enumerate(value)]


class Lying(Homeserver):
    """Answers as in `TRUE`, but for one path."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.answers = dict(TRUE)

    async def call_raw(self, method: str, path: str, body: Any, *, is_list: bool = False, **more: Any) -> Answer:
        plain = path.replace("%40", "@").replace("%3A", ":").replace("%24", "$")
        # The longest name that fits is the one meant: `/state` is part of others.
        name = max((name for name in self.answers if name in plain), key=len, default="")
        raw = json.dumps(self.answers.get(name, {})).encode()
        return _answer(200, b'{"chunk":%b}' % raw if is_list else raw, "")


Act = Callable[[MatrixChat], Awaitable[object]]
WORDS = '{"msgtype":"m.text","body":"x"}'
COMMAND = DescribeCommand(ROOM, "help", "Help", ())
READERS: dict[str, Act] = {
    "/sync": lambda chat: chat.sync("s1", timeout=0, memory=at(0)),
    "/joined_members": lambda chat: chat.send(SECRET, "m.room.message", WORDS, "t"),
    "/members": lambda chat: chat.invited(ROOM),
    "/state/m.room.encryption/": lambda chat: chat.is_encrypted(ROOM),
    "/state/m.room.create/": lambda chat: chat.power(ROOM),
    f"/state/m.room.member/{ALICE}": lambda chat: chat.sync("s1", timeout=0, memory=at(0)),
    "/state/m.room.join_rules/": lambda chat: chat.send(SECRET, "m.room.message", WORDS, "t"),
    "/state/m.room.power_levels/": lambda chat: chat.power(ROOM),
    "/state": lambda chat: chat.description_faults(ROOM, (COMMAND,)),
    "/messages": lambda chat: chat.sync("s1", timeout=0, memory=at(0)),
    "/relations/$root": lambda chat: chat.find(ROOM, EventId("$root"), "t", "m.room.message"),
    "/keys/query": lambda chat: chat.trust(ALICE, "A" * 43),
    "/keys/claim": lambda chat: chat.send(SECRET, "m.room.message", WORDS, "t"),
    "/keys/upload": lambda chat: chat._machine.device_keys.upload(),
    "/joined_rooms": lambda chat: chat.find_space("asso"),
    "/join/": lambda chat: chat.join(ROOM),
    "/send/": lambda chat: chat.send(ROOM, "m.reaction", "{}", "t"),
    "/createRoom": lambda chat: chat.create_space("asso"),
}


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[MatrixChat]:
    account = MatrixAccount("http://127.0.0.1:1", US, "secret", "Postroom", tmp_path / "store", "pickle")
    prepare_folder(account.store_dir)
    known = Known(frozenset({SECRET}), {})
    made = MatrixChat(account, Lying(), Device(US, "DEVICE", "token"), FakeMemory(), known)
    yield made
    made._machine.close()


@pytest.mark.parametrize("name", sorted(TRUE))
def test_any_field_of_an_answer_may_be_anything(chat: MatrixChat, name: str) -> None:
    homeserver = chat._homeserver
    assert isinstance(homeserver, Lying)

    async def ask() -> None:
        for path in spots(TRUE[name]):
            for garbage in GARBAGE:
                homeserver.answers = {**TRUE, name: with_garbage(TRUE[name], path, garbage)}
                chat._machine.rooms.forget_members(SECRET)
                try:
                    await READERS[name](chat)
                except (Unavailable, CredentialsRefused):
                    continue
                except Exception as fault:
                    raise AssertionError(f"{name} with {garbage!r} at {path}") from fault

    asyncio.run(ask())


def test_every_answer_in_the_table_is_read() -> None:
    assert set(READERS) == set(TRUE)
