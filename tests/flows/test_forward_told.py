"""Who is told that a mail is passed on, through the whole bot."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.direct import asks, invites
from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, happens, mentioning
from tests.fakes.writing import says
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"


def told(house: House, since: int) -> list[str]:
    """What Bob was told since, by whichever medium."""
    mailed = [str(one["Subject"]) for one in sent_to(house, HIS) if "[#" in one["Subject"]]
    return [*(str(one.content["body"]) for one in mentioning(house, BOB, since)), *mailed]


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("hold", ["!assign me", "!follow"])
async def test_whom_it_concerns_is_told_once_and_not_again_as_it_leaves(house: House, hold: str, medium: str) -> None:
    await confirms(house, HIS, BOB)
    await invites(house)
    await happens(house, says(hold, thread=card_of(house), sender=BOB))
    for one in ("noted-mine", "followed", "noted-others", "noted-unassigned"):
        await asks(house, f"!notify {one} {medium}")
    before = len(house.homeserver.posted)
    await happens(house, says("!forward paul@example.org Voici", thread=card_of(house)), seconds=SENT)
    await house.settle(SOON)
    (once,) = told(house, before)
    assert "#1" in once
    await happens(house, says("!reply #2 Encore"), seconds=SENT)
    await house.settle(SOON)
    assert len(told(house, before)) == 2, "what is written there next is news"


async def test_who_is_told_of_whatever_colleagues_write_hears_that_it_left(house: House) -> None:
    await happens(house, *(says(f"!notify {one} on", sender=BOB) for one in ("noted-others", "noted-unassigned")))
    before = len(house.homeserver.posted)
    await happens(house, says("!forward paul@example.org Voici", thread=card_of(house)), seconds=SENT)
    (once,) = told(house, before)
    assert "#2" in once
