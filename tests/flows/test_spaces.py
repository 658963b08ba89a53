"""The space of an organisation: made once, with its rooms and its people, and nobody else."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.room import Invited, MemberChanged, RoomTrouble
from bot.domain.outcomes import Refused, TryLater
from bot.flows.keep.rooms import RoomKeeper
from bot.flows.keep.spaces import check_power
from bot.ports import Member
from storage import members, rooms
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM, at
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, happens
from tests.fakes.writing import event_id, mail, says

SECOND, OTHER = RoomId("!second:localhost"), RoomId("!other:localhost")
SPACE = RoomId("!space0:localhost")
CAROL, DAN = UserId("@carol:localhost"), UserId("@dan:elsewhere.example")
ORGANISATION = "Mon Asso"
FIRST_BOX = replace(MAILBOX, organisation=ORGANISATION)
SECOND_BOX = replace(FIRST_BOX, id=MailboxId("b@asso.example"), address="b@asso.example", aliases=(), room=SECOND)
OTHER_BOX = replace(SECOND_BOX, id=MailboxId("c@x.example"), address="c@x.example", room=OTHER, organisation="")
TWO = replace(INSTANCE, mailboxes=(FIRST_BOX, SECOND_BOX, OTHER_BOX))


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path, instance=TWO)
    people = {ROOM: (ALICE, BOB, DAN, BOT), SECOND: (ALICE, BOT), OTHER: (CAROL, BOT)}
    for room, users in people.items():
        one.homeserver.members[room] = tuple(Member(user, user) for user in users)
    await one.open()
    yield one
    await one.close()


def goes(user: UserId, membership: str, room: RoomId = ROOM) -> MemberChanged:
    return MemberChanged(room, event_id(), user, membership, "", at(0))


def children(house: House, space: RoomId = SPACE) -> dict[str, object]:
    state = house.homeserver.state.items()
    return {key: json.loads(value) for (room, kind, key), value in state if (room, kind) == (space, "m.space.child")}


def told(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG]


# --- rooms


async def test_the_rooms_of_an_organisation_are_put_into_one_space(house: House) -> None:
    await house.settle()

    assert house.homeserver.spaces == [(SPACE, ORGANISATION)]
    assert children(house) == {room: {"via": ["localhost"], "suggested": True} for room in (ROOM, SECOND)}
    parent = {"via": ["localhost"], "canonical": True}
    assert json.loads(house.homeserver.state[ROOM, "m.space.parent", SPACE]) == parent
    assert (OTHER, "m.space.parent", SPACE) not in house.homeserver.state
    users = json.loads(house.homeserver.state[SPACE, "m.room.power_levels", ""])["users"]
    assert users == {BOT: 100, ALICE: 100}
    assert await house.open_calls() == 0


async def test_without_an_organisation_there_is_no_space(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    await happens(house, goes(CAROL, "join"))
    assert house.homeserver.spaces == []
    await house.close()


async def test_a_room_where_we_may_not_say_so_is_in_the_space_all_the_same(house: House) -> None:
    house.homeserver.powerless.add(ROOM)
    await house.settle()

    assert set(children(house)) == {ROOM, SECOND}
    assert (ROOM, "m.space.parent", SPACE) not in house.homeserver.state
    assert told(house) == []
    assert await house.open_calls() == 0


async def test_a_room_that_the_configuration_takes_away_is_taken_out_with_its_people(house: House) -> None:
    house.homeserver.members[SECOND] += (Member(CAROL, "Carol"),)
    await house.close()
    await house.open()
    await house.settle()
    assert (SPACE, CAROL) in house.homeserver.invited
    await house.close()

    house.instance = replace(TWO, mailboxes=(FIRST_BOX, replace(SECOND_BOX, organisation=""), OTHER_BOX))
    await house.open()
    await house.settle()

    assert children(house)[SECOND] == {}
    assert json.loads(house.homeserver.state[SECOND, "m.space.parent", SPACE]) == {}
    assert children(house)[ROOM] != {}
    assert [user for _, user, _ in house.homeserver.removed] == [CAROL]


async def test_a_room_that_was_replaced_while_we_run_is_replaced_in_the_space(house: House) -> None:
    await house.settle()
    new = RoomId("!upgraded:localhost")
    house.step.settings.reload(replace(TWO, mailboxes=(FIRST_BOX, replace(SECOND_BOX, room=new), OTHER_BOX)))
    house.homeserver.members[new] = house.homeserver.members[SECOND]
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.changed_rooms)

    assert await keeper.enter(new)
    await house.settle()

    assert [room for room, content in children(house).items() if content] == [ROOM, new]
    assert house.homeserver.spaces == [(SPACE, ORGANISATION)]


async def test_who_has_not_followed_an_upgrade_yet_stays_and_who_leaves_the_new_room_does_not(house: House) -> None:
    house.homeserver.members[SECOND] += (Member(BOB, "Bob"), Member(CAROL, "Carol"))
    await house.close()
    await house.open()
    await house.settle()
    await happens(house, goes(BOB, "leave"))
    new = RoomId("!upgraded:localhost")
    house.homeserver.state[new, "m.room.create", ""] = json.dumps({"predecessor": {"room_id": SECOND}})
    house.homeserver.members[new] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    house.step.settings.reload(replace(TWO, mailboxes=(FIRST_BOX, replace(SECOND_BOX, room=new), OTHER_BOX)))
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.changed_rooms)
    await keeper.enter(new)
    await house.settle()
    assert house.homeserver.removed == []

    await happens(house, goes(BOB, "join", new), goes(BOB, "leave", new))
    await happens(house, goes(CAROL, "leave", SECOND))
    # Nothing looks at a room that is no longer ours; the next look at the space does.
    await keeper.enter(new)
    await house.settle()
    assert [user for _, user, _ in house.homeserver.removed] == [BOB, CAROL]


async def test_an_organisation_that_is_named_no_more_keeps_its_admins_alone(house: House) -> None:
    await house.settle()
    await house.close()
    house.instance = replace(TWO, mailboxes=(replace(FIRST_BOX, organisation="Renamed"),))
    await house.open()
    await house.settle()

    assert [mark for _, mark in house.homeserver.spaces] == [ORGANISATION, "Renamed"]
    assert not any(children(house).values())
    assert [(room, user) for room, user, _ in house.homeserver.removed] == [(SPACE, BOB)]


# --- people


async def test_people_of_its_rooms_are_invited_once_and_others_never(house: House) -> None:
    await house.settle()
    await house.close()
    await house.open()
    await happens(house, goes(BOB, "join", SECOND))

    # Dan's server is none whose users may give commands; carol is in another's room.
    assert sorted(house.homeserver.invited) == [(SPACE, ALICE), (SPACE, BOB)]


async def test_somebody_who_comes_is_invited(house: House) -> None:
    await house.settle()
    await happens(house, goes(CAROL, "invite"))
    assert (SPACE, CAROL) not in house.homeserver.invited
    await happens(house, goes(CAROL, "join"))
    assert house.homeserver.invited.count((SPACE, CAROL)) == 1


async def test_who_left_the_space_is_left_alone_until_they_come_anew(house: House) -> None:
    await house.settle()
    await happens(house, goes(BOB, "join", SPACE), goes(BOB, "leave", SPACE))
    await happens(house, goes(BOB, "join", SECOND))
    assert house.homeserver.invited.count((SPACE, BOB)) == 1

    house.homeserver.state[SPACE, "m.room.member", BOB] = json.dumps({"membership": "leave"})
    await happens(house, goes(BOB, "leave"), goes(BOB, "leave", SECOND))
    assert house.homeserver.removed == []
    await happens(house, goes(BOB, "join"))
    assert house.homeserver.invited.count((SPACE, BOB)) == 2


async def test_who_leaves_the_last_room_is_removed_with_a_reason(house: House) -> None:
    await house.settle()
    await happens(house, goes(BOB, "join", SECOND))
    await happens(house, goes(BOB, "leave"))
    assert house.homeserver.removed == []
    await happens(house, goes(BOB, "ban", SECOND))
    ((space, user, reason),) = house.homeserver.removed
    assert (space, user) == (SPACE, BOB)
    assert ORGANISATION in reason


async def test_an_admin_is_never_removed(house: House) -> None:
    await house.settle()
    await happens(house, goes(ALICE, "leave"), goes(ALICE, "leave", SECOND))
    assert house.homeserver.removed == []


async def test_nobody_is_removed_while_a_room_does_not_let_us_in(house: House) -> None:
    await house.settle()
    async with house.step.database.write() as tx:
        await members.replace_all(tx, SECOND, [])
    await happens(house, goes(BOB, "leave"))
    assert house.homeserver.removed == []


async def test_a_space_waits_for_a_room_that_we_are_in(tmp_path: Path) -> None:
    house = House(tmp_path, instance=TWO)
    house.homeserver.members[ROOM] = ()
    await house.open()
    await house.settle()
    assert house.homeserver.spaces == []
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.changed_rooms)
    house.homeserver.members[ROOM] = (Member(BOT, "Postroom"),)
    await keeper.enter(ROOM)
    await house.settle()
    assert house.homeserver.spaces == [(SPACE, ORGANISATION)]
    assert set(children(house)) == {ROOM}
    await house.close()


# --- what goes wrong


async def test_a_homeserver_that_forbids_spaces_is_told_once_and_asked_again(house: House) -> None:
    house.homeserver.refuse_spaces = [Refused("M_FORBIDDEN", "no new rooms")] * 3
    await house.settle()
    await house.settle((3600.0, 3600.0))
    (said,) = told(house)
    assert "no new rooms" in said
    assert ORGANISATION in said

    await house.settle((3600.0, 16.0))
    assert house.homeserver.spaces == [(SPACE, ORGANISATION)]
    assert set(children(house)) == {ROOM, SECOND}


async def test_an_organisation_that_is_dropped_meanwhile_gets_no_space(house: House) -> None:
    house.homeserver.refuse_spaces = [Refused("M_FORBIDDEN", "no new rooms")]
    await house.settle()
    await house.close()
    house.instance = INSTANCE
    await house.open()
    await house.settle((3600.0, 3600.0))
    assert house.homeserver.spaces == []
    assert await house.open_calls() == 0


async def test_a_limit_on_invitations_does_not_hold_the_mail(house: House) -> None:
    await house.settle((0.0, 3.0))
    house.homeserver.refuse_spaces = [TryLater("429", "", after=300.0)]
    await house.settle((3.0,))
    house.provider.deliver(mail())
    await house.settle((0.0,))
    assert len(house.homeserver.of_kind("mail")) == 1
    assert house.homeserver.invited == []

    await house.settle((301.0,))
    assert len(house.homeserver.invited) == 2


async def test_an_invitation_that_reaches_nobody_is_given_up_until_the_next_look(house: House) -> None:
    house.homeserver.unreached.add(ALICE)
    await house.settle()
    await house.settle((120.0,))
    assert house.homeserver.invited == [(SPACE, BOB)]
    assert await house.open_calls() == 0

    house.homeserver.unreached.clear()
    await happens(house, goes(CAROL, "join"))
    assert (SPACE, ALICE) in house.homeserver.invited


async def test_a_space_without_power_is_told_and_taken_up_when_we_are_let_in_again(house: House) -> None:
    await house.settle()
    house.homeserver.powerless.add(SPACE)
    await happens(house, goes(CAROL, "join"))
    for _ in range(2):
        await check_power(house.deliver.chat.chat, house.step)
    await house.settle(NOW)
    (said,) = told(house)
    assert ORGANISATION in said
    assert "Postroom" in said
    assert (SPACE, CAROL) not in house.homeserver.invited

    house.homeserver.powerless.clear()
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.changed_rooms)
    house.homeserver.happens(Invited(SPACE, ALICE, at(0)))
    await house.settle(NOW)
    await keeper.enter(house.deliver.changed_rooms.get_nowait())
    await house.settle(NOW)
    assert (SPACE, CAROL) in house.homeserver.invited


async def test_a_space_that_nobody_asks_for_any_more_is_not_fought_for(house: House) -> None:
    await house.settle()
    house.homeserver.powerless.add(SPACE)
    await house.close()
    house.instance = INSTANCE
    await house.open()
    await house.settle()
    await check_power(house.deliver.chat.chat, house.step)
    await house.settle()

    assert await house.open_calls() == 0
    assert told(house) == []


async def test_the_space_is_no_room_that_nobody_uses(house: House) -> None:
    await house.settle()
    await happens(house, Invited(SPACE, ALICE, at(0)), Invited(RoomId("!x:localhost"), ALICE, at(0)))
    async with house.step.database.read() as tx:
        assert await rooms.waiting(tx, SPACE) is None
        assert await rooms.waiting(tx, RoomId("!x:localhost")) is not None


async def test_what_is_said_in_a_space_is_no_command(house: House) -> None:
    await house.settle()
    before = len(house.homeserver.posted)
    await happens(house, says("!help", room=SPACE), says("!list", room=SPACE))
    assert len(house.homeserver.posted) == before


async def test_a_trouble_of_a_space_names_its_organisation(house: House) -> None:
    await house.settle()
    await happens(house, RoomTrouble(SPACE, "space_no_power", at(0)))
    assert ORGANISATION in told(house)[-1]


async def test_a_room_names_its_space_once_we_have_the_power_there(house: House) -> None:
    house.homeserver.powerless.add(ROOM)
    await house.settle()
    assert children(house)[ROOM] and (ROOM, "m.space.parent", SPACE) not in house.homeserver.state
    house.homeserver.powerless.clear()
    house.homeserver.rules(ROOM, "m.room.power_levels", {})
    await house.settle()
    assert json.loads(house.homeserver.state[ROOM, "m.space.parent", SPACE])["canonical"] is True
