"""Whatever a homeserver answers to a sync: a batch, or the sync is put off; never anything else."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.matrix.account import Device, MatrixAccount, prepare_folder
from bot.adapters.matrix.crypto.machine import Known, Machine
from bot.adapters.matrix.requests import Homeserver
from bot.adapters.matrix.sync import SyncReader
from bot.domain.ids import RoomId, UserId
from bot.ports import SyncBatch, Unavailable
from tests.fakes.memory import FakeMemory

ROOM = "!room:hs"
NOTHING = Known(frozenset(), {})
words = st.sampled_from(
    [
        "$event",
        "@alice:hs",
        "@bot:hs",
        ROOM,
        "m.text",
        "join",
        "leave",
        "m.megolm.v1.aes-sha2",
        "m.thread",
        "\ud800",
        "",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
keys = st.sampled_from(
    [
        "event_id", "sender", "type", "content", "state_key", "unsigned", "membership", "msgtype", "body",
        "ciphertext", "algorithm", "session_id", "sender_key", "m.relates_to", "prev_content", "room_id", "code",
        "signed_curve25519",
    ]
)  # fmt: skip
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=12
)
event_types = st.sampled_from(
    [
        "m.room.message", "m.room.encrypted", "m.room.member", "m.room.encryption", "m.reaction", "m.room.redaction",
        "m.receipt", "m.room_key", "m.room_key.withheld", "m.room.create", "m.room.tombstone",
    ]
)  # fmt: skip
encrypted = st.fixed_dictionaries(
    {"algorithm": st.sampled_from(["m.megolm.v1.aes-sha2", "m.olm.v1.curve25519-aes-sha2"]) | anything},
    optional={"ciphertext": anything, "session_id": anything, "sender_key": anything},
)
event = anything | st.fixed_dictionaries(
    {
        "event_id": st.sampled_from(["$a", "$b"]) | anything,
        "sender": st.sampled_from(["@alice:hs", "@bot:hs"]) | anything,
        "type": event_types | anything,
        "content": encrypted | anything,
    },
    optional={"state_key": words | anything, "unsigned": anything, "origin_server_ts": anything},
)
section = anything | st.fixed_dictionaries(
    {},
    optional={
        "timeline": anything
        | st.fixed_dictionaries({"events": st.lists(event, max_size=4)}, optional={"limited": anything}),
        "state": anything | st.fixed_dictionaries({"events": st.lists(event, max_size=3)}),
        "ephemeral": anything | st.fixed_dictionaries({"events": st.lists(event, max_size=2)}),
        "invite_state": anything | st.fixed_dictionaries({"events": st.lists(event, max_size=3)}),
    },
)
rooms = anything | st.dictionaries(st.just(ROOM) | words, section, max_size=2)
answers = st.fixed_dictionaries(
    {"next_batch": st.just("s2")},
    optional={
        "rooms": anything | st.fixed_dictionaries({}, optional={"join": rooms, "leave": rooms, "invite": rooms}),
        "to_device": anything | st.fixed_dictionaries({"events": st.lists(event, max_size=3)}),
        "device_lists": anything,
        "device_one_time_keys_count": anything,
        "device_unused_fallback_key_types": anything,
    },
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncReader]:
    folder = tmp_path_factory.mktemp("fuzz") / "store"
    account = MatrixAccount("http://127.0.0.1:1", "@bot:hs", "secret", "Postroom", folder, "pickle")
    prepare_folder(folder)
    # Nobody answers at that port: what needs a question puts the sync off.
    homeserver = Homeserver(account.homeserver)
    machine = Machine(account, Device("@bot:hs", "DEVICE", "token"), homeserver, FakeMemory(), NOTHING)
    machine.rooms.take_state(RoomId(ROOM), {"type": "m.room.encryption", "state_key": "", "content": {}})
    yield SyncReader(homeserver, machine, UserId("@bot:hs"))
    machine.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=answers, since=st.sampled_from([None, "s1"]))
def test_any_answer_is_a_batch_or_put_off(reader: SyncReader, answer: dict[str, Any], since: str | None) -> None:
    async def read() -> None:
        try:
            batch = await reader.read(answer, since)
        except Unavailable:
            return
        finally:
            await reader._homeserver.close()
        assert isinstance(batch, SyncBatch)
        repr(batch).encode()

    asyncio.run(read())


def test_it_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    prepare_folder(folder)
    account = MatrixAccount("http://127.0.0.1:1", "@bot:hs", "secret", "Postroom", folder, "pickle")
    machine = Machine(
        account, Device("@bot:hs", "../../DEVICE", "token"), Homeserver(account.homeserver), FakeMemory(), NOTHING
    )
    asyncio.run(machine.save("s1"))
    machine.close()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
