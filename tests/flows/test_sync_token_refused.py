"""The homeserver does not know the position that the bot had come to: it begins anew, and repeats nothing."""

import asyncio
import contextlib

from storage import cursors
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, says


async def _position(house: House) -> str | None:
    async with house.step.database.read() as tx:
        return await cursors.token(tx, "DEVICE")


async def _synced(house: House) -> None:
    """Its own loop, until it saved a position and looked for what the homeserver may have lost."""
    looks, looked = house.chat_pump.returned, asyncio.Event()

    async def returned() -> None:
        await looks()
        looked.set()

    house.chat_pump.returned = returned
    before = await _position(house)
    running = asyncio.create_task(house.chat_pump.run())
    try:
        async with asyncio.timeout(30):
            await looked.wait()
            while await _position(house) == before:
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_what_came_meanwhile_is_worked_on_and_what_was_is_not_repeated(house: House) -> None:
    await happens(house, says("!list", thread=card_of(house)), says("!pending", thread=card_of(house)))
    answers = len(answers_in(house))
    assert answers
    refused = await _position(house)
    assert refused is not None
    house.homeserver.unknown_positions.add(refused)
    house.homeserver.happens(says("!close", thread=card_of(house)))

    await _synced(house)
    await house.settle(NOW)

    assert card_says(house)["status"] == "closed"
    assert len(answers_in(house)) == answers
    assert not house.chat_pump.outages.problems()


async def test_what_the_homeserver_lost_is_looked_for(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    house.homeserver.put_back(before)
    refused = await _position(house)
    assert refused is not None
    house.homeserver.unknown_positions.add(refused)
    house.homeserver.happens(says("Hello"))

    await _synced(house)
    await house.settle(NOW)

    assert "m2@example.org" in [p.ours["message_id"] for p in mails_in(house)]
