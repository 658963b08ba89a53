"""What was put aside is tried again, with the process killed at every boundary on its way."""

from pathlib import Path

import pytest

from bot.domain.decision import Decision
from bot.domain.inputs import Input
from bot.domain.inputs.said import TeamMessage
from bot.domain.snapshots import Snapshot
from bot.domain.stories import table
from bot.flows.step import step
from tests.crash.play import play
from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, card_says, happens
from tests.fakes.writing import mail, reacts, says


def _fails(snapshot: Snapshot, input: Input, now: object) -> Decision:
    if isinstance(input, TeamMessage):
        raise ZeroDivisionError
    return table.decide(snapshot, input, now)  # type: ignore[arg-type]


async def _put_aside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    folder.mkdir()
    house = House(folder)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    with monkeypatch.context() as failing:
        failing.setattr(step, "decide", _fails)
        await happens(house, says("!note Il a appelé", thread=card_of(house)))
    await happens(house, says("!follow", thread=card_of(house)))
    return house


async def _play(house: House, kill_at: int | None = None) -> int:
    told = next(p.event for p in house.homeserver.posted if p.room == CONFIG and "put aside" in str(p.content["body"]))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return await play(house, (lambda one: one.homeserver.happens(reacts("🔁", told, room=CONFIG)),))


@pytest.mark.timeout(600)
async def test_it_is_told_once_how_it_ended_whenever_the_process_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await _put_aside(tmp_path / "dry", monkeypatch)
    assert await _play(house) == 0
    passed = list(house.boundaries.passed)
    await house.close()
    for kill_at in [n for n, name in enumerate(passed, 1) if name != "sync" or n % 5 == 0]:
        house = await _put_aside(tmp_path / str(kill_at), monkeypatch)
        where = f"killed at {kill_at}, {passed[kill_at - 1]}"
        assert await _play(house, kill_at) == 1, where
        said = [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG]
        # Killed between the commit and its receipt, it finds that it is done.
        assert len([one for one in said if one.startswith(("✅ Number 1", "ℹ️ Nothing"))]) == 1, where
        assert card_says(house)["status"] == "active", where
        assert await house.open_calls() == 0, where
        await house.close()
