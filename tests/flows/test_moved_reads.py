"""Receipts that name no thread count for all threads of their room: also of what goes to another room afterwards."""

import pytest

from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.said import ReadUpTo
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mails_in
from tests.fakes.writing import mail, says
from tests.flows import test_notices_moved
from tests.flows.test_move_away import THERE
from tests.flows.test_notices import SOON, answer_comes, notices

three = test_notices_moved.three


async def paul_writes(house: House, n: int = 1, *, to: str = "contact@asso.example") -> EventId:
    house.clock.forward(1.0)
    house.provider.deliver(mail(id=f"p{n}@example.org", sender="Paul <paul@example.org>", subject="Devis", to=to))
    await house.settle((1.0,))
    return mails_in(house)[-1].event


async def reads_all(house: House, event: EventId, room: RoomId = ROOM) -> None:
    await happens(house, ReadUpTo(room, ALICE, event, house.clock.now(), is_unthreaded=True), seconds=(1.0,))


async def moves(house: House, to: str = "support") -> None:
    await happens(house, says(f"!move {to}", thread=card_of(house), sender=BOB), seconds=(*SOON, *SOON))


@pytest.mark.parametrize("to", test_notices_moved.WAYS)
async def test_what_was_read_so_before_a_move_is_not_mailed(three: House, to: str) -> None:
    await answer_comes(three, 2, NOW)
    await paul_writes(three)
    await reads_all(three, card_of(three, 2))
    await moves(three, to)
    assert notices(three) == []


async def test_what_came_after_it_was_read_so_is_mailed(three: House) -> None:
    await paul_writes(three)
    await reads_all(three, card_of(three, 2))
    three.clock.forward(1.0)
    await answer_comes(three, 2, NOW)
    await moves(three)
    assert len(notices(three)) == 1


async def test_what_is_read_so_in_the_other_room_before_the_move_shows_nothing_of_it(three: House) -> None:
    await answer_comes(three, 2, NOW)
    await happens(three, says("!help", room=THERE, sender=BOB), seconds=(1.0,))
    there = [one for one in three.homeserver.posted if one.room == THERE][-1]
    await reads_all(three, there.event, THERE)
    await moves(three)
    assert len(notices(three)) == 1


async def test_what_comes_while_it_is_elsewhere_is_not_read_where_it_was_before(three: House) -> None:
    await happens(three, says("!notify replied-unassigned email", room=THERE))
    await moves(three)
    await answer_comes(three, 2, NOW)
    await paul_writes(three)
    await reads_all(three, card_of(three, 2))
    card = [one for one in three.homeserver.of_kind("conversation") if one.room == THERE][-1].event
    back = says("!move contact@asso.example", thread=card, sender=BOB, room=THERE)
    await happens(three, back, seconds=(*SOON, *SOON))
    assert len(notices(three)) == 1
