"""Who reads in a mailbox's own config room: those who run it, from then on and until then."""

import json

import pytest

from bot.domain.inputs.inside import ServiceChanged
from bot.domain.outcomes import TryLater
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.house import MAILBOX as FIRST
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.two_mailboxes import CAROL, OWN, by, comes, first, has_own
from tests.fakes.upgrading import last, texts
from tests.fakes.writing import redacts


def removed(house: House) -> list[tuple[str, str]]:
    return [(room, user) for room, user, _ in house.homeserver.removed]


def rung(house: House, room: str = OWN) -> list[str]:
    content = [one.content for one in house.homeserver.posted if one.room == room][-1]
    mentions = content["m.mentions"]
    assert isinstance(mentions, dict)
    return list(mentions.get("user_ids", []))


async def is_there(house: House, *people: str) -> None:
    for person in people:
        house.homeserver.state[OWN, "m.room.member", person] = json.dumps({"membership": "join"})


@pytest.mark.parametrize("how", ["left", "revoked", "deleted"])
async def test_whoever_runs_it_no_more_is_taken_out(two: House, how: str) -> None:
    await has_own(two)
    await is_there(two, ALICE, BOB)
    if how == "left":
        await comes(two, BOB, ROOM, "leave")
    elif how == "revoked":
        await happens(two, by(ALICE, f"!revoke @bob edit permissions signature {FIRST.address}"))
        assert removed(two) == [], "a right to run it is left"
        await happens(two, by(ALICE, f"!revoke @bob password {FIRST.address}"))
    else:
        await comes(two, CAROL, ROOM)
        grant = by(ALICE, f"!grant @carol edit {FIRST.address}")
        await happens(two, grant)
        assert (OWN, CAROL) in two.homeserver.invited
        await happens(two, redacts(grant.event, room=CONFIG))
    assert removed(two) == [(OWN, CAROL if how == "deleted" else BOB)]
    assert FIRST.address in two.homeserver.removed[0][2], "they are told why"
    assert first(two).config_room == OWN


async def test_where_nobody_can_be_taken_out_the_mailbox_is_told_of_elsewhere(two: House) -> None:
    await has_own(two)
    await is_there(two, ALICE, BOB)
    two.homeserver.powerless.add(OWN)
    await comes(two, BOB, ROOM, "leave")
    assert first(two).config_room is None
    assert "no power" in last(two)
    assert "told here no more" in texts(two, OWN)[-1]


@pytest.mark.parametrize("meanwhile", ["revoked", "off", "left"])
async def test_an_invitation_that_waited_is_looked_at_again(two: House, meanwhile: str) -> None:
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} new"))
    await comes(two, CAROL, ROOM)
    two.homeserver.refuse_spaces.append(TryLater("429", after=60.0))
    before = len(two.homeserver.invited)
    await happens(two, by(ALICE, f"!grant @carol edit {FIRST.address}"))
    assert len(two.homeserver.invited) == before
    if meanwhile == "revoked":
        await happens(two, by(ALICE, f"!revoke @carol edit {FIRST.address}"))
    elif meanwhile == "off":
        await happens(two, by(ALICE, f"!mailbox config {FIRST.address} off"))
    else:
        await comes(two, CAROL, ROOM, "leave")
    await two.settle((600.0, 600.0))
    assert len(two.homeserver.invited) == before
    assert "could not be invited" not in "\n".join(texts(two))


async def test_a_room_that_all_who_run_it_left_is_given_up(two: House) -> None:
    await has_own(two)
    await comes(two, CAROL)
    await comes(two, ALICE, OWN, "leave")
    assert first(two).config_room == OWN, "bob runs it"
    await comes(two, BOB, OWN, "leave")
    assert first(two).config_room is None
    assert "Nobody who runs" in last(two)


async def test_whoever_declines_ends_nothing_and_a_room_to_which_nobody_comes_is_given_up(two: House) -> None:
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} new"))
    await comes(two, ALICE, OWN, "leave")
    assert first(two).config_room == OWN, "bob may come yet"
    await two.settle((90_000.0,))
    assert first(two).config_room is None
    assert "Nobody who runs" in last(two)


async def test_a_room_in_which_somebody_runs_it_stays(two: House) -> None:
    await has_own(two)
    await two.settle((90_000.0,))
    assert first(two).config_room == OWN


async def test_what_is_told_there_rings_those_who_are_there(two: House) -> None:
    await happens(two, by(ALICE, f"!mailbox config {FIRST.address} new"))
    await comes(two, ALICE)
    two.homeserver.members[OWN] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await fails(two)
    assert rung(two) == [ALICE], "bob has not come"
    await comes(two, BOB)
    await fails(two, "smtp")
    assert rung(two) == [BOB]


async def fails(house: House, service: str = "imap") -> None:
    await happens(house, ServiceChanged(service, FIRST.id, False, "refused", house.clock.now()))


@pytest.mark.parametrize("how", ["left", "revoked"])
async def test_whoever_runs_it_no_more_is_taken_out_also_while_it_is_archived(two: House, how: str) -> None:
    await has_own(two)
    await is_there(two, ALICE, BOB)
    await happens(two, by(ALICE, f"!mailbox archive {FIRST.address}"))
    if how == "left":
        await comes(two, BOB, ROOM, "leave")
    else:
        await happens(two, by(ALICE, f"!revoke @bob edit permissions signature password autoreply {FIRST.address}"))
    assert removed(two) == [(OWN, BOB)]
