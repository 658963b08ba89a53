"""What answers each notification by a new mail, on PostgreSQL: a few mails are left, and its person is told."""

from bot.domain.rules.one_sender import MOST_OF_ADDRESS
from tests.fakes.chat import ALICE
from tests.fakes.direct import invites, said_in
from tests.fakes.house import House
from tests.flows.on_postgres import house
from tests.flows.test_foreign_echo import KEPT, Robot, customer_writes, plays
from tests.flows.test_notices import notices, wants_mail
from tests.flows.test_own_addresses import HERS
from tests.flows.test_own_mailbox_answers import MINUTES

__all__ = ["house"]


async def test_a_few_mails_are_left_and_the_rest_is_told(house: House) -> None:
    await wants_mail(house, "new")
    await invites(house, by=ALICE)
    customer_writes(house)
    await house.settle(MINUTES)
    await plays(house, Robot(house, HERS, seen=1), rounds=12)
    assert len(notices(house)) == 1 + MOST_OF_ADDRESS
    assert len([one for one in said_in(house) if KEPT in one]) == 1
