"""Somebody signs in, with the process killed on its way: the login is kept, or they are told to begin again."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.sign_in import Application, Provider, SignedIn
from bot.flows.keep.passwords import given
from tests.crash.play import Stage, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.logged import logged
from tests.fakes.passwords import begins, in_files
from tests.fakes.sign_ins import PROOF, REFRESH

LOGIN = SignedIn(Provider.MICROSOFT, REFRESH)
SIGNS_IN = replace(
    INSTANCE,
    applications=(Application(Provider.MICROSOFT),),
    at_providers=((MAILBOX.id, Provider.MICROSOFT),),
)


def _asks(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = LOGIN.words
    house.homeserver.happens(begins(house))


def _signs_in(house: House) -> None:
    house.pages.has_signed_in = True


_STAGES: tuple[Stage, ...] = (_asks, _signs_in)


async def _played(house: House, log: io.StringIO, where: str) -> int:
    async def nowhere() -> None:
        for word in (REFRESH, PROOF):
            assert in_files(house.folder, word) == [], where
            assert word not in log.getvalue(), where
            assert not any(word in str(one.content) for one in house.homeserver.posted), where

    deaths = await play(house, _STAGES, pauses=(0.0, 6.0, 6.0), dead=nowhere)
    await nowhere()
    return deaths


async def _must_hold(house: House, where: str, *, was_given: bool) -> None:
    async with house.step.database.read() as tx:
        words = await given(tx, await house.step.settings.read(tx), house.step.vault)
    said = [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG and not p.is_edit]
    ends = [one for one in said if "signed in to from now on" in one]
    if was_given:
        # The provider gives it once, and it was with us when we died: nobody else has it.
        assert words == {} and ends == [] and len([one for one in said if "To begin again" in one]) == 1, where
    else:
        assert words == {MAILBOX.id: LOGIN.words} and len(ends) == 1, where
    assert await house.open_calls() == 0, where


@pytest.mark.timeout(900)
async def test_a_death_at_each_kind_of_boundary_loses_at_most_a_sign_in(tmp_path: Path) -> None:
    passed: list[str] = []
    chosen: list[int | None] = [None]
    for number, kill_at in enumerate(chosen):
        folder = tmp_path / str(number)
        folder.mkdir()
        house = House(folder, Boundaries(kill_at), instance=SIGNS_IN)
        where = "without a death" if kill_at is None else f"killed at {kill_at}, {passed[kill_at - 1]}"
        with logged() as log:
            assert await _played(house, log, where) == (kill_at is not None), where
        await _must_hold(house, where, was_given=kill_at is not None and passed[kill_at - 1] == "sign-in given")
        if kill_at is None:
            passed = list(house.boundaries.passed)
            last = passed.index("sign-in given")
            # The first and the last of each kind, and all around the moment in which the login is there once.
            kinds = {name: n for n, name in enumerate(passed, 1)} | {f"{name} ": n for n, name in _backwards(passed)}
            chosen += sorted({*kinds.values(), *range(last - 2, last + 5)})
        await house.close()
    assert "sign-in given" in passed and len(chosen) > 15


def _backwards(passed: list[str]) -> list[tuple[int, str]]:
    return list(enumerate(passed, 1))[::-1]
