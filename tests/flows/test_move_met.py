"""After a move, the mails of two mailboxes meet in one conversation; and what cannot be taken back there is told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.inputs.mail import FolderRole
from bot.flows.deliver.mail import MailCaller
from bot.flows.keep.outages import Outages
from bot.flows.pump.mail import MailPump
from bot.ports import Member
from tests.fakes.chat import ALICE, BOT, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.mail import FakeFolders, FakeInbox, FakeProvider, FakeSubmission
from tests.fakes.writing import mail, redacts, says
from tests.flows.test_move_away import FIRST, SUPPORT, THERE, card_in

BOTH = f"{FIRST.address}, {SUPPORT.address}"


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[House, FakeProvider]]:
    """Both mailboxes are read: the provider is that of the second one."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, SUPPORT)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await house.open()
    second, outages = FakeProvider(house.boundaries), Outages(house.step)
    second.delivered = house.provider.delivered
    house.deliver.mail[SUPPORT.id] = MailCaller(SUPPORT, FakeFolders(second), FakeSubmission(second), house.step)
    inbox = FakeInbox(second, "INBOX")
    pump = MailPump(SUPPORT, "INBOX", FolderRole.INBOX, inbox, "all", house.step, house.reader, house.folder, outages)
    house.pumps.append(pump)
    yield house, second
    await house.close()


async def comes(house: House, *providers: FakeProvider, **of: str) -> list[object]:
    """The cards in the second room under which the mail is shown, after it came to each of these mailboxes."""
    for provider in providers:
        provider.deliver(mail(to=BOTH, **of))  # type: ignore[arg-type]
        await house.settle(NOW)
    return [p.relation["event_id"] for p in mails_in(house) if p.ours["message_id"] == of["id"] and p.room == THERE]


@pytest.mark.parametrize("is_turned", [False, True])
async def test_a_mail_to_both_stands_once_where_their_talks_are_one(
    served: tuple[House, FakeProvider], is_turned: bool
) -> None:
    house, second = served
    ways = (second, house.provider) if is_turned else (house.provider, second)
    await comes(house, house.provider, second, id="m1@example.org")
    await happens(house, says("!move #1 support"))
    await happens(house, says("!merge #1 #2", room=THERE))
    assert len(await comes(house, *ways, id="m2@example.org", reply_to="m1@example.org", text="Two")) == 1
    other = await comes(house, ways[1], id="m2@example.org", reply_to="m1@example.org", text="Other words")
    assert len(other) == 2, "of that id, and another mail"


async def test_a_mail_to_the_mailbox_before_and_to_that_of_now_stands_once(served: tuple[House, FakeProvider]) -> None:
    house, second = served
    await comes(house, house.provider, id="m1@example.org")
    await happens(house, says("!move #1 support"))
    found = await comes(house, house.provider, second, id="m2@example.org", reply_to="m1@example.org", text="Two")
    assert found == [card_in(house, THERE)]


async def test_a_command_deleted_after_its_conversation_went_elsewhere_says_what_stays(
    served: tuple[House, FakeProvider],
) -> None:
    house, _ = served
    for number in (1, 2):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
    await house.settle(NOW)
    merge, move = says("!merge #1 #2"), says("!move #2 support")
    await happens(house, merge, move, seconds=(0.0,))
    await happens(house, redacts(merge.event), seconds=(0.0,))
    assert "what the deleted command did there stays as it is" in str(house.homeserver.posted[-1].content["body"])
    assert house.homeserver.posted[-1].room == ROOM
    await happens(house, redacts(move.event), seconds=(0.0,))
    assert sum("stays as it is" in str(p.content.get("body")) for p in house.homeserver.posted) == 1, (
        "that one comes back"
    )
    assert card_of(house, 2)


async def test_our_answer_that_comes_to_the_mailbox_before_is_not_shown_again(
    served: tuple[House, FakeProvider],
) -> None:
    house, second = served
    await comes(house, house.provider, second, id="m1@example.org")
    await happens(house, says("!move #1 support"))
    await happens(house, says("!merge #1 #2", room=THERE))
    answer, again = (says("!reply Hello", thread=card_of(house, 2), room=THERE) for _ in range(2))
    await happens(house, answer, again, seconds=SENT)
    shown = len(mails_in(house))
    assert list(house.provider.delivered[-1][1]) == ["marie@example.org"], "she wrote to both mailboxes"
    house.provider.deliver(house.provider.delivered[-1][2])
    await house.settle(NOW)
    assert len(mails_in(house)) == shown
