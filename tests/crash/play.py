"""Plays stages of a house, which is started again after each death."""

from collections.abc import Callable, Sequence

from tests.fakes.boundaries import Killed
from tests.fakes.house import House

Stage = Callable[[House], None]


async def play(house: House, stages: Sequence[Stage]) -> int:
    """All stages, each until nothing happens any more; how often it died."""
    deaths = 0
    for stage in stages:
        stage(house)
        while True:
            try:
                if house.database is None:
                    await house.open()
                await house.settle()
                break
            except Killed:
                deaths += 1
                await house.close()
    return deaths
