"""What happened in one mailbox is told as was chosen there, though its conversation goes on in another one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.inputs.said import TeamMessage
from bot.flows.deliver.mail import MailCaller
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.mail import FakeFolders, FakeSubmission
from tests.fakes.writing import mail, says
from tests.flows.test_move import AIDE, FIRST
from tests.flows.test_move_away import SUPPORT, THERE
from tests.flows.test_notices import SOON, answer_comes, notices
from tests.flows.test_own_addresses import confirms

WAYS = ("aide", "support")
"""Into a mailbox of the same room, and of another one."""


@pytest_asyncio.fixture
async def three(tmp_path: Path) -> AsyncIterator[House]:
    """Alice and Bob are in both rooms; of the first mailbox alone Alice is mailed what comes to nobody's."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, AIDE, SUPPORT)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await house.open()
    for one in (AIDE, SUPPORT):
        folders, submission = FakeFolders(house.provider), FakeSubmission(house.provider)
        house.deliver.mail[one.id] = MailCaller(one, folders, submission, house.step)
    house.provider.deliver(mail())
    await house.settle(NOW)
    await confirms(house)
    await happens(house, says(f"!notify replied-unassigned email {FIRST.address}"))
    yield house
    await house.close()


def chooses(words: str, to: str) -> TeamMessage:
    return says(f"{words} {to}@asso.example", room=THERE if to == "support" else ROOM)


@pytest.mark.parametrize("to", WAYS)
async def test_whoever_is_mailed_there_alone_is_mailed_what_goes_elsewhere_within_the_delay(
    three: House, to: str
) -> None:
    await answer_comes(three, 2, NOW)
    await happens(three, says(f"!move {to}", thread=card_of(three), sender=BOB), seconds=SOON)
    assert [one["Subject"] for one in notices(three)] == ["[#1] Question"]


@pytest.mark.parametrize("to", WAYS)
async def test_also_where_a_mention_is_chosen_in_the_other_one_or_it_goes_on_from_there(three: House, to: str) -> None:
    await happens(three, chooses("!notify replied-unassigned on", to))
    await answer_comes(three, 2, NOW)
    await happens(three, says(f"!move {to}", thread=card_of(three), sender=BOB), seconds=SOON)
    assert len(notices(three)) == 1


@pytest.mark.parametrize("to", WAYS)
async def test_nothing_is_mailed_where_the_other_one_is_mute_or_the_choice_is_taken_back(three: House, to: str) -> None:
    await answer_comes(three, 2, NOW)
    await happens(three, chooses("!notify mute", to))
    await happens(three, says(f"!move {to}", thread=card_of(three), sender=BOB), seconds=SOON)
    assert notices(three) == []
    await happens(three, chooses("!notify unmute", to))
    three.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await three.settle(SOON)
    three.provider.deliver(mail(id="n2@example.org", sender="Paul <paul@example.org>", reply_to="n1@example.org"))
    await three.settle(NOW)
    await happens(three, says(f"!notify replied-unassigned off {FIRST.address}"))
    await happens(three, says(f"!move {to}", thread=card_of(three, 2), sender=BOB), seconds=SOON)
    assert notices(three) == []
