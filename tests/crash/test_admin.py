"""A folder is added, a start is told, somebody loses the right to send: with the process killed at every boundary."""

from functools import partial
from pathlib import Path

import pytest

from bot.domain.inputs.inside import BotStarted
from tests.crash.play import deaths, play
from tests.fakes.boundaries import Killed
from tests.fakes.chat import BOB, CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, happens, outgoing, reply_state
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, says

FOLDER = "Archives 2024"


async def _opened(folder: Path) -> House:
    folder.mkdir()
    house = House(folder)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    return house


async def _killed_from_now(house: House, kill_at: int | None) -> None:
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at


async def _adds_a_folder(folder: Path, kill_at: int | None) -> tuple[House, int]:
    house = await _opened(folder)
    house.provider.folders[FOLDER] = []
    house.provider.deliver(mail(id="old@example.org"), FOLDER)
    await _killed_from_now(house, kill_at)
    given = says(f"!folder add {FOLDER} new", room=CONFIG)
    return house, await play(house, (lambda one: one.homeserver.happens(given),))


@pytest.mark.timeout(600)
async def test_a_folder_is_added_once_and_told_once(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _adds_a_folder):
        assert house.step.settings.known.mailboxes[0].folders == ("INBOX", FOLDER), where
        assert sum("stays on the server alone" in one for one in texts(house)) == 1, where


async def _starts(folder: Path, kill_at: int | None) -> tuple[House, int]:
    house = await _opened(folder)
    await _killed_from_now(house, kill_at)
    started, died = BotStarted("1.2", house.clock.now(), ()), 0
    while True:
        try:
            if house.database is None:
                await house.open()
            # As the process does it at each start, here always with the same input.
            await house.step.take(started)
            await house.settle(NOW)
            return house, died
        except Killed:
            died += 1
            await house.close()


@pytest.mark.timeout(600)
async def test_a_start_is_one_line(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _starts):
        lines = [p for p in house.homeserver.posted if p.room == CONFIG and "▶" in str(p.content["body"])]
        assert len([p for p in lines if not p.is_edit]) == 1, where


def _says(house: House, words: str) -> None:
    house.homeserver.happens(says(words, thread=card_of(house), sender=BOB))


async def _loses_the_right(folder: Path, kill_at: int | None) -> tuple[House, int]:
    house = await _opened(folder)
    await happens(house, says('!reply --at "tomorrow 9:00" Bonjour à vous', thread=card_of(house), sender=BOB))
    await _killed_from_now(house, kill_at)
    revoked = says("!revoke @bob send", room=CONFIG)
    died = await play(house, (lambda one: one.homeserver.happens(revoked),))
    return house, died + await play(house, (partial(_says, words="!draft"),), pauses=(0.0, 86_400.0, 60.0))


@pytest.mark.timeout(600)
async def test_what_may_not_leave_any_more_is_one_draft_and_never_leaves(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _loses_the_right):
        assert reply_state(house) == "cancelled", where
        assert len(outgoing(house)) == 1, where
        assert house.provider.delivered == [], where
        told = [str(p.content["body"]) for p in house.homeserver.posted if p.ours.get("conversation") == 1]
        assert sum("does not leave" in one for one in told) == 1, where
        assert any("Bonjour" in one for one in answers_in(house)), where
