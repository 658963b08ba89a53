"""What we do in rooms of a real homeserver: once, found again, and refused for a reason that can be told."""

import json
from pathlib import Path

import pytest

from bot.adapters.matrix.power import INFINITE
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.outcomes import Accepted, Posted, Refused
from bot.ports import Unavailable, Uploaded
from tests.adapters.matrix.conftest import Bot
from tests.conftest import NewMember


def text(body: str, *, effect: str = "", thread: str = "") -> str:
    content: dict[str, object] = {"msgtype": "m.text", "body": body}
    if effect:
        content["org.postroom"] = {"effect": effect}
    if thread:
        content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
    return json.dumps(content)


async def test_the_same_transaction_is_one_event(bot: Bot, new_member: NewMember) -> None:
    room = await bot.enter(await new_member("alice"))
    first = await bot.chat.send(room, "m.room.message", text("x"), "t1")
    assert isinstance(first, Posted) and first.event.startswith("$")
    assert await bot.chat.send(room, "m.room.message", text("x"), "t1") == first


async def test_text_that_is_no_valid_unicode_is_sent_with_replacements(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    for number, content in enumerate((text("a\ud800b\U0001f600"), '{"msgtype":"m.text","body":"a\ud800b\U0001f600"}')):
        sent = await bot.chat.send(room, "m.room.message", content, f"t{number}")
        assert isinstance(sent, Posted)
        assert (await alice.event(room, sent.event)).body == "a\ufffdb\U0001f600"


async def test_the_same_transaction_is_one_event_over_a_restart(bot: Bot, new_member: NewMember) -> None:
    room = await bot.enter(await new_member("alice"))
    first = await bot.chat.send(room, "m.room.message", text("x"), "a/b c")
    await bot.restart()
    assert await bot.chat.send(room, "m.room.message", text("x"), "a/b c") == first


async def test_the_same_reaction_twice_is_accepted(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    target = await alice.say(room, "x")
    reaction = json.dumps({"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": "✅"}})
    assert isinstance(await bot.chat.send(room, "m.reaction", reaction, "t1"), Posted)
    assert isinstance(await bot.chat.send(room, "m.reaction", reaction, "t2"), Accepted)


async def test_a_room_that_we_are_not_in_refuses_with_its_code(bot: Bot, new_member: NewMember) -> None:
    room = RoomId(await (await new_member("alice")).create_room(name="closed"))
    for outcome in (
        await bot.chat.send(room, "m.room.message", text("x"), "t1"),
        await bot.chat.put_state(room, "m.room.topic", "", '{"topic":"x"}'),
        await bot.chat.join(room),
    ):
        assert isinstance(outcome, Refused) and outcome.code == "M_FORBIDDEN" and outcome.text
    with pytest.raises(Unavailable):
        await bot.chat.members(room)
    assert await bot.chat.get_state(room, "m.room.name", "") is None
    assert await bot.chat.power(room) is None


async def test_state_is_put_and_got(bot: Bot, new_member: NewMember) -> None:
    room = await bot.enter(await new_member("alice"))
    assert isinstance(await bot.chat.put_state(room, "org.example", "k/1 é", '{"a":1}'), Accepted)
    assert await bot.chat.get_state(room, "org.example", "k/1 é") == '{"a":1}'
    assert await bot.chat.get_state(room, "org.example", "") is None


async def test_a_redaction_takes_the_content_away(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    target = EventId(await alice.say(room, "secret"))
    assert isinstance(await bot.chat.redact(room, target, "t1"), Accepted)
    assert (await alice.event(room, target)).body == ""


async def test_an_event_of_ours_is_found_by_its_mark(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    root = await bot.chat.send(room, "m.room.message", text("card", effect="e1"), "t1")
    assert isinstance(root, Posted)
    thread = root.event
    inside = await bot.chat.send(room, "m.room.message", text("mail", effect="e2", thread=thread), "t2")
    edit = {
        "msgtype": "m.text",
        "body": "* card",
        "m.new_content": {"msgtype": "m.text", "body": "card"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": thread},
        "org.postroom": {"effect": "e3"},
    }
    edited = await bot.chat.send(room, "m.room.message", json.dumps(edit), "t3")
    await alice.say(room, "not ours")
    assert await bot.chat.find(room, None, "e1", "m.room.message") == thread
    assert isinstance(inside, Posted) and isinstance(edited, Posted)
    assert await bot.chat.find(room, thread, "e2", "m.room.message") == inside.event
    assert await bot.chat.find(room, thread, "e3", "m.room.message") == edited.event
    assert await bot.chat.find(room, thread, "e4", "m.room.message") is None
    assert await bot.chat.find(room, EventId("$none"), "e1", "m.room.message") is None


async def test_a_mark_in_somebody_elses_event_is_not_ours(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    await alice.send(room, json.loads(text("forged", effect="e1")))
    assert await bot.chat.find(room, None, "e1", "m.room.message") is None


async def test_members_come_with_their_names(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    assert {member.user for member in await bot.chat.members(room)} == {alice.user_id, bot.user_id}


@pytest.mark.parametrize("version", ["11", "12"])
async def test_power_is_read_right_in_old_and_new_rooms(bot: Bot, new_member: NewMember, version: str) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice, room_version=version)
    assert await bot.chat.power_level(room, UserId(alice.user_id)) == (INFINITE if version == "12" else 100)
    assert await bot.chat.power_of_bot(room) == 50
    assert await bot.chat.power_level(room, UserId("@nobody:localhost")) == 0


@pytest.mark.parametrize("encrypt", [False, True])
async def test_a_file_comes_back_as_it_went(bot: Bot, tmp_path: Path, encrypt: bool) -> None:
    sent, got = tmp_path / "sent", tmp_path / "got"
    sent.write_bytes(bytes(range(256)) * 3000)
    size = sent.stat().st_size
    file = await bot.chat.upload(sent, filename="ä/b.bin", content_type="image/png", size=size, encrypt=encrypt)
    assert isinstance(file, Uploaded)
    assert isinstance(await bot.chat.download(file.url, file.encryption, got, limit=size), Accepted)
    assert got.read_bytes() == sent.read_bytes()
    outcome = await bot.chat.download(file.url, file.encryption, got, limit=size - 1)
    assert isinstance(outcome, Refused) and outcome.code == "too_large"
    assert not got.exists()


async def test_the_homeserver_tells_how_large_a_file_may_be(bot: Bot) -> None:
    assert await bot.chat.upload_limit() == 60 * 1024 * 1024


async def test_a_file_that_was_tampered_with_is_refused(bot: Bot, tmp_path: Path) -> None:
    sent, got = tmp_path / "sent", tmp_path / "got"
    sent.write_bytes(b"x" * 1000)
    file = await bot.chat.upload(sent, filename="x", content_type="text/plain", size=1000, encrypt=True)
    other = await bot.chat.upload(sent, filename="x", content_type="text/plain", size=1000, encrypt=True)
    assert isinstance(file, Uploaded) and isinstance(other, Uploaded)
    assert await bot.chat.download(other.url, file.encryption, got, limit=5000) == Refused("hash", "")
    assert not got.exists()
    for broken in ("{}", "[", '{"v":"v2","key":{"k":"é"},"iv":"","hashes":{"sha256":7}}'):
        outcome = await bot.chat.download(file.url, broken, got, limit=5000)
        assert isinstance(outcome, Refused) and outcome.code == "malformed"


async def test_a_file_that_is_not_there_is_refused(bot: Bot, tmp_path: Path) -> None:
    outcome = await bot.chat.download("mxc://localhost/none", "", tmp_path / "got", limit=10)
    assert isinstance(outcome, Refused) and outcome.code == "M_NOT_FOUND"
    outcome = await bot.chat.download("https://localhost/none", "", tmp_path / "got", limit=10)
    assert isinstance(outcome, Refused)
