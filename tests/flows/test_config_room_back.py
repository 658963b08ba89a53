"""A mailbox comes back, or the house has other admins: who reads in the mailbox's own config room is looked at."""

from dataclasses import replace

import pytest

from bot.domain.ids import UserId
from bot.domain.outcomes import TryLater
from bot.domain.rules.config_room import readers_timer
from bot.flows.deliver.follow import follow_admins, follow_configuration
from bot.ports import Member
from storage import settings, timers
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.house import MAILBOX as FIRST
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.two_mailboxes import CAROL, OTHER, OWN, by, comes, first, has_own, restart
from tests.fakes.upgrading import last, texts
from tests.fakes.writing import redacts
from tests.flows.test_config_room_readers import is_there, removed

WARDEN = UserId("@warden:localhost")
"""Looks after rooms: a moderation bot, say."""
NO_RIGHTS = f"!revoke @bob edit permissions signature password autoreply {FIRST.address}"


async def archived(house: House) -> None:
    await happens(house, by(ALICE, f"!mailbox archive {FIRST.address}"))


async def resumed(house: House) -> None:
    await happens(house, by(ALICE, f"!mailbox resume {FIRST.address}"))
    await house.settle((1.0, 60.0))


async def named(house: House, *mailboxes: object, admins: tuple[object, ...] = (ALICE,), again: bool = False) -> None:
    """config.yaml names these, from a start or (`again`) from a SIGHUP on."""
    house.instance = replace(house.instance, mailboxes=mailboxes, admins=admins)  # type: ignore[arg-type]
    if again:
        house.step.settings.reload(house.instance)
        await follow_configuration(house.step)
        await follow_admins(house.step)
    else:
        await restart(house)
    await house.settle((1.0, 60.0))


@pytest.mark.parametrize("how", ["resume", "undone", "named"])
async def test_whoever_reads_there_without_running_it_is_put_out_when_it_is_back(two: House, how: str) -> None:
    await has_own(two)
    await comes(two, CAROL)
    await is_there(two, ALICE, BOB, CAROL)
    two.homeserver.members[OWN] = tuple(Member(one, "") for one in (BOT, ALICE, BOB, CAROL))
    word = by(ALICE, f"!mailbox archive {FIRST.address}")
    if how == "named":
        await named(two, OTHER)
        await comes(two, BOB, ROOM, "leave")
        assert removed(two) == [], "nothing is told there meanwhile"
    else:
        two.homeserver.happens(word)
        await two.settle((0.0, 1.0))
    if how == "resume":
        await resumed(two)
    elif how == "undone":
        await happens(two, redacts(word.event, room=CONFIG))
        await two.settle((1.0, 60.0))
    else:
        await named(two, FIRST, OTHER)
    assert sorted(removed(two)) == sorted([(OWN, CAROL), *([(OWN, BOB)] if how == "named" else [])])
    assert first(two).own_config_room == OWN


async def test_a_removal_that_waited_when_it_was_archived_is_made(two: House) -> None:
    await has_own(two)
    await is_there(two, ALICE, BOB)
    two.homeserver.refuse_spaces.append(TryLater("429", after=60.0))
    await happens(two, by(ALICE, NO_RIGHTS))
    await archived(two)
    await resumed(two)
    await two.settle((600.0,))
    assert set(removed(two)) == {(OWN, BOB)}
    assert first(two).own_config_room == OWN


async def test_a_room_that_all_left_while_it_was_archived_is_given_up_when_it_is_back(two: House) -> None:
    await has_own(two)
    await archived(two)
    for person in (ALICE, BOB):
        await comes(two, person, OWN, "leave")
    assert first(two).config_room == OWN
    await resumed(two)
    assert first(two).config_room is None
    assert "Nobody who runs" in last(two)


@pytest.mark.parametrize("again", [False, True])
async def test_an_admin_who_is_taken_off_the_file_is_put_out(two: House, again: bool) -> None:
    await named(two, FIRST, OTHER, admins=(ALICE, CAROL))
    await has_own(two)
    await comes(two, CAROL)
    await is_there(two, ALICE, BOB, CAROL)
    await named(two, FIRST, OTHER, admins=(CAROL,), again=again)
    assert removed(two) == [(OWN, ALICE)]
    assert FIRST.address in two.homeserver.removed[0][2], "they are told why"
    assert first(two).config_room == OWN, "bob and carol run it"
    await named(two, FIRST, OTHER, admins=(CAROL,), again=again)
    assert len(removed(two)) == 1


async def test_an_admin_of_before_who_runs_the_mailbox_stays(two: House) -> None:
    await named(two, FIRST, OTHER, admins=(ALICE, BOB))
    await has_own(two)
    await is_there(two, ALICE, BOB)
    await named(two, FIRST, OTHER, admins=(ALICE,))
    assert removed(two) == []


async def test_a_process_that_has_not_read_the_mailbox_back_looks_once_it_has(two: House) -> None:
    """On PostgreSQL another one may have read the file first: this one hears of it by the timer alone."""
    await has_own(two)
    await comes(two, CAROL)
    await is_there(two, ALICE, BOB, CAROL)
    two.homeserver.members[OWN] = tuple(Member(one, "") for one in (BOT, ALICE, BOB, CAROL))
    await named(two, OTHER)
    assert two.database is not None
    async with two.database.write() as tx:
        await settings.keep_file(tx, (FIRST, OTHER), two.clock.now())
        await timers.set(tx, readers_timer(OWN), two.clock.now())
    await two.settle((1.0, 60.0))
    assert removed(two) == []
    await named(two, FIRST, OTHER, again=True)
    await two.settle((3_700.0,))
    assert removed(two) == [(OWN, CAROL)]


async def test_whose_removal_is_refused_ends_the_room(two: House) -> None:
    await named(two, FIRST, OTHER, admins=(ALICE, CAROL))
    await has_own(two)
    await is_there(two, ALICE, BOB)
    two.homeserver.powerless.add(OWN)
    await named(two, FIRST, OTHER, admins=(CAROL,))
    assert first(two).config_room is None
    assert "told here no more" in texts(two, OWN)[-1]


@pytest.mark.parametrize("how", ["resume", "named"])
async def test_whoever_looks_after_the_room_and_never_ran_the_mailbox_stays_when_it_is_back(
    two: House, how: str
) -> None:
    await has_own(two)
    for person in (CAROL, WARDEN):
        await comes(two, person)
    await is_there(two, ALICE, BOB, CAROL, WARDEN)
    two.homeserver.members[OWN] = tuple(Member(one, "") for one in (BOT, ALICE, BOB, CAROL, WARDEN))
    two.homeserver.powers[OWN, WARDEN] = 100
    if how == "resume":
        await archived(two)
        await resumed(two)
    else:
        await named(two, OTHER)
        await named(two, FIRST, OTHER)
    assert removed(two) == [(OWN, CAROL)], "nobody gave carol anything in the room"
    assert first(two).own_config_room == OWN


async def test_whoever_lost_the_mailbox_while_it_was_not_named_is_put_out_whatever_power_they_have_there(
    two: House,
) -> None:
    await has_own(two)
    await is_there(two, ALICE, BOB)
    two.homeserver.members[OWN] = tuple(Member(one, "") for one in (BOT, ALICE, BOB))
    two.homeserver.powers[OWN, BOB] = 100
    await named(two, OTHER)
    await comes(two, BOB, ROOM, "leave")
    await named(two, FIRST, OTHER)
    assert removed(two) == [(OWN, BOB)]


@pytest.mark.parametrize("again", [False, True])
async def test_an_admin_who_is_taken_off_the_file_while_it_names_the_mailbox_not_is_put_out(
    two: House, again: bool
) -> None:
    await named(two, FIRST, OTHER, admins=(ALICE, CAROL))
    await has_own(two)
    await comes(two, CAROL)
    await is_there(two, ALICE, BOB, CAROL)
    two.homeserver.members[OWN] = tuple(Member(one, "") for one in (BOT, BOB, CAROL))
    two.homeserver.powers[OWN, ALICE] = 100
    await named(two, OTHER, admins=(ALICE, CAROL))
    await named(two, OTHER, admins=(CAROL,), again=again)
    assert removed(two) == [(OWN, ALICE)]
    assert FIRST.address in two.homeserver.removed[0][2], "they are told why"
    await named(two, FIRST, OTHER, admins=(CAROL,))
    assert removed(two) == [(OWN, ALICE)]
    assert first(two).own_config_room == OWN
