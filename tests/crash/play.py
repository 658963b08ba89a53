"""Plays stages of a house, which is started again after each death."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from tests.fakes.boundaries import Killed
from tests.fakes.house import PAUSES, House

Stage = Callable[[House], None]
Played = Callable[[Path, int | None], Awaitable[tuple[House, int]]]
"""Plays all of it in a folder that is not there yet, killed at a boundary or not; the house, and how often it died."""
UNHURT = "without a death"


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


async def deaths(folder: Path, played: Played, *, every: int = 1) -> AsyncIterator[tuple[House, str]]:
    """The house without a death, then one for each boundary at which it is killed, with where that was.

    Whoever iterates says what must hold; each died as it should have, and nothing waits in it any more. One of `every`
    places is played.
    """
    house, died = await played(folder / "dry", None)
    assert died == 0
    passed, places = list(house.boundaries.passed), house.boundaries.places()
    yield house, UNHURT
    await house.close()
    for kill_at in places[::every]:
        house, died = await played(folder / str(kill_at), kill_at)
        where = f"killed at {kill_at}, {passed[kill_at - 1]}"
        assert died == 1, where
        yield house, where
        assert await house.open_calls() == 0, where
        await house.close()
