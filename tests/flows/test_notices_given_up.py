"""A server that puts off a mail to a member until it is given up counts as one that came back."""

import pytest

from bot.domain.outcomes import TryLater
from tests.fakes.chat import ALICE
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.writing import mail, says
from tests.flows.test_notices import SOON, notices, wants_mail
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import confirms

TWO_DAYS = tuple(3600.0 for _ in range(52))


async def comes(house: House, number: int, *seconds: float) -> None:
    raw = mail(id=f"m{number}@example.org", reply_to="m1@example.org")
    house.provider.deliver(raw, at=house.clock.now())
    await house.settle((*SOON, *seconds))


async def is_given_up(house: House, number: int, answer: TryLater) -> None:
    """An answer comes, of which nothing can be mailed for two days."""
    house.provider.answers = [answer] * 80
    await comes(house, number, *TWO_DAYS)
    house.provider.answers = []
    assert await house.open_calls() == 0


def bounces(house: House) -> list[int]:
    return [one.bounces for one in house.step.settings.known.addresses]


async def test_three_of_them_pause_the_address_and_its_owner_is_told(house: House) -> None:
    await wants_mail(house)
    for number in (2, 3, 4):
        before = len(house.homeserver.posted)
        await is_given_up(house, number, TryLater("452", "4.2.2 mailbox full"))
        assert bounces(house) == [number - 1]
        assert any("would have been mailed" in one for one in mentioned(house, before))
    assert house.step.settings.known.addresses_of(ALICE) == ()
    (told,) = [one for one in mentioned(house, 0) if "nothing more is sent there" in one]
    assert told.startswith("3 mails to one of your own addresses")
    await comes(house, 5)
    assert notices(house) == []


@pytest.mark.parametrize("answer", [TryLater("timeout", is_outage=True), TryLater("421", "closing"), TryLater("lost")])
async def test_a_server_that_is_away_counts_against_nobody(house: House, answer: TryLater) -> None:
    await wants_mail(house)
    await is_given_up(house, 2, answer)
    assert bounces(house) == [0]


async def test_what_was_put_off_since_before_a_new_code_counts_no_more(house: House) -> None:
    await wants_mail(house)
    house.provider.answers = [TryLater("452", "4.2.2 mailbox full")] * 80
    await comes(house, 2, *TWO_DAYS[:10], 100.0)
    house.provider.answers = []
    await happens(house, says("!email remove 1"))
    await confirms(house)
    house.provider.answers = [TryLater("452", "4.2.2 mailbox full")] * 80
    await house.settle(TWO_DAYS)
    assert (bounces(house), notices(house), await house.open_calls()) == ([0], [], 0)
