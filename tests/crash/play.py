"""Plays stages of a house, which is started again after each death."""

from collections.abc import Awaitable, Callable, Sequence

from tests.fakes.boundaries import Killed
from tests.fakes.house import PAUSES, House

Stage = Callable[[House], None]


async def _nothing() -> None:
    return


async def play(
    house: House,
    stages: Sequence[Stage],
    *,
    pauses: Sequence[float] = PAUSES,
    dead: Callable[[], Awaitable[None]] = _nothing,
) -> int:
    """All stages, each until nothing happens any more; how often it died. `dead` looks at what a death left."""
    deaths = 0
    for stage in stages:
        stage(house)
        while True:
            try:
                if house.database is None:
                    await house.open()
                await house.settle(pauses)
                break
            except Killed:
                deaths += 1
                await dead()
                await house.close()
    return deaths
