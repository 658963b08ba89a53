"""A member's own lines under their mails, through the whole bot."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens
from tests.fakes.writing import mail, redacts, says


@pytest.fixture(params=["Mon Asso", "-> {member.signature} <-", ""])
async def signed(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[tuple[House, str]]:
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, signature=request.param),)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    yield made, request.param
    await made.close()


async def test_they_stand_under_the_writer_s_mails_alone(signed: tuple[House, str]) -> None:
    house, of_mailbox = signed
    await happens(house, says("!signature Alice *Martin*\nTrésorière"))
    await house.close()
    await house.open()
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    await happens(house, says("!reply Bonsoir", thread=card_of(house), sender=BOB), seconds=(0.0, 700.0))
    await happens(house, says("!reply Bonsoir", thread=card_of(house), sender=BOB), seconds=SENT)
    (hers, his) = (raw.decode().replace("\r", "") for _, _, raw in house.provider.delivered[:2])
    assert "Alice *Martin*\nTr=C3=A9sori=C3=A8re" in hers and "Tr=C3=A9sori" not in his.split("wrote:")[0]
    if of_mailbox == "Mon Asso":
        assert "-- \nAlice *Martin*\nTr=C3=A9sori=C3=A8re\nMon Asso" in hers.replace("--=20", "-- ")
    assert "member" not in hers + his


async def test_deleting_the_command_soon_takes_it_back_and_late_does_not(house: House) -> None:
    first, second = says("!signature Un"), says("!signature Deux")
    await happens(house, first, second, redacts(second.event), says("!signature"))
    assert "Un" in answers_in(house)[-1]
    await house.settle((60.0,))
    await happens(house, redacts(first.event), says("!signature"), says("!signature", sender=BOB))
    assert "Un" in answers_in(house)[-2] and "no lines of your own" in answers_in(house)[-1]


async def test_a_command_that_is_deleted_twice_is_taken_back_once(house: House) -> None:
    first, second = says("!signature Un"), says("!signature Deux")
    await happens(house, first, second, redacts(second.event), redacts(second.event, sender=BOB), says("!signature"))
    assert "Un" in answers_in(house)[-1]
