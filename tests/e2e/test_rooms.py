"""Rooms that the bot is put out of, comes late to, or finds full of talk; and whom a mail may call."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed, until, words
from tests.e2e.letters import id_of, letter, new_id


async def test_a_room_that_the_bot_was_put_out_of_gets_its_mail_when_it_is_back(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, desks=[{}, {}]) as house:
        lost, other = house.desks
        case = await house.case(lost)
        await house.alice.kick(lost.room, house.bot_id, reason="by mistake")

        async def is_unhealthy() -> bool:
            status, text = await house.bot.health()
            found = json.loads(text)
            named = [reason["mailbox"] for reason in found.get("reasons", []) if reason["service"] == "room"]
            return (status, found["status"], named) == (200, "degraded", [0])

        await until(is_unhealthy, "/health naming the room")
        raw = letter(to=lost.address, id=new_id("kicked"), answers=case.message_id)
        await house.deliver(lost, raw)
        new = letter(to=lost.address, id=new_id("kicked"))
        await house.deliver(lost, new)
        # The other room is served as ever.
        await house.case(other)
        told = await house.alice.wait_for(
            house.config_room,
            lambda e: e.sender == house.bot_id and words("room.lost") in e.body,
            what="that it was removed, in the config room",
        )
        assert told.kind == "notice" and house.alice.user_id in told.content["m.mentions"]["user_ids"]

        await house.alice.invite(lost.room, house.bot_id)

        assert (await house.mail_event(lost, id_of(raw))).thread == case.thread
        await house.mail_event(lost, id_of(new))
        await house.bot.healthy()
        await case.order("!close")
        await house.quiet(lost)
        ids = [e.postroom.get("message_id") for e in house.posted(lost.room, "mail")]
        assert len(ids) == len(set(ids)) == 4


async def test_a_ban_is_told_with_its_own_cure_and_mail_goes_on_once_it_is_lifted(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        path = f"/_matrix/client/v3/rooms/{desk.room}"
        await house.alice.request("POST", f"{path}/ban", {"user_id": house.bot_id})
        told = await house.wait(house.config_room, lambda e: words("room.banned") in e.body, "that it was banned")
        assert words("room.lost") not in told.body
        raw = letter(to=desk.address, id=new_id("banned"))
        await house.deliver(desk, raw)
        await house.alice.request("POST", f"{path}/unban", {"user_id": house.bot_id})
        await house.alice.invite(desk.room, house.bot_id)
        await house.mail_event(desk, id_of(raw))


async def test_a_mailbox_whose_room_is_closed_makes_it_degraded_until_it_is_let_in(
    synapse: Synapse, dovecot: Dovecot
) -> None:
    async with housed(synapse, dovecot, start=False) as house:
        (desk,) = house.desks
        # The invitation is taken back before the bot is started for the first time.
        await house.alice.kick(desk.room, house.bot_id)
        await house.bot.start()

        async def only_the_room() -> bool:
            status, text = await house.bot.health()
            services = [reason["service"] for reason in json.loads(text).get("reasons", [])] if status == 200 else []
            return services == ["room"]

        await until(only_the_room, "/health naming the room alone")
        raw = letter(to=desk.address, id=new_id("early"))
        await house.deliver(desk, raw)

        await house.alice.invite(desk.room, house.bot_id)

        await house.bot.healthy()
        await house.mail_event(desk, id_of(raw))


async def test_a_command_under_two_hundred_messages_is_found_after_a_pause(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot) as house:
        (desk,) = house.desks
        case = await house.case(desk)
        assert await house.bot.stop() == 0
        command = await case.say("!assign me")
        for number in range(0, 220, 20):
            await asyncio.gather(*(house.bob.say(desk.room, f"talk {number + n}") for n in range(20)))

        await house.bot.start()

        await case.done(command)
        await case.card("assignee", house.alice.user_id)
        await house.quiet(desk)
        assert len([e for e in house.seen(desk.room) if e.reacts_to == command]) == 1


async def test_what_was_said_before_the_bot_came_is_not_done(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, start=False) as house:
        (desk,) = house.desks
        early = await house.alice.say(desk.room, "!help")
        await house.bot.start()
        await house.bot.healthy()
        case = await house.case(desk)
        await case.order("!follow")
        answered = [e for e in house.seen(desk.room) if e.relation.get("m.in_reply_to", {}).get("event_id") == early]
        assert not answered


async def test_a_mail_can_call_nobody(house: House, own_desk: Desk) -> None:
    alice, room = house.alice.user_id, own_desk.room
    text = f"Hello @room and {alice}, see https://matrix.to/#/{alice} and matrix:u/{alice[1:]} in {room}\n"
    html = f'<p>Hello @room <a href="https://matrix.to/#/{alice}">Alice</a> <a href="matrix:u/{alice[1:]}">x</a></p>'
    raw = letter(
        to=own_desk.address, id=new_id("ping"), sender="@room <marie@example.org>", subject="@room come", text=text
    ).replace(b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: text/plain")
    first = await house.case(own_desk, raw)
    second = await house.case(
        own_desk,
        letter(to=own_desk.address, id=new_id("ping"), text=html).replace(b"text/plain", b"text/html"),
    )
    await house.wait(own_desk.room, lambda e: e.kind == "board", "the board")

    assert first.thread != second.thread
    for event in house.seen(own_desk.room):
        if event.type != "m.room.message":
            continue
        assert event.content["m.mentions"] == {}, event
        assert "@room" not in event.body, event
        assert "@room" not in event.html, event
        if event.kind == "mail":
            assert "matrix.to" not in event.html.replace("\u2060", "") or "href" not in event.html, event
            assert 'href="matrix:' not in event.html, event


async def test_who_has_a_conversation_is_called_when_its_correspondent_writes(house: House, own_desk: Desk) -> None:
    case = await house.case(own_desk)
    await case.order("!assign me", who=house.bob)
    await case.order("!follow")

    mail = await case.more()

    news = await house.wait(own_desk.room, lambda e: e.kind == "news", "the news line")
    assert mail.content["m.mentions"] == {} and news.content["msgtype"] == "m.text"
    assert sorted(news.content["m.mentions"]["user_ids"]) == sorted([house.alice.user_id, house.bob.user_id])


@pytest.mark.slow
async def test_thirty_megabytes_of_text_are_a_mail_like_another(house: House, own_desk: Desk) -> None:
    line = "This line says nothing, and says it again and again, as some logs do.\n"
    raw = letter(to=own_desk.address, id=new_id("long"), text="first words\n" + line * (30_000_000 // len(line)))

    case = await house.case(own_desk, raw)

    assert "first words" in case.mail.body
    original = await house.wait(
        own_desk.room, lambda e: e.kind == "attachment" and e.thread == case.thread, "the whole text as a file"
    )
    whole = await house.alice.download(str(original.content["url"]))
    assert whole.count(line.encode()) == 30_000_000 // len(line)
