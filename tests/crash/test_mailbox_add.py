"""A mailbox is added with a delegate, with the process killed at every boundary of the whole dialogue."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.ids import EventId, RoomId
from tests.crash.play import deaths, play
from tests.fakes.chat import BOB, CONFIG
from tests.fakes.house import House
from tests.fakes.passwords import WORD, in_files, secretly
from tests.fakes.upgrading import texts
from tests.flows.test_mailbox_add import ADDRESS, LINES

_SAID = (LINES, WORD, "new", f"delegate {BOB}", "!yes")


def _says(house: House, words: str, thread: EventId) -> None:
    house.homeserver.happens(replace(secretly(words, thread=thread), at=house.clock.now()))


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder)
    house.homeserver.encrypted.add(CONFIG)
    house.provider.imap_password = house.provider.smtp_password = WORD
    await house.open()
    await house.settle((0.0,))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    asks = secretly(f"!mailbox add {ADDRESS}")
    stages: list[Callable[[House], None]] = [lambda one: one.homeserver.happens(asks)]
    stages += [partial(_says, words=words, thread=asks.event) for words in _SAID]
    return house, await play(house, stages, pauses=(0.0, 16.0))


@pytest.mark.timeout(900)
async def test_it_is_added_once_with_its_room_and_its_delegate_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        known = house.step.settings.known
        (room,) = [room for room, _ in house.homeserver.made]
        assert [(one.address, one.room) for one in known.mailboxes[1:]] == [(ADDRESS, RoomId(room))], where
        assert house.homeserver.invited == [(room, BOB)], where
        assert len([one for one in known.grants if one.person == BOB and one.is_on]) == 5, where
        assert sum("is served from now on" in one for one in texts(house)) == 1, where
        await house.close()
        assert in_files(house.folder, WORD) == [], where
        await house.open()
