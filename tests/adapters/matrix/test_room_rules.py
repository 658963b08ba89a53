"""What a real homeserver tells of rooms' rules while we run, and what it keeps of our commands."""

import json

import pytest

from bot.adapters.matrix.descriptions import described_state
from bot.domain.calls import DescribeCommand
from bot.domain.inputs.said import TeamMessage
from bot.domain.outcomes import Accepted
from tests.adapters.matrix.conftest import Bot
from tests.conftest import NewMember

RULES = (
    ("m.room.join_rules", {"join_rule": "public"}),
    ("m.room.history_visibility", {"history_visibility": "world_readable"}),
    ("m.room.guest_access", {"guest_access": "forbidden"}),
    ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
)


@pytest.mark.parametrize(("kind", "content"), RULES)
async def test_a_change_of_the_rules_is_told_with_the_sync_that_brings_it(
    bot: Bot, new_member: NewMember, kind: str, content: dict[str, object]
) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    await alice.say(room, "talk")
    await bot.until(TeamMessage)
    assert (await bot.chat.sync(bot.since, timeout=0)).changed_rooms == frozenset()
    await alice.put_state(room, kind, content)
    # A gap in the timeline hides nothing: 120 messages are more than one answer holds.
    for number in range(120 if kind == "m.room.join_rules" else 1):
        await alice.say(room, f"talk {number}")
    batch = await bot.chat.sync(bot.since, timeout=5)
    assert batch.changed_rooms == {room}
    assert (room in bot.chat.encrypted_rooms()) is (kind == "m.room.encryption")
    assert (await bot.chat.sync(batch.next_batch, timeout=0)).changed_rooms == frozenset()


async def test_power_that_is_taken_away_is_told(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    levels = dict(await alice.state(room, "m.room.power_levels"))
    levels["users"] = {}
    await alice.say(room, "talk")
    await bot.until(TeamMessage)
    await alice.put_state(room, "m.room.power_levels", levels)
    assert (await bot.chat.sync(bot.since, timeout=5)).changed_rooms == {room}


async def test_what_the_room_holds_of_our_commands_is_compared_with_what_it_should(
    bot: Bot, new_member: NewMember
) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    close = DescribeCommand(room, "close", "Close it", ("conversation",))
    note = DescribeCommand(room, "note", "Note it", ("conversation", "text"))
    old = DescribeCommand(room, "teleport", "Beam it", ())
    # Another bot's command is its own business.
    theirs = described_state(old, alice.user_id)
    await alice.put_state(room, theirs.event_type, json.loads(theirs.content), theirs.state_key)
    assert await bot.chat.description_faults(room, (close, note)) == (("close", "note"), ())
    for one in (close, note, old):
        assert isinstance(await bot.chat.describe(one), Accepted)
    assert await bot.chat.description_faults(room, (close, note)) == ((), ("teleport",))
    french = DescribeCommand(room, "note", "Noter", note.arguments)
    assert await bot.chat.description_faults(room, (close, french)) == (("note",), ("teleport",))
    assert isinstance(await bot.chat.describe(DescribeCommand(room, "teleport", "", (), is_gone=True)), Accepted)
    assert await bot.chat.description_faults(room, (close, note)) == ((), ())
