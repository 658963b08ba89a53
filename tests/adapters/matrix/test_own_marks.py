"""What stands beside our ciphertexts: a word to the next device of ours, which reads nothing else of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.adapters.matrix.crypto.inbound import Inbound, NoKey, SessionKey
from bot.adapters.matrix.crypto.sealed import Seal
from bot.adapters.matrix.events import envelope
from bot.adapters.matrix.own import own_event, told_apart, with_mark
from bot.domain.ids import EventId, RoomId
from bot.domain.traces import Heard, OwnEvent

ROOM, OTHER = RoomId("!a:hs"), RoomId("!b:hs")
SEAL = Seal("the account's key")
_CIPHERTEXT = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "s"}
_CARD = {
    "body": "Une question",
    "org.postroom": {
        "effect": "pr-i-r-7",
        "kind": "conversation",
        "conversation": 7,
        "status": "pending",
        "assignee": "@bob:hs",
        "tags": ["urgent", "no tag", 7],
        "message_id": "m1@example.org",
        "mailbox": "contact@asso.example",
    },
}


class _NoKeys:
    def decrypt(self, outer: object, room: RoomId) -> NoKey:
        return NoKey(SessionKey(room, "s"))


def read(content: dict[str, Any], room: RoomId = ROOM, seal: Seal = SEAL) -> OwnEvent:
    raw = {"event_id": "$e", "sender": "@bot:hs", "type": "m.room.encrypted", "content": content}
    now = datetime(2026, 11, 26, tzinfo=UTC)
    return own_event(envelope({**raw, "origin_server_ts": 1}, now), room, cast(Inbound, _NoKeys()), seal)


def marked(inside: dict[str, Any] = _CARD) -> dict[str, Any]:
    return with_mark(_CIPHERTEXT, inside, ROOM, SEAL)


def test_another_device_of_ours_knows_the_card_by_its_mark() -> None:
    own = read(marked())
    assert (own.effect, own.kind, own.conversation, own.status) == ("pr-i-r-7", "conversation", 7, "pending")
    assert (own.assignee, own.tags, own.message_id, own.name) == ("@bob:hs", ("urgent",), "m1@example.org", "")


def test_a_file_is_known_by_its_name() -> None:
    about = {"effect": "pr-i-r-8", "kind": "attachment", "conversation": 7, "message_id": "m1@example.org"}
    assert read(marked({"filename": "Liste é.csv", "org.postroom": about})).name == "Liste é.csv"


def test_nothing_of_it_lies_open() -> None:
    told = marked()
    assert told["org.postroom"].keys() == {"effect", "sealed"}
    assert "pending" not in str(told) and "m1@example.org" not in str(told) and "bob" not in str(told)


def test_its_length_does_not_tell_the_status() -> None:
    lengths = set()
    for status in ("active", "pending", "closed", "spam"):
        about = {**cast(dict[str, Any], _CARD["org.postroom"]), "status": status}
        lengths.add(len(marked({"org.postroom": about})["org.postroom"]["sealed"]))
    assert len(lengths) == 1


@pytest.mark.parametrize("change", ["another event", "another room", "another key", "other bytes", "no text"])
def test_what_was_moved_or_changed_says_nothing(change: str) -> None:
    content, room, seal = marked(), ROOM, SEAL
    ours = dict(content["org.postroom"])
    match change:
        case "another event":
            ours["effect"] = "pr-i-r-9"
        case "another room":
            room = OTHER
        case "another key":
            seal = Seal("somebody else's")
        case "other bytes":
            ours["sealed"] = "A" + ours["sealed"][1:] if ours["sealed"][0] != "A" else "B" + ours["sealed"][1:]
        case _:
            ours["sealed"] = "é\udcff" if change == "no text" else 3
    own = read({**content, "org.postroom": ours}, room, seal)
    assert (own.kind, own.conversation, own.status, own.message_id) == ("", None, "", "")


def test_what_nobody_needs_to_know_again_bears_no_seal() -> None:
    assert "org.postroom" not in marked({"body": "x"})
    assert marked({"org.postroom": {"effect": "pr-i-r-1"}})["org.postroom"] == {"effect": "pr-i-r-1"}


def test_where_an_act_stands_is_told_by_the_room_and_by_no_clock() -> None:
    """Whoever wrote it may live on a homeserver whose clock is days ahead, or behind."""
    ours, older = read(marked()), replace(read(marked()), at=datetime(1969, 1, 1, tzinfo=UTC))
    there = (Heard(ROOM, EventId("$1")), ours, Heard(ROOM, EventId("$2")), Heard(OTHER, EventId("$3")), older)
    own, heard = told_apart(there[:-1])
    assert own == (ours,)
    assert [(one.event, one.precedes_ours) for one in heard] == [("$1", True), ("$2", False), ("$3", False)]
    assert told_apart(there)[0] == (older, ours)
