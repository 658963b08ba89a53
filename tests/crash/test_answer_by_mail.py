"""An answer by mail, with the process killed at every boundary on its way."""

from pathlib import Path

import pytest

from tests.crash.play import UNHURT, Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import PAUSES, House
from tests.fakes.looking import card_says
from tests.fakes.writing import mail
from tests.flows.test_answer_by_mail import answer, left, owned, shown
from tests.flows.test_answer_gone import said, to_several
from tests.flows.test_answer_lines import letters


def _mail_comes(house: House) -> None:
    house.provider.deliver(mail(), at=house.clock.now())


def _answer_comes(house: House) -> None:
    house.provider.deliver(answer(house, "fermer\n\nMerci, à bientôt"), at=house.clock.now())


_STAGES: tuple[Stage, ...] = (_mail_comes, _answer_comes)


def _answer_to_several_comes(house: House) -> None:
    house.provider.deliver(to_several(house), at=house.clock.now())


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    return await _played(folder, kill_at, _STAGES)


async def _play_several(folder: Path, kill_at: int | None) -> tuple[House, int]:
    return await _played(folder, kill_at, (_mail_comes, _answer_to_several_comes))


def _note_with_file_comes_to_junk(house: House) -> None:
    raw = answer(house, "note: il ment", file=b"%PDF-1.4 for the team")
    house.provider.deliver(raw, "Junk", at=house.clock.now())


async def _play_refused(folder: Path, kill_at: int | None) -> tuple[House, int]:
    return await _played(folder, kill_at, (_mail_comes, _note_with_file_comes_to_junk))


async def _played(folder: Path, kill_at: int | None, stages: tuple[Stage, ...]) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(kill_at) if kill_at is not None else Boundaries(), start="all")
    died = await play(house, (lambda _: None,))
    await owned(house)
    return house, died + await play(house, stages, pauses=PAUSES)


def _must_hold(house: House, where: str) -> None:
    sent = left(house)
    assert len(sent) <= 1, f"{where}: it was sent {len(sent)} times"
    told, *more = shown(house)
    assert "Alice answers by mail" in told, where
    lines = [str(house.homeserver.current(p.event)["body"]) for p in house.homeserver.of_kind("mail") if not p.is_edit]
    (line,) = [one for one in lines if "marie@example.org" in one]
    assert bool(sent) or "perhaps" in line.lower() or "not" in line, f"{where}: {line}"
    is_closed = card_says(house)["status"] == "closed"
    # Nobody knows whether it left: the line waits for a person, who is told.
    assert is_closed if not more else ("was not done" in more[0] and not is_closed), f"{where}: {more}"


@pytest.mark.timeout(600)
async def test_it_leaves_once_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        _must_hold(house, where)
        if where == UNHURT:
            assert len(left(house)) == 1 and card_says(house)["status"] == "closed"


@pytest.mark.timeout(600)
async def test_of_one_that_goes_nowhere_the_words_stand_once_and_it_is_mailed_once_at_most(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play_several):
        assert left(house) == [], where
        assert len([one for one in said(house) if "Je m'en occupe" in one]) == 1, where
        # Past DATA it may have left, and is not sent again.
        least = 0 if where.endswith(", submit in data") else 1
        assert least <= len(letters(house)) <= 1, where


@pytest.mark.timeout(600)
async def test_the_file_of_one_that_is_refused_for_good_stands_below_its_words_once(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play_refused):
        assert left(house) == [], where
        assert len([one for one in shown(house) if "il ment" in one]) == 1, where
        files = [one for one in house.homeserver.of_kind("attachment") if not one.is_edit]
        assert ["paper.pdf" in str(one.content["body"]) for one in files] == [True], where
