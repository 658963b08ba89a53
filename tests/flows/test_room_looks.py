"""Where mail may go is looked at before it goes there: after the start, and at once when a room's rules change."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.command import Where
from bot.domain.commands.table import TABLE
from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.room import MemberChanged
from bot.domain.sentences import sentence
from bot.ports import Member
from bot.text.wording import say
from storage import members
from tests.fakes.chat import BOB, CONFIG, ROOM, FakeChat
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, happens
from tests.fakes.writing import mail, says

RULES = (
    ("m.room.join_rules", {"join_rule": "public"}, {"join_rule": "invite"}, "public"),
    (
        "m.room.history_visibility",
        {"history_visibility": "world_readable"},
        {"history_visibility": "joined"},
        "world_readable",
    ),
)


@pytest_asyncio.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open()
    yield house
    await house.close()


def told(house: House, trouble: str) -> int:
    words = say("en", sentence(f"room.trouble.{trouble}", mailbox="contact@asso.example"))
    return sum(str(p.content["body"]) == words for p in house.homeserver.of_kind("notice") if p.room == CONFIG)


@pytest.mark.parametrize(("kind", "opened", "closed", "trouble"), RULES)
async def test_a_room_that_is_opened_to_anybody_gets_no_mail_from_that_moment_on(
    empty: House, kind: str, opened: dict[str, object], closed: dict[str, object], trouble: str
) -> None:
    assert await empty.keeper.enter(ROOM)
    empty.homeserver.rules(ROOM, kind, opened)
    empty.provider.deliver(mail())
    await empty.settle(NOW)
    assert empty.homeserver.of_kind("conversation") == []
    assert told(empty, trouble) == 1

    empty.homeserver.rules(ROOM, kind, closed)
    # No pause: what waits is let go by the look itself.
    await empty.settle((0.0, 0.0))
    assert len(empty.homeserver.of_kind("mail")) == 1


async def test_mail_waits_for_the_first_look_after_a_start(empty: House) -> None:
    empty.step.rooms.looked.clear()
    empty.provider.deliver(mail())
    await empty.settle(NOW)
    assert empty.homeserver.of_kind("conversation") == []
    assert await empty.keeper.enter(ROOM)
    await empty.settle((0.0, 0.0))
    assert len(empty.homeserver.of_kind("mail")) == 1


async def test_mail_waits_while_nobody_says_who_can_read_the_room(empty: House) -> None:
    assert await empty.keeper.enter(ROOM)
    empty.homeserver.is_silent = True
    empty.homeserver.rules(ROOM, "m.room.join_rules", {"join_rule": "invite"})
    empty.provider.deliver(mail())
    await empty.settle(NOW)
    assert empty.homeserver.of_kind("conversation") == []
    empty.homeserver.is_silent = False
    await empty.settle((0.0, 0.0))
    assert len(empty.homeserver.of_kind("mail")) == 1


async def test_a_look_that_a_change_overtook_says_nothing(empty: House) -> None:
    class Overtaken(FakeChat):
        async def power_of_bot(self, room: RoomId) -> int | None:
            self.server.rules(room, "m.room.join_rules", {"join_rule": "public"})
            empty.keeper.changed(room)
            return 50

    empty.keeper.looks.chat = Overtaken(empty.homeserver)
    assert not await empty.keeper.looks.look(ROOM)
    assert ROOM not in empty.step.rooms.looked


async def test_a_change_is_looked_at_once_though_two_wait_for_it(empty: House) -> None:
    looked: list[RoomId] = []

    class Counting(FakeChat):
        async def power_of_bot(self, room: RoomId) -> int | None:
            looked.append(room)
            await asyncio.sleep(0)
            return 50

    empty.keeper.looks.chat = Counting(empty.homeserver)
    empty.keeper.changed(ROOM)
    await asyncio.gather(empty.keeper.looks.look_due(), empty.keeper.looks.look_due())
    assert looked == [ROOM]


async def test_the_config_room_may_be_read_by_anybody_and_is_told_of_all_the_same(empty: House) -> None:
    empty.homeserver.rules(CONFIG, "m.room.join_rules", {"join_rule": "public"})
    await happens(empty, says("!help", room=CONFIG))
    assert empty.homeserver.of_kind("answer")


async def test_losing_the_power_is_told_at_once(empty: House) -> None:
    assert await empty.keeper.enter(ROOM)
    await empty.settle(NOW)
    assert told(empty, "no_power") == 0
    empty.homeserver.powerless.add(ROOM)
    empty.homeserver.rules(ROOM, "m.room.power_levels", {})
    await empty.settle((0.0,))
    assert told(empty, "no_power") == 1


# --- encryption


def picture() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Marie <m@example.org>", "contact@asso.example", "Picture"
    message["Message-ID"], message["Date"] = "<p1@example.org>", "Mon, 23 Nov 2026 09:00:00 +0000"
    message.set_content("see")
    message.add_alternative('<p>see <img src="cid:cat" alt="cat"></p>', subtype="html")
    (html,) = [part for part in message.iter_parts() if part.get_content_subtype() == "html"]
    data = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
    html.add_related(data, "image", "png", cid="<cat>", filename="cat.png", disposition="inline")
    return message.as_bytes()


async def test_an_image_stands_in_place_where_the_room_is_not_encrypted(empty: House) -> None:
    empty.provider.deliver(picture())
    await empty.settle(NOW)
    (shown,) = empty.homeserver.of_kind("mail")
    assert 'src=mxc://localhost/1 alt="cat"' in str(shown.content["formatted_body"])
    assert empty.homeserver.of_kind("attachment") == []


async def test_a_room_that_is_encrypted_while_we_run_gets_its_images_as_files_from_then_on(empty: House) -> None:
    assert await empty.keeper.enter(ROOM)
    empty.homeserver.encrypted.add(ROOM)
    empty.homeserver.rules(ROOM, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    await empty.settle((0.0,))
    empty.provider.deliver(picture())
    await empty.settle(NOW)
    (shown,) = empty.homeserver.of_kind("mail")
    assert "<img" not in str(shown.content["formatted_body"])
    (file,) = empty.homeserver.of_kind("attachment")
    now = empty.homeserver.current(file.event)
    assert now["msgtype"] == "m.image" and now["file"] == {"v": "v2"}


async def test_an_image_that_was_to_stand_in_place_is_not_uploaded_once_the_room_is_encrypted(empty: House) -> None:
    empty.step.rooms.looked.clear()
    empty.provider.deliver(picture())
    await empty.settle(NOW)
    empty.homeserver.encrypted.add(ROOM)
    assert await empty.keeper.enter(ROOM)
    await empty.settle((0.0, 6.0))
    (shown,) = empty.homeserver.of_kind("mail")
    assert "<img" not in str(shown.content["formatted_body"]) and "cat" in str(shown.content["formatted_body"])
    assert empty.homeserver.media == []


# --- descriptions of commands


LATER = (0.0, 31.0, 1.0)
"""Descriptions go after what comes in the first moments."""


async def test_each_room_is_told_the_commands_that_do_something_there_once(house: House) -> None:
    for _ in range(2):
        assert await house.keeper.enter(ROOM)
        assert await house.keeper.enter(CONFIG)
        await house.settle(LATER)
    described = [(one.room, one.name) for one in house.homeserver.described]
    assert len(described) == len(set(described))
    assert {name for room, name in described if room == ROOM} == {
        row.name for row in TABLE if row.where != Where.CONFIG
    }
    assert {name for room, name in described if room == CONFIG} == {
        "help",
        "more",
        "trace",
        "trust",
        "upgrade",
        "aside",
        "audit",
        "autoreply",
        "check dns",
        "folder add",
        "folder remove",
        "grant",
        "revoke",
        "hide",
        "unhide",
        "mailbox add",
        "health",
        "mailbox archive",
        "mailbox folders",
        "mailbox config",
        "mailbox list",
        "mailbox log",
        "mailbox password",
        "mailbox pause",
        "mailbox remove",
        "mailbox resume",
        "mailbox set",
        "mailbox show",
        "mailbox test",
        "yes",
    }
    assert await house.open_calls() == 0


async def start_with(house: House, language: str) -> None:
    """A start of the bot with the mailbox in that language."""
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(INSTANCE.mailboxes[0], language=language),))
    await house.open()
    assert await house.keeper.enter(ROOM)
    await house.settle(LATER)


async def test_the_descriptions_are_in_the_rooms_language_also_when_it_goes_back_to_one_that_it_had(
    house: House,
) -> None:
    for language in ("en", "fr", "en", "en"):
        await start_with(house, language)
        there = {one.name: one.description for one in house.homeserver.described if one.room == ROOM}
        assert there["close"] == say(language, sentence("help.close"))
    commands = len([row for row in TABLE if row.where != Where.CONFIG])
    assert len([one for one in house.homeserver.described if one.room == ROOM]) == 3 * commands


async def test_a_command_that_is_no_longer_offered_is_taken_back(house: House) -> None:
    await start_with(house, "en")
    # An earlier version had it.
    house.homeserver.described.append(replace(house.homeserver.described[0], name="teleport"))
    await start_with(house, "en")
    assert [(one.name, one.is_gone) for one in house.homeserver.described[-1:]] == [("teleport", True)]
    before = len(house.homeserver.described)
    await start_with(house, "en")
    assert len(house.homeserver.described) == before


async def test_switched_off_none_are_written_and_those_of_before_are_taken_back(house: House) -> None:
    await start_with(house, "en")
    described = {one.name for one in house.homeserver.described if one.room == ROOM}
    before = len(house.homeserver.described)
    house.instance = replace(house.instance, describes_commands=False)
    await house.close()
    await house.open()
    assert await house.keeper.enter(ROOM)
    await house.settle(LATER)
    back = [one for one in house.homeserver.described[before:] if one.room == ROOM]
    assert {one.name for one in back} == described and all(one.is_gone for one in back)
    before = len(house.homeserver.described)
    await house.close()
    await house.open()
    assert await house.keeper.enter(ROOM)
    await house.settle(LATER)
    assert len(house.homeserver.described) == before


async def test_power_that_comes_while_we_run_lets_the_commands_be_described(house: House) -> None:
    house.homeserver.powerless.add(ROOM)
    assert await house.keeper.enter(ROOM)
    await house.settle(LATER)
    assert house.homeserver.described == []
    house.homeserver.powerless.clear()
    house.homeserver.rules(ROOM, "m.room.power_levels", {})
    await house.settle(LATER)
    assert {one.name for one in house.homeserver.described} == {row.name for row in TABLE if row.where != Where.CONFIG}


async def test_a_room_whose_rules_change_while_its_commands_are_described_is_looked_at_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, chat = house.keeper.looks, house.keeper.looks.chat
    ask, asked = chat.description_faults, 0

    async def meanwhile(*given: object) -> object:
        nonlocal asked
        asked += 1
        if asked == 1:
            looks.changed(ROOM)
        return await ask(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(chat), "description_faults", lambda _, *given: meanwhile(*given))
    looks.changed(ROOM)
    for _ in range(2):
        await looks.look_due()

    assert ROOM in house.step.rooms.looked


async def test_who_comes_while_the_members_are_asked_for_is_a_member(
    empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, others = Member(BOB, "Bob"), tuple(m for m in empty.homeserver.members[ROOM] if m.user != BOB)
    empty.homeserver.members[ROOM] = others
    real = FakeChat.members

    async def members_before(chat: FakeChat, room: RoomId) -> tuple[Member, ...]:
        answer = await real(chat, room)
        if room == ROOM and bob not in answer:
            empty.homeserver.members[ROOM] = (*others, bob)
            came = MemberChanged(ROOM, EventId("$came"), BOB, "join", "Bob", empty.clock.now())
            await empty.step.take(came)
        return answer

    monkeypatch.setattr(FakeChat, "members", members_before)
    assert await empty.keeper.enter(ROOM)
    async with empty.step.database.read() as tx:
        assert await members.is_joined(tx, ROOM, BOB)
