"""A mail that quotes a code, with the process killed at every boundary on its way into the room."""

from pathlib import Path

import pytest

from tests.crash.play import deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.writing import mail, says
from tests.flows.test_codes_given_away import ENDED, MARIE, OTHER, is_of_no_use, quoted
from tests.flows.test_own_addresses import code_in, everything_said, sent_to


def _is_quoted(house: House) -> None:
    (one,) = sent_to(house, MARIE)
    house.provider.deliver(mail(id="q@example.org", sender=OTHER, text=quoted(one)), at=house.clock.now())


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(), start="all")
    await play(house, (lambda _: None, lambda house: house.homeserver.happens(says(f"!email {MARIE}", sender=BOB))))
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, (_is_quoted,))


@pytest.mark.timeout(600)
async def test_it_counts_no_more_and_is_hidden_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        (one,) = sent_to(house, MARIE)
        said = [str(each.content.get("body")) for each in house.homeserver.posted]
        assert sum(ENDED in each for each in said) == 1, where
        assert sum("Je n'ai rien demandé" in each for each in said) >= 1, where
        assert code_in(one) not in everything_said(house), where
        assert await is_of_no_use(house, code_in(one)), where
