"""A mail that is to be told to a member by mail, with the process killed at every boundary on its way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.notices import MANY
from tests.crash.play import deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import BOB, CONFIG
from tests.fakes.house import House
from tests.fakes.looking import card_of
from tests.fakes.writing import mail, says
from tests.flows.test_bundles import bundles, comes
from tests.flows.test_notices import notices, words_of
from tests.flows.test_own_addresses import confirms


def _mail_comes(house: House) -> None:
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>"), at=house.clock.now())


def _many_come(house: House) -> None:
    for number in range(1, MANY + 1):
        comes(house, number)


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    return await _played(folder, kill_at, _mail_comes)


async def _play_many(folder: Path, kill_at: int | None) -> tuple[House, int]:
    return await _played(folder, kill_at, _many_come)


async def _played(folder: Path, kill_at: int | None, happens: Callable[[House], None]) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(), start="all")
    await play(house, (lambda _: None,))
    await confirms(house)
    await play(house, (lambda house: house.homeserver.happens(says("!notify new email")),))
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, (happens,))


def _mail_comes_while_it_is_paused(house: House) -> None:
    house.homeserver.happens(says("!mailbox pause contact@asso.example", room=CONFIG))
    house.homeserver.happens(says("!note Vite.", thread=card_of(house), sender=BOB))


def _it_goes_on(house: House) -> None:
    house.homeserver.happens(says("!mailbox resume contact@asso.example", room=CONFIG))


async def _play_put_off(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(), start="all")
    house.provider.deliver(mail())
    await play(house, (lambda _: None,))
    await confirms(house)
    await play(house, (lambda house: house.homeserver.happens(says("!notify noted-unassigned email")),))
    await play(house, (_mail_comes_while_it_is_paused,))
    assert notices(house) == []
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, (_it_goes_on,))


@pytest.mark.timeout(600)
async def test_what_was_put_off_leaves_once_when_its_mailbox_goes_on_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play_put_off):
        least = 0 if where.endswith(", submit in data") else 1
        assert least <= sum("Vite." in words_of(one) for one in notices(house)) <= 1, where


def _mail_comes_and_is_spam(house: House) -> None:
    _mail_comes(house)
    house.homeserver.happens(says("!spam #1", sender=BOB))


def _it_is_none(house: House) -> None:
    house.homeserver.happens(says("!notspam #1", sender=BOB))


async def _play_spam(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(), start="all")
    await play(house, (lambda _: None,))
    await confirms(house)
    await play(house, (lambda house: house.homeserver.happens(says("!notify new email")),))
    await play(house, (_mail_comes_and_is_spam,))
    assert notices(house) == []
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, (_it_is_none,))


@pytest.mark.timeout(600)
async def test_what_waits_while_it_is_spam_leaves_once_when_that_ends_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play_spam):
        least = 0 if where.endswith(", submit in data") else 1
        assert least <= len(notices(house)) <= 1, where


@pytest.mark.timeout(600)
async def test_it_leaves_once_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        # Past DATA it may have left, and is not sent again.
        least = 0 if where.endswith(", submit in data") else 1
        assert least <= len(notices(house)) <= 1, where


@pytest.mark.timeout(900)
async def test_many_are_told_once_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play_many):
        told = "".join([*bundles(house), *(words_of(one) for one in notices(house))])
        for number in range(1, MANY + 1):
            times = told.count(f"Bonjour numéro {number}.")
            # Past DATA it may have left, and is not sent again.
            least = 0 if where.endswith(", submit in data") else 1
            assert least <= times <= 1, (where, number)
