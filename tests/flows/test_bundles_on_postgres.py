"""Many notifications at once, on PostgreSQL: one mail, and what is put off is told once, whatever was asked before."""

from bot.domain.notices import MANY, MOST_TO_ONE
from tests.fakes.house import House
from tests.flows.on_postgres import house
from tests.flows.test_bundles import bundles, comes, many
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_put_off import DAY_OF_LOOKS, day_is_full, told

__all__ = ["house"]


async def test_many_conversations_at_once_are_one_mail(house: House) -> None:
    await wants_mail(house, "new")
    await many(house, MANY + 1)
    (words,) = bundles(house)
    assert notices(house) == []
    assert all(words.count(f"Bonjour numéro {number}.") == 1 for number in range(1, MANY + 2))


async def test_more_than_the_hour_allows_is_mailed_when_it_allows_it_again(house: House) -> None:
    await wants_mail(house, "new")
    for number in range(MOST_TO_ONE[0] + 2):
        comes(house, number)
        await house.settle(SOON)
    await house.settle(tuple(300.0 for _ in range(16)))
    mailed = "".join(words_of(one) for one in notices(house)) + "".join(bundles(house))
    assert all(mailed.count(f"Bonjour numéro {number}.") == 1 for number in range(MOST_TO_ONE[0] + 2))
    assert len(told(house)) == 1


async def test_that_the_day_is_full_is_said_once(house: House) -> None:
    await wants_mail(house, "new")
    await day_is_full(house)
    comes(house, 1)
    await house.settle((*SOON, *DAY_OF_LOOKS))
    assert len(told(house)) == 1
