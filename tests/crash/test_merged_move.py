"""A merged conversation goes to another room and comes back, with the process killed at every boundary on its way."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import RoomId
from bot.ports import Member
from tests.crash.play import Stage, deaths, play
from tests.fakes.chat import ALICE, BOT, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import card_of
from tests.fakes.writing import mail, says
from tests.flows.test_move_away import FIRST, SUPPORT, THERE

_MERGE, _MOVE, _BACK = says("!merge #1 #2"), says("!move #2 support"), says("!move #2 contact", room=THERE)


def _it_is_moved(house: House) -> None:
    house.homeserver.happens(_MOVE)


def _it_is_moved_back(house: House) -> None:
    house.homeserver.happens(_BACK)


_STAGES: tuple[Stage, ...] = (_it_is_moved, _it_is_moved_back)


def _two_are_one(house: House) -> None:
    house.homeserver.happens(_MERGE)


def _mails_come(house: House) -> None:
    house.provider.deliver(mail())
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    """The mails come, and are merged, before anything dies."""
    folder.mkdir()
    house = House(folder, instance=replace(INSTANCE, mailboxes=(FIRST, SUPPORT)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await play(house, (lambda _: None, _mails_come, _two_are_one))
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, _STAGES, pauses=(0.0, 16.0, 30.0))


def _shown(house: House) -> Counter[tuple[RoomId, object]]:
    """The mails and cards of each room, how often each."""
    mails = [(p.room, p.ours["message_id"]) for p in house.homeserver.of_kind("mail") if not p.is_edit]
    cards = [(p.room, p.ours["conversation"]) for p in house.homeserver.of_kind("conversation") if not p.is_edit]
    return Counter([*mails, *cards])


@pytest.mark.timeout(600)
async def test_each_mail_and_card_stands_once_in_each_room_and_both_are_back(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        assert set(_shown(house).values()) == {1} and len(_shown(house)) == 8, where
        for number in (1, 2):
            card = card_of(house, number)
            about = house.homeserver.current(card)["org.postroom"]
            assert isinstance(about, dict) and about["mailbox"] == FIRST.id, where
            assert next(p.room for p in house.homeserver.of_kind("conversation") if p.event == card) == ROOM, where
