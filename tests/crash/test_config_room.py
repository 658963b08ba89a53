"""A mailbox gets a config room of its own, with the process killed at every boundary on its way."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.ids import RoomId
from bot.ports import Member
from tests.crash.play import deaths, play
from tests.fakes.chat import BOB, BOT, CONFIG
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.passwords import secretly
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.upgrading import texts

OWN = RoomId("!made0:localhost")


async def _play(folder: Path, kill_at: int | None, then: str = "!mailbox config {} off") -> tuple[House, int]:
    folder.mkdir()
    house = House(folder)
    house.homeserver.encrypted.add(CONFIG)
    await house.open()
    await happens(house, secretly(f"!grant @bob edit {MAILBOX.address}"))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    asked = secretly(f"!mailbox config {MAILBOX.address} new")
    ends = replace(secretly(then.format(MAILBOX.address)))
    return house, await play(
        house, (lambda one: one.homeserver.happens(asked), partial(_says, words=ends), lambda one: None)
    )


def _says(house: House, words: object) -> None:
    assert house.step.settings.known.mailboxes[0].config_room == OWN
    house.homeserver.happens(words)  # type: ignore[arg-type]


@pytest.mark.timeout(600)
async def test_one_room_is_made_and_told_of_once_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        assert [room for room, _ in house.homeserver.made] == [OWN], where
        assert house.homeserver.invited == [(OWN, BOB)], where
        assert sum("has its own config room" in one for one in texts(house)) == 1, where
        assert sum("is run and told of here" in one for one in texts(house, OWN)) == 1, where
        assert house.step.settings.known.mailboxes[0].config_room is None, where


@pytest.mark.timeout(600)
async def test_whoever_runs_it_no_more_is_taken_out_once_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, partial(_play, then="!revoke @bob edit {}")):
        assert [(room, user) for room, user, _ in house.homeserver.removed] == [(OWN, BOB)], where
        assert house.step.settings.known.mailboxes[0].config_room == OWN, where


async def _comes_back(folder: Path, kill_at: int | None) -> tuple[House, int]:
    """It was archived; bob runs it, and carol came into its room meanwhile."""
    folder.mkdir()
    house = House(folder)
    house.homeserver.encrypted.add(CONFIG)
    await house.open()
    await happens(house, secretly(f"!grant @bob edit {MAILBOX.address}"))
    await happens(house, secretly(f"!mailbox config {MAILBOX.address} new"))
    house.homeserver.members[OWN] = tuple(Member(one, "") for one in (BOT, BOB, CAROL))
    house.homeserver.state[OWN, "m.room.member", CAROL] = json.dumps({"membership": "join"})
    await happens(house, secretly(f"!mailbox archive {MAILBOX.address}"))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    resumed = secretly(f"!mailbox resume {MAILBOX.address}")
    return house, await play(house, (lambda one: one.homeserver.happens(resumed), lambda one: None))


@pytest.mark.timeout(600)
async def test_who_reads_there_is_looked_at_when_it_is_back_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _comes_back):
        assert [(room, user) for room, user, _ in house.homeserver.removed] == [(OWN, CAROL)], where
        assert house.step.settings.known.mailboxes[0].own_config_room == OWN, where
