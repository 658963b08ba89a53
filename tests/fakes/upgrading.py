"""Rooms that take the place of others, and what is said in them."""

import json

from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.room import RoomUpgraded
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM, Posted, at
from tests.fakes.house import House

NEW = RoomId("!new:elsewhere.example")
OTHER = RoomId("!other:localhost")
STRANGER = UserId("@mallory:localhost")
PEOPLE = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))


def made(house: House, new: RoomId = NEW, old: RoomId = ROOM, *, invited: bool = True) -> None:
    """A room that says it goes on from the old one."""
    house.homeserver.state[new, "m.room.create", ""] = json.dumps({"predecessor": {"room_id": old}})
    house.homeserver.members[new] = PEOPLE
    if not invited:
        house.homeserver.closed.add(new)


def upgraded(new: RoomId = NEW, old: RoomId = ROOM, second: int = 1) -> RoomUpgraded:
    return RoomUpgraded(old, new, ALICE, at(second))


def said(house: House, room: RoomId) -> list[Posted]:
    return [p for p in house.homeserver.posted if p.room == room and p.type == "m.room.message"]


def texts(house: House, room: RoomId = CONFIG) -> list[str]:
    return [str(p.content["body"]) for p in said(house, room)]


def last(house: House, room: RoomId = CONFIG) -> str:
    return texts(house, room)[-1]


def cards(house: House, room: RoomId) -> dict[int, Posted]:
    found = [p for p in house.homeserver.of_kind("conversation") if p.room == room]
    assert len({int(str(p.ours["conversation"])) for p in found}) == len(found), "a card was posted twice"
    return {int(str(p.ours["conversation"])): p for p in found}
