"""The bot and Element's SDK in an encrypted room, in both directions."""

import base64
import json
from pathlib import Path

from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.said import Reaction, TeamMessage
from bot.domain.outcomes import Accepted, Posted
from bot.ports import Uploaded
from tests.adapters.matrix.conftest import Bot
from tests.e2ee.conftest import NewElement, enter


async def send(bot: Bot, room: RoomId, body: str, transaction: str, **more: object) -> EventId:
    content = {"msgtype": "m.text", "body": body, "m.mentions": {}, "org.postroom": {"effect": transaction}, **more}
    sent = await bot.chat.send(room, "m.room.message", json.dumps(content), transaction)
    assert isinstance(sent, Posted), sent
    return sent.event


async def test_words_pass_in_both_directions(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    card = await send(bot, room, "card", "t1")
    seen = await alice.do("see", room=room, event=card)
    assert seen["body"] == "card" and seen["encrypted"]
    said = await alice.do("say", room=room, text="!assign me", thread=card)
    found = await bot.until(TeamMessage)
    assert (found.event, found.body, found.thread) == (said["event"], "!assign me", card)
    assert (found.room_encrypted, found.was_encrypted, found.session_trust) == (True, True, "")


async def test_no_shield_stands_at_the_bots_messages(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    seen = await alice.do("see", room=room, shield="NONE", event=await send(bot, room, "card", "t1"))
    assert seen["shield"] == {"colour": "NONE", "reason": None}


async def test_a_client_for_signed_devices_only_reads_the_bot_and_is_read(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    await alice.do("onlySigned", on=True)
    room = await enter(bot, alice)
    seen = await alice.do("see", room=room, event=await send(bot, room, "card", "t1"))
    assert (seen["body"], seen["failure"]) == ("card", None)
    await alice.do("say", room=room, text="hello")
    assert (await bot.until(TeamMessage)).body == "hello"


async def test_threads_edits_and_reactions_are_as_they_should_be(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    card = await send(bot, room, "card", "t1")
    thread = {"rel_type": "m.thread", "event_id": card, "is_falling_back": True, "m.in_reply_to": {"event_id": card}}
    mail = await send(bot, room, "mail", "t2", **{"m.relates_to": thread})
    new = {"msgtype": "m.text", "body": "card, closed", "m.mentions": {}}
    replaces = {"rel_type": "m.replace", "event_id": card}
    await send(bot, room, "* card, closed", "t3", **{"m.new_content": new, "m.relates_to": replaces})
    assert (await alice.do("see", room=room, event=mail))["thread"] == card
    assert (await alice.do("see", room=room, event=card, edited=True))["edited"] == "card, closed"
    assert (await alice.do("threads", room=room))["roots"] == [card]
    reacted = await alice.do("react", room=room, event=card, key="✅")
    found = await bot.until(Reaction)
    assert (found.event, found.target, found.room_encrypted) == (reacted["event"], card, True)


async def test_a_mention_in_a_thread_counts_for_the_one_who_is_named(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    card = await send(bot, room, "card", "t1")
    thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": card}}
    quiet = await send(bot, room, f"mail that says {alice.user_id} and @room", "t2", **thread)
    assert not (await alice.do("see", room=room, event=quiet))["highlights"]
    # A client counts from the first receipt in a thread on.
    await alice.do("read", room=room, event=quiet)
    loud = await send(bot, room, "yours", "t3", **thread, **{"m.mentions": {"user_ids": [alice.user_id]}})
    assert (await alice.do("see", room=room, event=loud))["highlights"]
    assert await alice.do("unread", room=room, thread=card, total=1, highlights=1) == {"total": 1, "highlights": 1}
    silent = await send(bot, room, "done", "t4", msgtype="m.notice", **thread)
    await alice.do("see", room=room, event=silent)
    edit = {"m.new_content": {"msgtype": "m.text", "body": "card, closed"}, "m.mentions": {}}
    await send(
        bot, room, "* card, closed", "t5", **edit, **{"m.relates_to": {"rel_type": "m.replace", "event_id": card}}
    )
    await alice.do("see", room=room, event=card, edited=True)
    assert await alice.do("unread", room=room, thread=card, total=1, highlights=1) == {"total": 1, "highlights": 1}


async def test_a_session_that_the_server_ended_is_replaced_and_both_still_read_one_another(
    bot: Bot, new_element: NewElement
) -> None:
    """A logout takes the device and all its keys from the server."""
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("see", room=room, event=await send(bot, room, "before", "t1"))
    assert (await bot.chat._homeserver.call("POST", "/_matrix/client/v3/logout", {})).is_ok
    await bot.news()
    assert bot.chat.identity_problem is None
    seen = await alice.do("see", room=room, shield="NONE", event=await send(bot, room, "after", "t2"))
    assert (seen["body"], seen["shield"]["colour"]) == ("after", "NONE")
    await alice.do("say", room=room, text="hello again")
    found = await bot.until(TeamMessage)
    assert (found.body, found.session_trust) == ("hello again", "")


async def test_a_session_is_used_as_often_as_the_room_says(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice, encryption={"rotation_period_msgs": 3})
    sessions = [
        (await alice.do("see", room=room, event=await send(bot, room, str(n), f"t{n}")))["wire"]["session_id"]
        for n in range(7)
    ]
    assert [sessions.index(session) for session in sessions] == [0, 0, 0, 3, 3, 3, 6]


async def test_files_pass_in_both_directions(bot: Bot, new_element: NewElement, tmp_path: Path) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    path, data = tmp_path / "sent", bytes(range(256)) * 2000
    path.write_bytes(data)
    file = await bot.chat.upload(path, filename="a.bin", content_type="text/plain", size=len(data), encrypt=True)
    assert isinstance(file, Uploaded)
    event = await send(bot, room, "a.bin", "t1", msgtype="m.file", file=json.loads(file.encryption))
    seen = await alice.do("see", room=room, event=event)
    read = await alice.do("readFile", file=seen["content"]["file"])
    assert base64.b64decode(read["data"]) == data

    await alice.do("sendFile", room=room, data=base64.b64encode(data[:1000]).decode(), name="b.txt")
    found = (await bot.until(TeamMessage)).file
    assert found is not None and found.filename == "b.txt"
    assert isinstance(await bot.chat.download(found.url, found.encryption, tmp_path / "got", limit=9999), Accepted)
    assert (tmp_path / "got").read_bytes() == data[:1000]


async def test_after_a_restart_both_still_read_one_another(bot: Bot, new_element: NewElement) -> None:
    alice = await new_element("alice")
    room = await enter(bot, alice)
    await alice.do("see", room=room, event=await send(bot, room, "before", "t1"))
    await alice.do("say", room=room, text="while away")
    await bot.restart()
    assert (await bot.until(TeamMessage)).body == "while away"
    seen = await alice.do("see", room=room, shield="NONE", event=await send(bot, room, "after", "t2"))
    assert (seen["body"], seen["shield"]["colour"]) == ("after", "NONE")
    assert await bot.chat.find(room, None, "t2", "m.room.message") == seen["event"]
