"""A homeserver that tells in another order, reacts and deletes in somebody's name: it can stop things, never send."""

from typing import Any

import pytest

from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from tests.adapters.matrix.conftest import Bot
from tests.e2ee.conftest import NewElement, enter
from tests.e2ee.hostile import HostileServer, timeline
from tests.e2ee.test_conversation import send


@pytest.fixture
def lying(deceived_bot: Bot, hostile: HostileServer) -> tuple[Bot, HostileServer]:
    return deceived_bot, hostile


async def test_messages_in_another_order_are_each_what_they_were(
    lying: tuple[Bot, HostileServer], new_element: NewElement
) -> None:
    bot, hostile = lying
    alice = await new_element("alice")
    room = await enter(bot, alice)
    card = await send(bot, room, "card", "t1")
    held: list[Any] = []
    is_holding = True

    def turn_round(path: str, answer: Any) -> Any:
        if not path.endswith("/sync"):
            return answer
        true = timeline(answer, room)
        ours = [event for event in true if event["sender"] == alice.user_id and event["type"] == "m.room.encrypted"]
        held.extend(ours)
        true[:] = [event for event in true if event not in ours]
        if held and not is_holding:
            joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
            joined.setdefault("timeline", {}).setdefault("events", []).extend(reversed(held))
            held.clear()
        return answer

    hostile.change = turn_round
    said = []
    for text in ("!reply first", "!reply second"):
        said.append((await alice.do("say", room=room, text=text, thread=card))["event"])
        while len(held) < len(said):
            await bot.news(timeout=1)
    extra = {
        "m.new_content": {"msgtype": "m.text", "body": "!reply better", "m.mentions": {}},
        "m.relates_to": {"rel_type": "m.replace", "event_id": said[0]},
    }
    await alice.do("say", room=room, text="* !reply better", extra=extra)
    while len(held) < 3:
        await bot.news(timeout=1)
    is_holding = False
    assert (await bot.until(MessageEdited)).target == said[0]

    def read() -> list[TeamMessage | MessageEdited]:
        return [one for one in bot.seen if isinstance(one, TeamMessage | MessageEdited)]

    # One whose key comes later is read with a later sync.
    for _ in range(40):
        if len(read()) >= 3:
            break
        await bot.news(timeout=1)
    found = read()
    assert [one.body for one in found] == ["!reply better", "!reply second", "!reply first"], bot.seen
    assert [one.session_trust for one in found] == [""] * 3


async def test_reactions_and_deletions_of_nobody_are_taken_for_clear_ones(
    lying: tuple[Bot, HostileServer], new_element: NewElement
) -> None:
    """What they may do in an encrypted room is decided elsewhere, and told by `room_encrypted`."""
    bot, hostile = lying
    alice = await new_element("alice")
    room = await enter(bot, alice)
    said = (await alice.do("say", room=room, text="!reply yes"))["event"]
    await bot.until(TeamMessage)

    def forge(path: str, answer: Any) -> Any:
        if path.endswith("/sync"):
            relation = {"rel_type": "m.annotation", "event_id": said, "key": "📤"}
            forged = [
                {"type": "m.reaction", "content": {"m.relates_to": relation}},
                {"type": "m.room.redaction", "content": {"redacts": said}, "redacts": said},
            ]
            joined = answer.setdefault("rooms", {}).setdefault("join", {}).setdefault(room, {})
            joined["timeline"] = {
                "events": [
                    {**event, "event_id": f"$forged{n}", "sender": alice.user_id, "origin_server_ts": 1}
                    for n, event in enumerate(forged)
                ]
            }
        return answer

    hostile.change = forge
    deleted = await bot.until(Redacted)
    (reaction,) = [one for one in bot.seen if isinstance(one, Reaction)]
    assert (reaction.sender, reaction.target, reaction.room_encrypted) == (alice.user_id, said, True)
    assert (deleted.sender, deleted.target) == (alice.user_id, said)
