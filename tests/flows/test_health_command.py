"""`!health` says what works and what waits."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.flows.keep.outages import Outages, Service
from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.passwords import secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_it_names_the_newest_mail_and_what_is_away_also_after_a_restart(empty: House) -> None:
    house = empty
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly("!health"))
    first = texts(house)[-1]
    assert MAILBOX.address in first and "none yet" in first and "work" in first and "Nothing waits too long" in first

    house.provider.deliver(mail())
    await house.settle((0.0, 20.0))
    outages = Outages(house.step)
    await outages.went_away(Service("smtp", MAILBOX.id), "credentials")
    await house.close()
    await house.open()
    await happens(house, secretly("!santé"))
    after = texts(house)[-1]
    assert "none yet" not in after and "outgoing mail, since" in after and "login refused" in after

    await Outages(house.step).came_back(Service("smtp", MAILBOX.id))
    outages = Outages(house.step)
    outages.expect(Service("smtp", MAILBOX.id))
    await outages.came_back(Service("smtp", MAILBOX.id))
    await happens(house, secretly("!health"))
    assert "outgoing mail" not in texts(house)[-1]


async def test_what_was_put_aside_and_servers_of_all_stand_below(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await Outages(house.step).went_away(Service("matrix"), "credentials")
    await happens(house, secretly("!health"))
    assert "matrix" in texts(house)[-1] and "Nothing waits" not in texts(house)[-1]


async def test_it_is_for_admins_in_the_config_room_alone(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    for said in (
        secretly("!health", sender=BOB),
        replace(secretly("!health"), room=ROOM),
        replace(secretly("!health"), was_encrypted=False),
    ):
        await happens(house, said)
    assert not any("Nothing waits too long" in one for one in texts(house))
