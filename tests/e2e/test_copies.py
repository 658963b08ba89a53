"""Copies of answers, on real servers."""

from __future__ import annotations

from tests.e2e.house import Desk, House
from tests.e2e.letters import MARIE, letter, new_id, read

LEA, ZOE = "lea@mairie.example", "zoe@mairie.example"


async def test_a_copy_is_seen_and_a_blind_copy_is_named_in_the_room_alone(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    told = await case.answer(await case.say(f"!cc {LEA}"))
    assert MARIE in told.body and LEA in told.body
    told = await case.answer(await case.say(f"!cci {ZOE}"))
    assert ZOE in told.body

    reply = await case.reply("Des copies partent.")

    mail = await case.sent("Des copies partent.")
    await case.state(reply, "sent")
    assert mail.recipients == (MARIE, LEA, ZOE)
    assert read(mail.raw)["Cc"] == LEA
    assert ZOE.encode() not in mail.raw
    out = await house.wait(
        desk.room, lambda e: e.postroom.get("direction") == "out" and e.kind == "mail" and e.thread == case.thread, "it"
    )
    assert ZOE in out.body

    await case.answer(await case.say(f"!cc -{LEA}"))
    await case.answer(await case.say(f"!bcc -{ZOE}"))
    await case.reply("Sans copie.")
    assert (await case.sent("Sans copie.")).recipients == (MARIE,)


async def test_only_and_from_hold_for_further_answers(house: House, desk: Desk) -> None:
    raw = letter(to=desk.address, id=new_id(), cc=LEA)
    case = await house.case(desk, raw)
    told = await case.answer(await case.say("!seul"))
    assert MARIE in told.body and LEA not in told.body
    told = await case.answer(await case.say(f"!from {desk.alias}"))
    assert desk.alias in told.body

    await case.reply("Pour toi seule.")

    mail = await case.sent("Pour toi seule.")
    assert mail.recipients == (MARIE,)
    assert mail.sender == desk.alias
