"""What is old goes by itself, with the process killed at every boundary on its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import ConversationId
from bot.domain.retention import Place
from storage import conversations, mails, timers
from tests.crash.play import Stage, deaths, play
from tests.fakes.chat import CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says

_KEEPS = replace(MAILBOX, keep_words_months=1, keep_closed_months=3)
_DAY = 86_400.0


def _comes(house: House) -> None:
    house.provider.deliver(mail())
    house.provider.deliver(mail(id="m2@example.org", sender="Paul <paul@example.org>"))


def _is_closed(house: House) -> None:
    house.homeserver.happens(says("!close all"))
    house.clock.forward(1)


def _is_confirmed(house: House) -> None:
    house.homeserver.happens(says("!yes"))


def _time_passes(house: House) -> None:
    house.clock.forward(40 * _DAY)


def _more_time_passes(house: House) -> None:
    house.clock.forward(60 * _DAY)


def _an_answer_comes(house: House) -> None:
    raw = mail(id="late@example.org", reply_to="m1@example.org")
    if not any(id_of(one.raw) == "late@example.org" for one in house.provider.folders["INBOX"]):
        house.provider.deliver(raw, at=house.clock.now())


_STAGES: tuple[Stage, ...] = (_time_passes, _more_time_passes, _an_answer_comes)
_PAUSES = (0.0, 3.0, 3.0, _DAY, 3.0, 3.0, 3.0)


async def _play(folder: Path, kill_at: int | None) -> tuple[House, int]:
    """All is closed before anything dies."""
    folder.mkdir()
    house = House(folder, instance=replace(INSTANCE, mailboxes=(_KEEPS,)))
    await play(house, (lambda _: None, _comes, _is_closed, _is_confirmed))
    async with house.step.database.write() as tx:
        await timers.set(tx, Place(MAILBOX.id).timer, house.clock.now(), keep_earlier=True)
    await house.close()
    house.boundaries.passed.clear()
    house.boundaries.kill_at = kill_at
    return house, await play(house, _STAGES, pauses=_PAUSES)


@pytest.mark.timeout(600)
async def test_each_step_is_whole_and_a_late_answer_comes_once(tmp_path: Path) -> None:
    async for house, where in deaths(tmp_path, _play):
        async with house.step.database.read() as tx:
            numbers = [ConversationId(n) for n in (1, 2, 3)]
            left = [one.id for one in await conversations.several(tx, numbers)]
            records = await mails.of_conversations(tx, numbers)
        assert left == [3], where
        assert [record.message_id for record in records[ConversationId(3)]] == ["late@example.org"], where
        assert len([p for p in mails_in(house) if p.ours["message_id"] == "late@example.org"]) == 1, where
        told = [p for p in house.homeserver.posted if p.room == CONFIG and "old goes" in str(p.content)]
        assert len(told) == 1, where
