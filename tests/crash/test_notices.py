"""A mail that is to be told to a member by mail, with the process killed at every boundary on its way."""

from pathlib import Path

import pytest

from tests.crash.play import play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import House
from tests.fakes.writing import mail, says
from tests.flows.test_notices import notices
from tests.flows.test_own_addresses import confirms


def _mail_comes(house: House) -> None:
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>"), at=house.clock.now())


async def _play(folder: Path, kill_at: int | None = None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(), start="all")
    await play(house, (lambda _: None,))
    await confirms(house)
    await play(house, (lambda house: house.homeserver.happens(says("!notify new email")),))
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, (_mail_comes,))


@pytest.mark.timeout(600)
async def test_it_leaves_once_whenever_the_process_dies(tmp_path: Path) -> None:
    house, died = await _play(tmp_path / "dry")
    passed = house.boundaries.passed
    assert (died, len(notices(house))) == (0, 1)
    await house.close()
    for kill_at in [n for n, name in enumerate(passed, 1) if name != "sync" or n % 5 == 0]:
        house, died = await _play(tmp_path / str(kill_at), kill_at)
        where = f"killed at {kill_at}, {passed[kill_at - 1]}"
        assert died == 1, where
        # Past DATA it may have left, and is not sent again.
        least = 0 if passed[kill_at - 1] == "submit in data" else 1
        assert least <= len(notices(house)) <= 1, where
        assert await house.open_calls() == 0, where
        await house.close()
