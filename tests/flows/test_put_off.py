"""What the caps hold back is told of once a day, and what came a moment ago waits for the next mail."""

from datetime import timedelta

import pytest

from bot.domain.ids import ConversationId
from bot.domain.notices import MANY, MOST_TO_ONE, Notice
from storage import notices as kept
from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import asks, invites, said_in
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.writing import says
from tests.flows.test_bundles import bundles, comes
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_notify import left
from tests.flows.test_own_addresses import HERS, code_in, confirms, sent_to

DAY_OF_LOOKS = tuple(1800.0 for _ in range(50))


async def day_is_full(house: House) -> None:
    """A hundred were mailed to her three hours ago."""
    before = house.clock.now() - timedelta(hours=3)
    assert house.database is not None
    async with house.database.write() as tx:
        for number in range(MOST_TO_ONE[1]):
            at = before + timedelta(seconds=number)
            await kept.put(tx, Notice(ALICE, MAILBOX.id, ConversationId(1), at))


def told(house: House) -> list[str]:
    found = [one for one in house.homeserver.posted if "mailed to you later" in str(one.content.get("body"))]
    return [one.room for one in found]


async def test_that_the_day_is_full_is_said_once(house: House) -> None:
    await wants_mail(house, "new")
    await day_is_full(house)
    for number in range(3):
        comes(house, number)
        await house.settle(SOON)
    await house.settle(DAY_OF_LOOKS)
    assert len(told(house)) == 1
    words = "".join(words_of(one) for one in sent_to(house))
    assert all(words.count(f"Bonjour numéro {number}.") == 1 for number in range(3))


async def test_it_is_not_said_in_quiet_hours_and_afterwards_where_it_still_holds(house: House) -> None:
    await wants_mail(house, "new")
    await invites(house, by=ALICE)
    await asks(house, "!notify timezone UTC", by=ALICE)
    await day_is_full(house)
    now = house.clock.now()
    comes(house, 1)
    await house.settle((0.0, 1.0))
    await asks(house, f"!notify quiet {now:%H:%M}-{now + timedelta(hours=2):%H:%M}", by=ALICE)
    await house.settle((*SOON, 900.0, 900.0, 900.0))
    assert told(house) == []
    await house.settle((3600.0, 3600.0, 3600.0))
    assert len(told(house)) == 1


@pytest.mark.parametrize(("after", "taken"), [(65.0, MANY), (112.0, 0)])
async def test_what_came_a_moment_ago_is_in_no_mail_yet(house: House, after: float, taken: int) -> None:
    """Its person has half the delay at least to read it."""
    await wants_mail(house, "new")
    for number in range(1, MANY):
        comes(house, number)
    await house.settle((0.0, 120.0 - after if taken else after))
    comes(house, MANY)
    await house.settle((0.0, after + 1.0 if taken else 9.0))
    assert len(bundles(house)) == bool(taken) and len(notices(house)) == (0 if taken else MANY - 1)
    await house.settle((120.0,))
    assert "".join(words_of(one) for one in sent_to(house)).count(f"Bonjour numéro {MANY}.") == 1


async def test_whose_address_it_was_is_told_in_their_direct_chat(house: House) -> None:
    await confirms(house)
    await invites(house, by=ALICE)
    await happens(house, left(house, ALICE))
    await happens(house, says(f"!email {HERS}", sender=BOB))
    await happens(house, says(f"!email confirm {code_in(sent_to(house)[-1])}", sender=BOB))
    assert house.step.settings.known.owner_of(HERS) == BOB
    assert "somebody else’s from now on" in said_in(house)[-1] and HERS not in said_in(house)[-1]
