"""Buttons on a card and the picture of `!stats`, with the process killed at every boundary."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.play import Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import card_of
from tests.fakes.writing import mail, says

WITH_BUTTONS = replace(INSTANCE, mailboxes=(replace(MAILBOX, buttons=True),))


def _a_mail_comes(house: House) -> None:
    house.provider.deliver(mail())


def _figures_are_asked_for(house: House) -> None:
    house.homeserver.happens(says("!stats"))


_STAGES: tuple[Stage, ...] = (_a_mail_comes, _figures_are_asked_for)


def _must_hold(house: House, where: str) -> None:
    posted, card = house.homeserver.posted, card_of(house)
    given = Counter(p.relation["key"] for p in posted if p.type == "m.reaction" and p.relation["event_id"] == card)
    assert given == Counter("✋✅⏳🚫"), where
    pictures = [p for p in posted if str(p.content.get("body", "")).startswith("stats-") and not p.is_edit]
    assert len(pictures) == 1, where
    assert str(pictures[0].content["url"]).startswith("mxc://localhost/"), where


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder, Boundaries(kill_at), instance=WITH_BUTTONS)
    return house, await play(house, (lambda _: None, *_STAGES))


@pytest.mark.timeout(900)
async def test_each_is_there_once_after_a_death_at_every_boundary(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        _must_hold(house, where)
