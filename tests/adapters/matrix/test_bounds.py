"""What strangers and senders choose is bounded: events that wait, keys that are kept."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.matrix.account import Device, MatrixAccount, prepare_folder
from bot.adapters.matrix.crypto import machine as machines
from bot.adapters.matrix.crypto.inbound import Inbound, SessionKey
from bot.adapters.matrix.crypto.machine import Known, Machine
from bot.adapters.matrix.crypto.waiting import WaitingRoom
from bot.adapters.matrix.requests import Answer, Homeserver
from bot.domain.ids import RoomId, UserId
from tests.fakes.memory import FakeMemory

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOM, ALICE, MALLORY = RoomId("!room:hs"), UserId("@alice:hs"), UserId("@mallory:hs")


@pytest.mark.parametrize(("length", "kept"), [(10, 500), (50_000, 41)])
def test_what_waits_for_its_key_is_bounded_by_number_and_by_size(tmp_path: Path, length: int, kept: int) -> None:
    path = tmp_path / "waiting.json"
    waiting = WaitingRoom(path)
    given_up = 0
    for number in range(600):
        waiting.put(SessionKey(ROOM, "S"), {"event_id": f"${number}", "content": {"ciphertext": "A" * length}}, NOW)
        given_up += len(waiting.take_overdue(NOW))
        waiting.confirm()
    waiting.save()
    assert 600 - given_up == kept
    assert path.stat().st_size < 2_300_000
    assert len(WaitingRoom(path).take_arrived({SessionKey(ROOM, "S")})) == kept, "the newest, after a restart too"


def test_of_people_in_no_room_of_ours_few_keys_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "store"
    prepare_folder(folder)
    account = MatrixAccount("http://127.0.0.1:1", "@bot:hs", "secret", "Postroom", folder, "pickle")
    known = Known(frozenset({ROOM}), {}, {ROOM: frozenset({ALICE})})
    machine = Machine(account, Device("@bot:hs", "DEVICE", "t"), Homeserver(account.homeserver), FakeMemory(), known)
    opened: list[str] = []
    monkeypatch.setattr(Inbound, "take_to_device", lambda self, event: opened.append(event["sender"]))

    def sync(sender: UserId, count: int) -> None:
        events: list[Any] = [{"type": "m.room.encrypted", "sender": sender, "content": {}} for _ in range(count)]
        machine.take_sync({"to_device": {"events": events}})

    sync(MALLORY, 600)
    assert len(opened) == machines._STRANGERS_KEYS
    sync(UserId("@another:hs"), 10)
    assert len(opened) == machines._STRANGERS_KEYS, "for all strangers together"
    sync(ALICE, 600)
    assert opened.count(ALICE) == 600
    machine.close()


def test_a_device_that_asks_to_be_verified_is_told_no(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    prepare_folder(folder)
    account = MatrixAccount("http://127.0.0.1:1", "@bot:hs", "secret", "Postroom", folder, "pickle")
    known = Known(frozenset({ROOM}), {}, {ROOM: frozenset({ALICE})})
    put: list[tuple[str, Any]] = []

    class Server(Homeserver):
        async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
            put.append((path, body))
            return Answer(200, {})

    machine = Machine(account, Device("@bot:hs", "DEVICE", "t"), Server(account.homeserver), FakeMemory(), known)
    content = {"from_device": "PHONE", "transaction_id": "t1", "methods": ["m.sas.v1"]}
    for sender in (ALICE, MALLORY):
        asked = {"type": "m.key.verification.request", "sender": sender, "content": content}
        machine.take_sync({"to_device": {"events": [asked, asked]}})
    asyncio.run(machine.outbound.decline_verifications())
    asyncio.run(machine.outbound.decline_verifications())
    ((path, body),) = put
    assert "m.key.verification.cancel" in path
    assert body["messages"][ALICE]["PHONE"]["transaction_id"] == "t1"
    machine.close()
