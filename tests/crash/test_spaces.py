"""A space is made, filled and kept, with the process killed at every boundary of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.room import MemberChanged
from bot.ports import Member
from tests.crash.play import play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import ALICE, BOB, BOT, ROOM, at
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.writing import event_id

SECOND, CAROL = RoomId("!second:localhost"), UserId("@carol:localhost")
FIRST_BOX = replace(MAILBOX, organisation="Mon Asso")
SECOND_BOX = replace(FIRST_BOX, id=MailboxId("b@asso.example"), address="b@asso.example", aliases=(), room=SECOND)
TWO = replace(INSTANCE, mailboxes=(FIRST_BOX, SECOND_BOX))


def _in(house: House, room: RoomId, *users: UserId) -> None:
    house.homeserver.members[room] = tuple(Member(user, user) for user in (*users, BOT))


def _start(house: House) -> None:
    _in(house, ROOM, ALICE, BOB)
    _in(house, SECOND, ALICE)


def _people_come_and_go(house: House) -> None:
    _in(house, ROOM, ALICE)
    _in(house, SECOND, ALICE, CAROL)
    for user, room, membership in ((CAROL, SECOND, "join"), (BOB, ROOM, "leave")):
        house.homeserver.happens(MemberChanged(room, event_id(), user, membership, "", at(0)))


def _must_hold(house: House, where: str) -> None:
    server = house.homeserver
    assert len(server.spaces) == 1, f"{where}: {len(server.spaces)} spaces"
    ((space, _),) = server.spaces
    for room in (ROOM, SECOND):
        assert json.loads(server.state[space, "m.space.child", room]), where
        assert json.loads(server.state[room, "m.space.parent", space]), where
    assert sorted(user for _, user in server.invited) == [ALICE, BOB, CAROL], where
    assert [user for _, user, _ in server.removed] == [BOB], where
    assert json.loads(server.state[space, "m.room.power_levels", ""])["users"][ALICE] == 100, where


@pytest.mark.timeout(600)
async def test_a_space_survives_a_death_at_every_boundary(tmp_path: Path) -> None:
    """One space, its rooms in it, everybody invited once, nobody left in it who is gone."""
    dry = House(tmp_path / "dry", instance=TWO)
    dry.folder.mkdir()
    assert await play(dry, (_start, _people_come_and_go)) == 0
    _must_hold(dry, "without a death")
    await dry.close()
    passed = dry.boundaries.passed
    assert {"create space after", "invite after", "remove after", "put m.space.child after"} <= set(passed)
    for kill_at in dry.boundaries.places():
        house = House(tmp_path / str(kill_at), Boundaries(kill_at), instance=TWO)
        house.folder.mkdir()
        where = f"killed at {kill_at}, {passed[kill_at - 1]}"
        assert await play(house, (_start, _people_come_and_go)) == 1, where
        _must_hold(house, where)
        assert await house.open_calls() == 0, where
        await house.close()
