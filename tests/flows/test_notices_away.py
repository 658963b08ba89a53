"""What happened before a conversation was moved where somebody is not is mailed to them once it is back."""

import pytest

from tests.fakes.chat import BOB, ROOM
from tests.fakes.direct import goes
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mentioning
from tests.fakes.writing import mail, reads, redacts, says
from tests.flows import test_move_away
from tests.flows.test_move_away import THERE, card_in, posts_in
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

far = test_move_away.far
HIS = "bob@home.example"
HOUR = (3600.0,)


async def moved_away(house: House, chosen: str = "new") -> None:
    """Bob is to be mailed of #2, which goes where he is not before its mail went."""
    await confirms(house, HIS, BOB)
    await happens(house, says(f"!notify {chosen} email", sender=BOB))
    raw = mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis", text="NOUVEAU")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle(NOW)
    await happens(house, says("!move support", thread=card_of(house, 2)))


async def back(house: House, seconds: tuple[float, ...] = SOON) -> None:
    await happens(house, says("!move contact@asso.example", thread=card_in(house, THERE), room=THERE), seconds=seconds)


def his(house: House) -> list[str]:
    return [str(one.get_body(("plain",)).get_content()) for one in sent_to(house, HIS) if "[#2]" in one["Subject"]]  # type: ignore[union-attr]


@pytest.mark.parametrize("before", [(), SOON, (*SOON, *HOUR * 5)])
async def test_what_is_new_is_mailed_once_when_it_is_back(far: House, before: tuple[float, ...]) -> None:
    await moved_away(far)
    await far.settle(before)
    assert his(far) == []
    await far.close()
    await far.open()
    await back(far)
    (one,) = his(far)
    assert "NOUVEAU" in one
    await far.settle((*HOUR, *SOON))
    assert len(his(far)) == 1


async def test_it_is_where_the_move_is_taken_back_by_deleting_the_command(far: House) -> None:
    await confirms(far, HIS, BOB)
    await happens(far, says("!notify new email", sender=BOB))
    raw = mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis", text="NOUVEAU")
    far.provider.deliver(raw, at=far.clock.now())
    await far.settle((0.0, 60.0, 50.0))
    move = says("!move support", thread=card_of(far, 2))
    await happens(far, move, seconds=(0.0, 12.0))
    assert his(far) == []
    await happens(far, redacts(move.event), seconds=SOON)
    assert len(his(far)) == 1


async def test_nothing_is_mailed_where_it_stays_a_day_or_they_have_left(far: House) -> None:
    await moved_away(far)
    await far.settle(HOUR * 26)
    await back(far)
    assert his(far) == []


async def test_nor_where_they_have_left_meanwhile_or_read_it(far: House) -> None:
    await moved_away(far)
    await far.settle(SOON)
    await happens(far, goes(far, BOB, room=ROOM))
    await back(far)
    assert his(far) == []


async def test_nor_where_it_was_read_before_it_went(far: House) -> None:
    await confirms(far, HIS, BOB)
    await happens(far, says("!notify new email", sender=BOB))
    far.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>"), at=far.clock.now())
    await far.settle(NOW)
    await happens(far, reads(posts_in(far, ROOM, "mail")[-1].event, sender=BOB))
    await happens(far, says("!move support", thread=card_of(far, 2)), seconds=SOON)
    await back(far)
    assert his(far) == [] and mentioning(far, BOB, len(far.homeserver.posted)) == []
