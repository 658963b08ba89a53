"""Who gets a direct chat, and what ends it. Function calls."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.decision import Decision
from bot.domain.direct import Direct, WaitingRoom
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.room import Invited, MemberChanged, RoomLost, RoomUpgraded
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.stories.table import decide
from tests.domain.deciding import START, World
from tests.domain.stories.outcome import outcome
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM

CHAT, NEXT = RoomId("!direct:localhost"), RoomId("!next:localhost")
FAR, CARL = UserId("@bob:far.example"), UserId("@carl:localhost")
WITH_BOB = Direct(CHAT, BOB, START)
ASKED = WaitingRoom(BOB, is_direct=True)
TWO = (BOB, BOT)


def decided(input: Input, *directs: Direct, **more: Any) -> Decision:
    known = {"known": None, "assigned": (), "is_waiting": False, **more}
    return decide(RoomSnapshot(replace(World().instance, directs=directs), **known), input, START)


def news(input: Input, *directs: Direct, **more: Any) -> list[str]:
    return outcome(decided(input, *directs, **more))


ENTERS, REFUSES = ["AddRoom", "timer unused", "EnterRoom"], ["QuitRoom"]


@pytest.mark.parametrize(
    ("by", "is_direct", "more", "becomes"),
    [
        (BOB, True, {"has_access": True}, ENTERS),
        (BOB, True, {"has_access": False}, REFUSES),
        (BOB, False, {"has_access": True}, REFUSES),
        (BOB, False, {"has_access": True, "waiting": ASKED}, ENTERS),
        (CARL, False, {"has_access": True, "waiting": ASKED}, REFUSES),
        (FAR, True, {"has_access": True}, REFUSES),
        (ALICE, True, {"has_access": False}, ENTERS),
        (ALICE, False, {"has_access": False}, ENTERS),
        (BOB, True, {"has_access": True, "organisation": "Asso"}, REFUSES),
    ],
)
def test_an_invitation_to_a_chat_of_two(by: UserId, is_direct: bool, more: Any, becomes: list[str]) -> None:
    assert news(Invited(CHAT, by, START, is_direct), **more) == becomes


@pytest.mark.parametrize("room", [ROOM, CONFIG])
def test_no_room_of_ours_becomes_one(room: RoomId) -> None:
    assert news(Invited(room, BOB, START, True), has_access=True) == REFUSES
    assert "SaveDirect" not in news(looked(room), waiting=ASKED, present=TWO, has_access=True)


def looked(room: RoomId = CHAT) -> TimerDue:
    return TimerDue(f"greet:{room}", START)


BEGINS, LEAVES = ["SaveDirect", "ForgetRoom", "timer quiet", "direct.what", "direct.how"], ["ForgetRoom", "QuitRoom"]


@pytest.mark.parametrize(
    ("present", "has_access", "becomes"),
    [
        (TWO, True, BEGINS),
        (TWO, False, LEAVES),
        ((*TWO, CARL), True, LEAVES),
        ((BOT,), True, LEAVES),
        ((CARL, BOT), True, LEAVES),
    ],
)
def test_from_within_it_shows_whether_it_is_one(present: Any, has_access: bool, becomes: list[str]) -> None:
    assert news(looked(), waiting=ASKED, present=present, has_access=has_access) == becomes


def ends(why: str) -> list[str]:
    return ["EndDirect", "ForgetRoom", f"direct.{why}", "QuitRoom"]


ENDS_SILENTLY = ["EndDirect", "ForgetRoom", "QuitRoom"]


@pytest.mark.parametrize(
    ("present", "has_access", "becomes"),
    [
        (TWO, True, []),
        (TWO, False, ends("no_access")),
        ((*TWO, CARL), True, ends("not_alone")),
        ((BOT,), True, ENDS_SILENTLY),
    ],
)
def test_at_each_start_it_is_looked_at_again(present: Any, has_access: bool, becomes: list[str]) -> None:
    assert news(looked(), WITH_BOB, present=present, has_access=has_access) == becomes


def test_another_one_of_the_same_person_ends_the_first() -> None:
    known = {"waiting": ASKED, "present": TWO, "has_access": True}
    assert news(looked(NEXT), WITH_BOB, **known) == [
        *ends("goes_on")[:2],
        *BEGINS[:3],
        "direct.goes_on",
        "QuitRoom",
        *BEGINS[3:],
    ]


@pytest.mark.parametrize(
    ("room", "who", "how", "has_access", "becomes"),
    [
        (CHAT, CARL, "join", True, ends("not_alone")),
        (CHAT, CARL, "invite", True, ends("not_alone")),
        (CHAT, CARL, "leave", True, []),
        (CHAT, CARL, "knock", True, []),
        (CHAT, BOB, "leave", True, ENDS_SILENTLY),
        (CHAT, BOB, "ban", True, ENDS_SILENTLY),
        (CHAT, BOB, "join", True, []),
        (ROOM, BOB, "leave", True, []),
        (ROOM, BOB, "leave", False, ends("no_access")),
        (ROOM, BOB, "ban", False, ends("no_access")),
        (ROOM, BOB, "join", False, []),
        (ROOM, CARL, "leave", False, []),
        (NEXT, BOB, "leave", False, []),
    ],
)
def test_who_comes_and_goes(room: RoomId, who: UserId, how: str, has_access: bool, becomes: list[str]) -> None:
    change = MemberChanged(room, EventId("$m"), who, how, "", START)
    assert sorted(news(change, WITH_BOB, has_access=has_access)) == sorted(["SetMember", *becomes])


def test_an_admin_keeps_theirs_without_any_room() -> None:
    change = MemberChanged(ROOM, EventId("$m"), ALICE, "leave", "", START)
    assert news(change, Direct(CHAT, ALICE, START), has_access=False) == ["SetMember"]


def test_put_out_it_is_over_and_nobody_is_told() -> None:
    assert news(RoomLost(CHAT, BOB, "leave", START), WITH_BOB) == ["EndDirect", "ForgetRoom"]


@pytest.mark.parametrize(("by", "waits"), [(BOB, True), (CARL, False), (None, False)])
def test_an_upgraded_one_waits_for_the_invitation_of_its_person(by: UserId | None, waits: bool) -> None:
    becomes = news(RoomUpgraded(CHAT, NEXT, by, START), WITH_BOB)
    assert becomes == ["EndDirect", *(["AddRoom", "timer unused"] if waits else []), "QuitRoom"]


def test_invited_anew_to_a_chat_that_it_was_put_out_of_it_enters_again() -> None:
    """That it was put out may have stood in no sync: an invitation says that it is not in the room."""
    again = Invited(CHAT, BOB, START, is_direct=True)
    assert news(again, WITH_BOB, has_access=True) == ["EndDirect", *ENTERS]
    assert news(again, WITH_BOB, has_access=False) == ["EndDirect", *REFUSES]


def test_looked_at_again_while_it_stands_it_waits_no_more() -> None:
    assert news(looked(), WITH_BOB, waiting=ASKED, present=TWO, has_access=True) == ["ForgetRoom"]
