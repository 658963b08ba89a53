"""A house goes on in another database where it stood in the one of before, and does nothing twice."""

import os
from pathlib import Path

import pytest

from bot.demo.servers.postgres import own_database
from storage.faults import Moved
from storage.relocation import relocate, take_back
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens, mails_in
from tests.fakes.writing import mail, says


def silent(_table: str, _done: int, _of: int) -> None:
    pass


async def test_what_waited_leaves_once_and_all_is_found_after_the_way_there_and_back(
    tmp_path: Path, postgres_url: str
) -> None:
    house = House(tmp_path)
    await house.open()
    house.provider.deliver(mail(id="a1@example.org", subject="Kilowatts"))
    await house.settle(NOW)
    await happens(house, says("!note Volts.", thread=card_of(house)))
    await happens(house, says("!reply Bonjour !", thread=card_of(house)), seconds=(0.0,))
    posted = len(mails_in(house))
    await house.close()
    first, last = f"sqlite:///{tmp_path / 'postroom.db'}", f"sqlite:///{tmp_path / 'back.db'}"
    async with own_database(postgres_url, f"postroom_house_{os.getpid()}") as there:
        await relocate(first, there, silent)
        with pytest.raises(Moved):
            await house.open()
        house.url = there
        await house.open()
        await house.settle(SENT)
        assert len(house.provider.delivered) == 1
        await happens(house, says("!search volts"))
        assert "#1" in answers_in(house)[-1]
        await happens(house, says("!reply Merci.", thread=card_of(house)), seconds=(0.0,))
        await house.close()

        await relocate(there, last, silent)
        house.url = last
        await house.open()
        await house.settle(SENT)

    house.provider.deliver(mail(id="a2@example.org", subject="Re: Kilowatts", reply_to="a1@example.org"))
    await happens(house, says("!search kilowatts"))
    assert "#1" in answers_in(house)[-1]
    assert len(house.provider.delivered) == 2
    assert len(mails_in(house)) == posted + 2
    assert await house.open_calls() == 0
    await house.close()


async def test_taken_back_after_the_other_one_was_used_nothing_is_sent_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    await happens(house, says("!reply Bonjour !", thread=card_of(house)), seconds=(0.0,))
    await house.close()
    first, new = f"sqlite:///{tmp_path / 'postroom.db'}", f"sqlite:///{tmp_path / 'new.db'}"
    await relocate(first, new, silent)
    house.url = new
    await house.open()
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    await house.close()

    assert await take_back(first)
    house.url = first
    await house.open()
    await house.settle(SENT)

    assert len(house.provider.delivered) == 1
    await house.close()
