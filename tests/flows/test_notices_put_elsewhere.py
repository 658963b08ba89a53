"""What waits for a mail server while its address goes, or its conversation is thrown away by mistake, reaches whoever
chose to be mailed all the same."""

import pytest

from bot.domain.outcomes import TryLater
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.writing import bounce, mail, says
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail, words_of
from tests.flows.test_notices_kept import mentioned, pauses
from tests.flows.test_own_addresses import HERS, confirms, sent_to

TWO = "second@work.example"
LATER = (*SOON, 300.0, 900.0, 3600.0, *SOON)
DAY = tuple(3600.0 for _ in range(26))


def told_at(house: House, address: str) -> int:
    return sum("NOUVEAU" in words_of(one) for one in sent_to(house, address) if "[#" in one["Subject"])


async def waits(house: House, *, at_server: bool = True) -> None:
    """A mail to Alice waits for its server, or for its delay."""
    if at_server:
        house.provider.answers = [TryLater("450")]
    raw = mail(id="m2@example.org", reply_to="m1@example.org", text="NOUVEAU")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle(SOON if at_server else (0.0, 20.0))


# --- the address


@pytest.mark.parametrize("at_server", [True, False])
@pytest.mark.parametrize("how", ["taken off", "paused"])
async def test_it_goes_to_the_second_address_where_the_first_one_goes(house: House, how: str, at_server: bool) -> None:
    await wants_mail(house)
    await confirms(house, TWO)
    await waits(house, at_server=at_server)
    if how == "paused":
        await pauses(house)
    else:
        await happens(house, says("!email remove 1"), seconds=(0.0,))
    await house.settle(LATER)
    assert (told_at(house, HERS), told_at(house, TWO), await house.open_calls()) == (0, 1, 0)


async def test_it_is_said_here_once_where_the_only_address_is_paused(house: House) -> None:
    await wants_mail(house)
    for number in (20, 21, 22):
        await answer_comes(house, number)
    await waits(house)
    for number, one in enumerate(notices(house)):
        house.provider.deliver(bounce(one["Message-ID"].strip("<>"), HERS, 30 + number))
    before = len(house.homeserver.posted)
    await house.settle(LATER)
    told = [one for one in mentioned(house, before) if "would have been mailed" in one]
    assert (len(told), told_at(house, HERS), await house.open_calls()) == (1, 0, 0)


async def test_nothing_is_said_where_its_owner_took_the_only_one_off(house: House) -> None:
    await wants_mail(house)
    await waits(house)
    before = len(house.homeserver.posted)
    await happens(house, says("!email remove 1"), seconds=LATER)
    assert (told_at(house, HERS), await house.open_calls()) == (0, 0)
    assert not any("would have been mailed" in one for one in mentioned(house, before))
