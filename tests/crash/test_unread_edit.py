"""A mail that is held for a change which nobody could read yet, with the process killed at every boundary on its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.inputs.trust import Undecryptable
from tests.crash.play import UNHURT, Stage, deaths, play
from tests.fakes.boundaries import Boundaries
from tests.fakes.chat import ALICE, ROOM
from tests.fakes.house import PAUSES, House
from tests.fakes.looking import card_of, outgoing, reply_state
from tests.fakes.writing import edits, mail, says

_ANSWER = says("!reply Alpha", encrypted=True, sealed=True)
_CHANGE = replace(edits(_ANSWER.event, "!reply Bravo"), room_encrypted=True, was_encrypted=True)


def _mail_comes(house: House) -> None:
    house.homeserver.encrypted.add(ROOM)
    house.provider.deliver(mail(id="a1@example.org"))


def _an_answer_and_its_change_come(house: House) -> None:
    unread = Undecryptable(ROOM, _CHANGE.event, ALICE, "no_key", None, _CHANGE.at, "s1")
    house.homeserver.happens(replace(_ANSWER, thread=card_of(house)))
    house.homeserver.happens(replace(unread, replaces=_CHANGE.target, is_awaited=True))


def _its_key_comes(house: House) -> None:
    house.homeserver.happens(_CHANGE)


_STAGES: tuple[Stage, ...] = (_mail_comes, _an_answer_and_its_change_come, _its_key_comes)


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    folder.mkdir()
    house = House(folder) if kill_at is None else House(folder, Boundaries(kill_at))
    died = await play(house, (lambda _: None, *_STAGES[:1]))
    died += await play(house, _STAGES[1:2])
    assert house.provider.delivered == [] and reply_state(house) in ("held", "queued")
    return house, died + await play(house, (*_STAGES[2:], lambda _: None), pauses=PAUSES)


@pytest.mark.timeout(600)
async def test_it_leaves_once_in_the_new_words_whenever_the_process_dies(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        state, left = reply_state(house), house.provider.delivered
        assert len(left) <= 1 and len(outgoing(house)) == 1, f"{where}: it was sent {len(left)} times"
        assert state in ("sent", "unknown"), f"{where}: it is {state}"
        assert state != "sent" or len(left) == 1, where
        assert all(b"Bravo" in raw for _, _, raw in left), where
        if where == UNHURT:
            assert len(left) == 1
