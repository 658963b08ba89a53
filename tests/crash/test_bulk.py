"""A command for a whole list, with the process killed at every boundary on its way."""

from pathlib import Path

import pytest

from tests.crash.play import Stage, deaths, play
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_says
from tests.fakes.writing import mail, reacts, says

_LAST = 2
_COMMAND = says("!close all")


def _mails_come(house: House) -> None:
    for number in range(1, _LAST + 1):
        house.provider.deliver(mail(id=f"a{number}@example.org", sender=f"P{number} <p{number}@example.org>"))


def _a_list_is_counted(house: House) -> None:
    house.homeserver.happens(_COMMAND)


def _it_is_confirmed(house: House) -> None:
    (question,) = [e for e in house.homeserver.of_kind("receipt") if "would change" in str(e.content["body"])]
    house.homeserver.happens(reacts("✅", question.event))


_STAGES: tuple[Stage, ...] = (_a_list_is_counted, _it_is_confirmed)


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    """The mails come before anything dies."""
    folder.mkdir()
    house = House(folder)
    await play(house, (lambda _: None, _mails_come))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, _STAGES, pauses=(0.0, 16.0, 30.0))


@pytest.mark.timeout(600)
async def test_all_of_the_list_changes_once_or_nothing_of_it(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        assert [card_says(house, n)["status"] for n in range(1, _LAST + 1)] == ["closed"] * _LAST, where
        assert sum(f"{_LAST} conversations changed" in one for one in answers_in(house)) == 1, where
