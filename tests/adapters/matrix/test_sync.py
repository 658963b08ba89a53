"""What happens in rooms of a real homeserver arrives as inputs: once, in order, nothing left out."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.adapters.matrix.crypto import waiting
from bot.domain.ids import RoomId
from bot.domain.inputs.room import Invited, MemberChanged, RoomLost, RoomUpgraded
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.outcomes import Accepted, Posted
from tests.adapters.matrix.conftest import Bot, NewBot
from tests.conftest import NewMember


async def test_talk_edits_reactions_and_their_removal_arrive_in_order(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    root = await alice.say(room, "root")
    said = await alice.say(room, "!note hello", thread=root)
    edit = await alice.edit(room, said, "!note bye")
    reaction = await alice.react(room, root, "✅")
    redaction = await alice.redact(room, reaction)
    await alice.say(room, "a bot's words", msgtype="m.notice")

    first, second, edited, removed = await bot.news(timeout=5)

    assert isinstance(first, TeamMessage) and first.event == root
    assert isinstance(second, TeamMessage)
    assert (second.event, second.thread, second.reply_to, second.body) == (said, root, None, "!note hello")
    assert isinstance(edited, MessageEdited)
    assert (edited.event, edited.target, edited.body) == (edit, said, "!note bye")
    # The reaction was redacted before we saw it: what is left is that it was taken away.
    assert isinstance(removed, Redacted)
    assert (removed.event, removed.target) == (redaction, reaction)


async def test_a_reaction_arrives_and_its_removal_later(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    root = await alice.say(room, "root")
    reaction = await alice.react(room, root, "✋")
    found = (await bot.news(timeout=5))[-1]
    assert isinstance(found, Reaction)
    assert (found.event, found.target, found.emoji, found.sender) == (reaction, root, "✋", alice.user_id)
    await alice.redact(room, reaction)
    assert [(type(i), getattr(i, "target", None)) for i in await bot.news(timeout=5)] == [(Redacted, reaction)]


async def test_an_edit_without_its_key_is_told_at_once_with_the_message_that_it_changes_and_given_up_later(
    bot: Bot, new_member: NewMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", timedelta(seconds=2))
    alice = await new_member("alice")
    room = await bot.enter(alice)
    root = await alice.say(room, "root")
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AA", "session_id": "S", "sender_key": "K"}
    # A message waits for its key in silence.
    await alice.send(room, sealed, event_type="m.room.encrypted")
    place = {"rel_type": "m.replace", "event_id": root}
    edit = await alice.send(room, {**sealed, "m.relates_to": place}, event_type="m.room.encrypted")

    async def told(*, is_awaited: bool) -> Undecryptable:
        while True:
            for one in bot.seen:
                if isinstance(one, Undecryptable) and (one.event, one.is_awaited) == (edit, is_awaited):
                    return one
            await bot.news(timeout=1)

    awaited, given_up = await told(is_awaited=True), await told(is_awaited=False)
    assert awaited.replaces == root
    assert (given_up.replaces, given_up.reason) == (root, "no_key")
    assert given_up.key != awaited.key


async def test_our_own_events_are_no_inputs(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    assert isinstance(await bot.chat.send(room, "m.room.message", '{"msgtype":"m.text","body":"x"}', "t1"), Posted)
    root = await alice.say(room, "root")
    button = json.dumps({"m.relates_to": {"rel_type": "m.annotation", "event_id": root, "key": "✅"}})
    assert isinstance(await bot.chat.send(room, "m.reaction", button, "t2"), Posted)
    assert [getattr(found, "event", None) for found in await bot.news(timeout=1)] == [root]


async def test_the_first_sync_brings_a_position_and_no_history(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = RoomId(await alice.create_room(name="team", invite=[bot.user_id]))
    await bot.chat.join(room)
    await alice.say(room, "!assign me")
    assert await bot.news() == []
    await alice.say(room, "now")
    assert [getattr(found, "body", None) for found in await bot.news(timeout=5)] == ["now"]


async def test_an_invitation_that_came_before_the_first_start_is_seen(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await alice.create_room(name="team", invite=[bot.user_id])
    found = await bot.news()
    assert [(type(i), getattr(i, "room", None), getattr(i, "inviter", None)) for i in found] == [
        (Invited, room, alice.user_id)
    ]


async def test_nothing_from_before_we_joined_is_an_input(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    await bot.news()
    room = RoomId(await alice.create_room(name="team", invite=[bot.user_id]))
    for number in range(130):
        await alice.say(room, f"!close {number}")
    await bot.news(timeout=5)
    await bot.chat.join(room)
    for number in range(120):
        await alice.say(room, f"after {number}")
    found = [i.body for i in await bot.news(timeout=5) if isinstance(i, TeamMessage)]
    assert found == [f"after {number}" for number in range(120)]


async def test_a_gap_of_250_events_is_filled(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    for number in range(250):
        await alice.say(room, f"{number}")
    found = [i.body for i in await bot.news(timeout=5) if isinstance(i, TeamMessage)]
    assert found == [f"{number}" for number in range(250)]
    assert await bot.news() == []


async def test_receipts_of_members_arrive_threaded_or_not(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    root = await alice.say(room, "root")
    in_thread = await alice.say(room, "in it", thread=root)
    await bot.news(timeout=5)
    await alice.receipt(room, in_thread, thread=root)
    found = await bot.until(ReadUpTo)
    assert (found.user, found.event) == (alice.user_id, in_thread)
    await alice.receipt(room, in_thread)
    found = await bot.until(ReadUpTo)
    assert (found.user, found.event) == (alice.user_id, in_thread)


async def test_who_reads_and_answers_between_two_syncs_has_read_before_answering(
    bot: Bot, new_member: NewMember
) -> None:
    alice, bob = await new_member("alice"), await new_member("bob")
    room = await bot.enter(alice)
    await alice.invite(room, bob.user_id)
    await bob.join(room)
    root = await alice.say(room, "root")
    await bot.news(timeout=5)
    await alice.say(room, "unseen")
    await alice.receipt(room, root)
    await alice.say(room, "!reply seen")
    await bob.say(room, "!reply unseen")
    await bob.receipt(room, root)

    found = [i for i in await bot.news(timeout=5) if isinstance(i, TeamMessage | ReadUpTo)]

    assert [i.body if isinstance(i, TeamMessage) else i.user for i in found] == [
        "unseen",
        alice.user_id,
        "!reply seen",
        "!reply unseen",
        bob.user_id,
    ]


async def test_members_who_come_and_go_are_told(bot: Bot, new_member: NewMember) -> None:
    alice, bob = await new_member("alice"), await new_member("bob")
    room = await bot.enter(alice)
    await alice.invite(room, bob.user_id)
    await bob.join(room)
    await bob.leave(room)
    found = [i for i in await bot.news(timeout=5) if isinstance(i, MemberChanged)]
    assert [(i.user, i.membership) for i in found] == [
        (bob.user_id, "invite"),
        (bob.user_id, "join"),
        (bob.user_id, "leave"),
    ]


@pytest.mark.parametrize("how", ["kick", "ban"])
async def test_being_removed_names_who_did_it_and_comes_after_what_was_said(
    bot: Bot, new_member: NewMember, how: str
) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    await alice.say(room, "last words")
    await alice.request("POST", f"/_matrix/client/v3/rooms/{room}/{how}", {"user_id": bot.user_id})
    said, lost = await bot.news(timeout=5)
    assert isinstance(said, TeamMessage) and said.body == "last words"
    assert isinstance(lost, RoomLost)
    assert (lost.room, lost.by, lost.membership) == (room, alice.user_id, "leave" if how == "kick" else "ban")


async def test_leaving_by_ourselves_is_no_loss_and_neither_is_an_invitation_taken_back(
    bot: Bot, new_member: NewMember
) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    assert isinstance(await bot.chat.leave(room), Accepted)
    other = await alice.create_room(name="other", invite=[bot.user_id])
    await bot.news(timeout=5)
    await alice.kick(other, bot.user_id)
    await bot.news(timeout=1)
    assert not [found for found in bot.seen if isinstance(found, RoomLost)]


async def test_a_restart_goes_on_where_it_was(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    device = bot.chat.device_id
    await alice.say(room, "while away")
    await bot.restart()
    assert bot.chat.device_id == device
    assert [getattr(found, "body", None) for found in await bot.news(timeout=5)] == ["while away"]


async def test_a_session_that_the_server_ended_is_replaced_on_the_same_device(
    new_bot: NewBot, new_member: NewMember
) -> None:
    bot, alice = await new_bot(), await new_member("alice")
    room = await bot.enter(alice)
    device = bot.chat.device_id
    token = bot.chat._homeserver.access_token
    await alice.request("GET", "/_matrix/client/v3/account/whoami")
    answer = await bot.chat._homeserver.call("POST", "/_matrix/client/v3/logout", {})
    assert answer.is_ok
    sent = await bot.chat.send(room, "m.room.message", '{"msgtype":"m.text","body":"x"}', "t1")
    assert not isinstance(sent, Posted)
    await alice.say(room, "still there?")
    assert [getattr(found, "body", None) for found in await bot.news(timeout=5)] == ["still there?"]
    assert bot.chat.device_id == device
    assert bot.chat._homeserver.access_token != token
    assert isinstance(await bot.chat.send(room, "m.room.message", '{"msgtype":"m.text","body":"x"}', "t1"), Posted)


async def test_waiting_for_news_ends_when_they_come(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    waiting = asyncio.create_task(bot.news(timeout=30))
    await alice.say(room, "here")
    async with asyncio.timeout(20):
        assert [getattr(found, "body", None) for found in await waiting] == ["here"]


async def test_an_upgraded_room_is_told_before_the_invitation_to_the_new_one(bot: Bot, new_member: NewMember) -> None:
    alice = await new_member("alice")
    room = await bot.enter(alice)
    answer = await alice.request("POST", f"/_matrix/client/v3/rooms/{room}/upgrade", {"new_version": "11"})
    new = str(answer["replacement_room"])
    await alice.invite(new, bot.user_id)

    found = [one for one in await bot.news(timeout=5) if isinstance(one, RoomUpgraded | Invited)]

    upgraded, invited = found
    assert isinstance(upgraded, RoomUpgraded) and isinstance(invited, Invited)
    assert (upgraded.room, upgraded.replacement, upgraded.by) == (room, new, alice.user_id)
    assert invited.room == new
    assert isinstance(await bot.chat.join(RoomId(new), ("localhost", "elsewhere.example:8448")), Accepted)
    create = await bot.chat.get_state(RoomId(new), "m.room.create", "")
    assert create is not None and json.loads(create)["predecessor"]["room_id"] == room
