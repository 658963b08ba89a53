"""A mail that the mailbox answers by itself, with the process killed at every boundary on its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.autoreply import AutoReply, Standing
from tests.crash.play import UNHURT, Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.house import INSTANCE, MAILBOX, PAUSES, House
from tests.fakes.looking import card_says
from tests.fakes.writing import mail

_ON = replace(MAILBOX, autoreply=AutoReply(Standing.ON, None, "", "Bonjour {first_name}"))


def _mail_comes(house: House) -> None:
    house.provider.deliver(mail(id="a1@example.org"), at=house.clock.now())


def _another_comes(house: House) -> None:
    house.provider.deliver(mail(id="a2@example.org", subject="Another"), at=house.clock.now())


_STAGES: tuple[Stage, ...] = (_mail_comes, _another_comes)


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    instance = replace(INSTANCE, mailboxes=(_ON,))
    house = House(folder, Boundaries(kill_at) if kill_at is not None else Boundaries(), instance=instance, start="all")
    died = await play(house, (lambda _: None,))
    return house, died + await play(house, _STAGES, pauses=PAUSES)


def _must_hold(house: House, where: str) -> None:
    left = house.provider.delivered
    assert len(left) <= 1, f"{where}: it was sent {len(left)} times"
    lines = [str(house.homeserver.current(p.event)["body"]) for p in house.homeserver.of_kind("mail") if not p.is_edit]
    (line,) = [one for one in lines if "utomatic answer" in one]
    assert ("sent to marie" in line) == bool(left) or "perhaps" in line, f"{where}: {line}"
    assert [card_says(house, n)["status"] for n in (1, 2)] == ["active", "active"], where


@pytest.mark.timeout(600)
async def test_it_leaves_once_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        _must_hold(house, where)
        if where == UNHURT:
            assert len(house.provider.delivered) == 1
