"""What was put aside is tried again, with the process killed at every boundary on its way."""

from functools import partial
from pathlib import Path

import pytest

from bot.domain.inputs.said import TeamMessage
from tests.crash.play import deaths, play
from tests.fakes.chat import CONFIG
from tests.fakes.failing import fails_on
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, card_says, happens
from tests.fakes.writing import mail, reacts, says


async def _put_aside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    folder.mkdir()
    house = House(folder)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    with monkeypatch.context() as failing:
        fails_on(failing, lambda one: isinstance(one, TeamMessage))
        await happens(house, says("!note Il a appelé", thread=card_of(house)))
    await happens(house, says("!follow", thread=card_of(house)))
    return house


async def _play(folder: Path, kill_at: int | None, monkeypatch: pytest.MonkeyPatch) -> tuple[House, int]:
    house = await _put_aside(folder, monkeypatch)
    told = next(p.event for p in house.homeserver.posted if p.room == CONFIG and "put aside" in str(p.content["body"]))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, (lambda one: one.homeserver.happens(reacts("🔁", told, room=CONFIG)),))


@pytest.mark.timeout(600)
async def test_it_is_told_once_how_it_ended_whenever_the_process_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async for house, where in deaths(tmp_path, partial(_play, monkeypatch=monkeypatch)):
        said = [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG]
        # Killed between the commit and its receipt, it finds that it is done.
        assert len([one for one in said if one.startswith(("✅ Number 1", "ℹ️ Nothing"))]) == 1, where
        assert card_says(house)["status"] == "active", where
