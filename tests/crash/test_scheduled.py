"""An answer that waits for its time, with the process killed at every boundary on its way."""

from pathlib import Path

import pytest

from tests.crash.play import UNHURT, Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import PAUSES, House
from tests.fakes.looking import card_of, reply_state
from tests.fakes.writing import edits, mail, says

_LONG = (*PAUSES, 4000.0, *PAUSES)
_ANSWER = says('!reply --at "in 1 hour" Bonjour')


def _mail_comes(house: House) -> None:
    house.provider.deliver(mail(id="a1@example.org"))


def _an_answer_waits(house: House) -> None:
    house.homeserver.happens(says(_ANSWER.body, thread=card_of(house), event=_ANSWER.event))


def _its_words_change(house: House) -> None:
    house.homeserver.happens(edits(_ANSWER.event, _ANSWER.body.replace("Bonjour", "Bonsoir")))


_STAGES: tuple[Stage, ...] = (_mail_comes, _an_answer_waits, _its_words_change)


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder) if kill_at is None else House(folder, Boundaries(kill_at))
    died = await play(house, (lambda _: None, *_STAGES[:1]))
    died += await play(house, _STAGES[1:2])
    died += await play(house, _STAGES[2:])
    return house, died + await play(house, (lambda _: None,), pauses=_LONG)


def _must_hold(house: House, where: str) -> None:
    state = reply_state(house)
    left = house.provider.delivered
    assert len(left) <= 1, f"{where}: it was sent {len(left)} times"
    assert state in ("sent", "unknown"), f"{where}: it is {state}"
    assert state != "sent" or len(left) == 1, where
    assert all(b"Bonsoir" in raw for _, _, raw in left), where


@pytest.mark.timeout(600)
async def test_it_leaves_once_in_its_newest_words_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        _must_hold(house, where)
        if where == UNHURT:
            assert len(house.provider.delivered) == 1
