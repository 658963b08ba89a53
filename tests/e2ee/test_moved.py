"""The homeserver chooses what the outside of an encrypted event says; the inside says where its author put it."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.said import MessageEdited, TeamMessage
from tests.adapters.matrix.conftest import Bot, NewBot
from tests.conftest import NewMember
from tests.e2ee.conftest import NewElement, enter
from tests.e2ee.element import Element
from tests.e2ee.hostile import HostileServer, timeline
from tests.e2ee.test_conversation import send


@dataclass(frozen=True, slots=True)
class Talk:
    """Alice in an encrypted room with two threads, before a homeserver that may lie to the bot."""

    bot: Bot
    hostile: HostileServer
    alice: Element
    room: RoomId
    here: EventId
    there: EventId

    def outside(self, relation: dict[str, object] | None) -> None:
        """What Alice writes from now on is given to the bot with this relation."""

        def lie(path: str, answer: Any) -> Any:
            for event in timeline(answer, self.room) if path.endswith("/sync") else ():
                if event["sender"] == self.alice.user_id and event["type"] == "m.room.encrypted":
                    event["content"].pop("m.relates_to", None)
                    if relation is not None:
                        event["content"]["m.relates_to"] = relation
            return answer

        self.hostile.change = lie


@pytest.fixture
async def talk(deceived_bot: Bot, hostile: HostileServer, new_element: NewElement) -> Talk:
    bot, alice = deceived_bot, await new_element("alice")
    room = await enter(bot, alice)
    here, there = await send(bot, room, "here", "t1"), await send(bot, room, "there", "t2")
    await alice.do("see", room=room, event=there)
    return Talk(bot, hostile, alice, room, here, there)


def thread(root: str, *, quoted: str = "", is_falling_back: bool = True) -> dict[str, object]:
    return {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": is_falling_back,
        "m.in_reply_to": {"event_id": quoted or root},
    }


def edit(event: str, text: str) -> dict[str, object]:
    return {
        "m.new_content": {"msgtype": "m.text", "body": text, "m.mentions": {}},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }


async def test_a_command_that_the_server_took_to_another_thread_is_not_believed(talk: Talk) -> None:
    talk.outside(thread(talk.there))
    await talk.alice.do("say", room=talk.room, text="!reply to one customer", thread=talk.here)
    found = await talk.bot.until(TeamMessage)
    assert (found.sender, found.thread, found.session_trust) == (talk.alice.user_id, talk.there, "moved")


@pytest.mark.parametrize("was_in_thread", [True, False])
async def test_nor_one_that_it_took_out_of_a_thread_or_put_into_one(talk: Talk, was_in_thread: bool) -> None:
    talk.outside(None if was_in_thread else thread(talk.there))
    await talk.alice.do("say", room=talk.room, text="!reply", thread=talk.here if was_in_thread else None)
    assert (await talk.bot.until(TeamMessage)).session_trust == "moved"


async def test_nor_a_send_that_it_pointed_at_other_words(talk: Talk) -> None:
    said = await talk.alice.do("say", room=talk.room, text="between us", thread=talk.here)
    await talk.bot.until(TeamMessage)
    talk.outside(thread(talk.here, quoted=said["event"], is_falling_back=False))
    meant = {"m.relates_to": thread(talk.here, quoted=talk.here, is_falling_back=False)}
    await talk.alice.do("say", room=talk.room, text="!send", thread=talk.here, extra=meant)
    found = await talk.bot.until(TeamMessage)
    assert (found.reply_to, found.session_trust) == (said["event"], "moved")


async def test_nor_a_fallback_that_it_made_a_reply(talk: Talk) -> None:
    talk.outside(thread(talk.here, is_falling_back=False))
    await talk.alice.do("say", room=talk.room, text="!send", thread=talk.here)
    found = await talk.bot.until(TeamMessage)
    assert (found.reply_to, found.session_trust) == (talk.here, "moved")


async def test_nor_an_edit_that_it_turned_on_another_message(talk: Talk) -> None:
    first = (await talk.alice.do("say", room=talk.room, text="!reply one", thread=talk.here))["event"]
    second = (await talk.alice.do("say", room=talk.room, text="!reply two", thread=talk.there))["event"]
    talk.outside({"rel_type": "m.replace", "event_id": second})
    await talk.alice.do("say", room=talk.room, text="* !reply better", extra=edit(first, "!reply better"))
    found = await talk.bot.until(MessageEdited)
    assert (found.target, found.session_trust) == (second, "moved")


async def test_what_an_honest_server_passes_on_is_believed(talk: Talk) -> None:
    """Plain words, a thread with its fallback, a quoting reply, a file, a structured command, and an edit."""
    alice, room = talk.alice, talk.room

    async def do(op: str, **what: Any) -> str:
        event = str((await alice.do(op, room=room, **what))["event"])
        # Her SDK stumbles over what comes back while it sends the next one.
        await talk.bot.until(TeamMessage)
        return event

    await do("say", text="!list")
    said = await do("say", text="!reply one", thread=talk.here)
    await do(
        "say",
        text="!send",
        thread=talk.here,
        extra={"m.relates_to": thread(talk.here, quoted=said, is_falling_back=False)},
    )
    await do("say", text="!close", extra={"m.relates_to": {"m.in_reply_to": {"event_id": talk.here}}})
    await do("sendFile", data="YQ==", name="a.txt", thread=talk.here)
    structured = {"org.matrix.msc4391.command": {"command": "close", "arguments": {}}}
    await do(
        "say", text="close", thread=talk.here, extra={**structured, "m.mentions": {"user_ids": [talk.bot.user_id]}}
    )
    await alice.do("say", room=room, text="* !reply two", extra=edit(said, "!reply two"))
    await talk.bot.until(MessageEdited)
    found = [one for one in talk.bot.seen if isinstance(one, TeamMessage | MessageEdited)]
    assert [one.session_trust for one in found] == [""] * 7
    assert [one.reply_to for one in found if isinstance(one, TeamMessage)] == [
        None,
        None,
        said,
        talk.here,
        None,
        None,
    ]


async def test_the_bot_s_own_relations_are_inside_as_well(talk: Talk) -> None:
    """Other clients may look there too."""
    event = await send(talk.bot, talk.room, "a mail", "t3", **{"m.relates_to": thread(talk.here)})
    seen = await talk.alice.do("see", room=talk.room, event=event)
    assert seen["content"]["m.relates_to"] == seen["wire"]["m.relates_to"] == thread(talk.here)


async def test_what_a_clear_message_says_of_its_place_is_all_there_is(new_bot: NewBot, new_member: NewMember) -> None:
    bot, member = await new_bot(), await new_member("bob")
    room = await bot.enter(member)
    card = await send(bot, room, "card", "t1")
    await member.say(room, "!close", thread=card)
    found = await bot.until(TeamMessage)
    assert (found.thread, found.session_trust) == (card, "")
