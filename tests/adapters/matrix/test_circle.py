"""Who reads a room: nothing is encrypted for a circle that was not told, nor for one in which nobody could read it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.matrix.account import Device, MatrixAccount, prepare_folder
from bot.adapters.matrix.chat import MatrixChat
from bot.adapters.matrix.crypto.machine import Known
from bot.adapters.matrix.requests import Answer, Homeserver, _answer
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.outcomes import Posted, PostOutcome, TryLater
from bot.ports import NOBODY_READS, NOT_TOLD, Unavailable
from tests.fakes.memory import FakeMemory

US, ALICE, ROOM = UserId("@bot:hs"), UserId("@alice:hs"), RoomId("!room:hs")
WORDS = '{"msgtype":"m.text","body":"x"}'
BOTH: dict[str, Any] = {"joined": {US: {}, ALICE: {}}}


class Told(Homeserver):
    """Gives the status and body set for `/joined_members`, and counts what was sent to the room."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.members: tuple[int, Any] = (200, BOTH)
        self.sent = 0

    async def call_raw(self, method: str, path: str, body: Any, **more: Any) -> Answer:
        if "joined_members" in path:
            return _answer(self.members[0], json.dumps(self.members[1]).encode(), "")
        if "/send/" in path:
            self.sent += 1
            return _answer(200, b'{"event_id":"$sent"}', "")
        return _answer(200, b"{}", "")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[MatrixChat]:
    account = MatrixAccount("http://127.0.0.1:1", US, "secret", "Postroom", tmp_path / "store", "pickle")
    prepare_folder(account.store_dir)
    known = Known(frozenset({ROOM}), {})
    made = MatrixChat(account, Told(), Device(US, "DEVICE", "token"), FakeMemory(), known)
    yield made
    made._machine.close()


def sent(chat: MatrixChat, members: tuple[int, Any]) -> tuple[PostOutcome, int]:
    homeserver = chat._homeserver
    assert isinstance(homeserver, Told)
    homeserver.members = members
    return asyncio.run(chat.send(ROOM, "m.room.message", WORDS, "t")), homeserver.sent


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ((403, {"errcode": "M_FORBIDDEN"}), "M_FORBIDDEN"),
        ((404, {"errcode": "M_NOT_FOUND"}), NOT_TOLD),
        ((404, {"errcode": "M_UNRECOGNIZED"}), NOT_TOLD),
        ((200, {}), NOT_TOLD),
        ((200, {"joined": {}}), NOT_TOLD),
        ((200, {"joined": {ALICE: {}}}), NOT_TOLD),
        ((200, BOTH), NOBODY_READS),
    ],
)
def test_what_nobody_would_read_waits_and_holds_up_no_other_room(
    chat: MatrixChat, members: tuple[int, Any], reason: str
) -> None:
    outcome, count = sent(chat, members)
    assert isinstance(outcome, TryLater)
    assert (outcome.reason, outcome.is_outage, count) == (reason, False, 0)
    assert (
        not chat._machine._olm.outbound_group_sessions.get(ROOM)
        or not chat._machine._olm.outbound_group_sessions[ROOM].shared
    )


def test_a_circle_that_was_not_told_is_asked_for_again(chat: MatrixChat) -> None:
    sent(chat, (403, {"errcode": "M_FORBIDDEN"}))
    # Alone in the room, the bot writes for itself.
    outcome, count = sent(chat, (200, {"joined": {US: {}}}))
    assert outcome == Posted(EventId("$sent")) and count == 1


@pytest.mark.parametrize("members", [(403, {}), (404, {"errcode": "M_NOT_FOUND"}), (200, {"joined": {}})])
def test_not_told_is_never_nobody(chat: MatrixChat, members: tuple[int, Any]) -> None:
    assert isinstance(chat._homeserver, Told)
    chat._homeserver.members = members
    with pytest.raises(Unavailable):
        asyncio.run(chat.members(ROOM))


def test_what_is_said_in_clear_needs_no_readers(chat: MatrixChat) -> None:
    homeserver = chat._homeserver
    assert isinstance(homeserver, Told)
    homeserver.members = (403, {})
    outcome = asyncio.run(chat.send(ROOM, "m.room.message", WORDS, "t", in_clear=True))
    assert outcome == Posted(EventId("$sent")) and homeserver.sent == 1
