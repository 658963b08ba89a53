"""A mailbox that has another room in config.yaml: everything of it goes on there, and nothing is left in the old one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import ConversationId, MailboxId, RoomId
from bot.domain.settings import Instance
from bot.flows.deliver.follow import follow_configuration
from storage import conversations, mailbox_rooms
from tests.fakes.chat import BOB, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, happens
from tests.fakes.upgrading import NEW, PEOPLE, cards, last, said, texts
from tests.fakes.writing import mail, reacts, redacts, says

SECOND = replace(MAILBOX, id=MailboxId("b@asso.example"), address="b@asso.example", aliases=())


def given(room: RoomId, *others: object) -> Instance:
    return replace(INSTANCE, mailboxes=(replace(MAILBOX, room=room), *others))  # type: ignore[arg-type]


async def started(house: House, instance: Instance) -> None:
    """As the operator wrote it, after a restart."""
    await house.close()
    house.instance = instance
    house.homeserver.members[NEW] = PEOPLE
    await house.open()
    await house.settle(NOW)


@pytest_asyncio.fixture
async def elsewhere(house: House) -> AsyncIterator[House]:
    """Its mailbox has another room since the last start; conversation 1 is active, 2 is closed."""
    house.provider.deliver(mail(id="c1@example.org", subject="Closed", sender="paul@example.org"))
    await house.settle(NOW)
    await happens(house, says("!close #2"))
    await started(house, given(NEW))
    yield house


async def test_its_conversations_go_on_in_the_new_room(elsewhere: House) -> None:
    assert sorted(cards(elsewhere, NEW)) == [1]
    async with elsewhere.step.database.read() as tx:
        for number in (1, 2):
            found = await conversations.get(tx, ConversationId(number))
            assert found is not None and found.room == NEW
        assert await mailbox_rooms.every(tx) == ((MAILBOX.id, NEW),)
    elsewhere.provider.deliver(mail(id="c2@example.org", subject="Re: Closed", reply_to="c1@example.org"))
    await elsewhere.settle(NOW)
    assert elsewhere.homeserver.of_kind("mail")[-1].room == NEW
    assert "uses another room now" in last(elsewhere)
    new = cards(elsewhere, NEW)[1].event
    await happens(elsewhere, says("!reply Oui.", thread=new, room=NEW), seconds=SENT)
    assert len(elsewhere.provider.delivered) == 1


async def test_who_is_in_the_old_room_has_no_rights_any_more(elsewhere: House) -> None:
    old = cards(elsewhere, ROOM)[1].event
    before = (len(elsewhere.homeserver.posted), await _conversation(elsewhere, 1))
    command = says("!reply Non.", thread=old, sender=BOB)
    await happens(
        elsewhere, command, says("!close #1", sender=BOB), reacts("✅", old), redacts(command.event), seconds=SENT
    )
    assert (len(elsewhere.homeserver.posted), await _conversation(elsewhere, 1)) == before
    assert elsewhere.provider.delivered == []


async def test_the_next_start_changes_nothing(elsewhere: House) -> None:
    before = len(elsewhere.homeserver.posted)
    await started(elsewhere, given(NEW))
    assert len(elsewhere.homeserver.posted) == before


async def test_it_may_come_back(elsewhere: House) -> None:
    await started(elsewhere, given(ROOM))
    assert (await _conversation(elsewhere, 1)).room == ROOM
    await happens(elsewhere, says("!close #1"))
    assert (await _conversation(elsewhere, 1)).status is Status.CLOSED


async def test_what_another_mailbox_has_in_the_old_room_stays_as_it_is(tmp_path: Path) -> None:
    house = House(tmp_path, instance=given(ROOM, SECOND))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    async with house.database.write() as tx:  # type: ignore[union-attr]
        first = await conversations.get(tx, ConversationId(1))
        assert first is not None
        number = await conversations.next_number(tx)
        await conversations.save(tx, replace(first, id=number, mailbox=SECOND.id, root=None, version=0))
        await mailbox_rooms.use(tx, SECOND.id, ROOM)
    await happens(house, says("!pending #2"))
    theirs = card_of(house, 2)
    await started(house, given(NEW, SECOND))
    assert sorted(cards(house, NEW)) == [1]
    await happens(house, says("!close", thread=theirs), says("!close #1"))
    assert (await _conversation(house, 2)).status is Status.CLOSED
    assert (await _conversation(house, 2)).room == ROOM
    assert (await _conversation(house, 1)).status is Status.ACTIVE
    assert "#1" in answers_in(house)[-1], "the number is as if it did not exist"
    # A reply without a thread to a message of the conversation that went away is no command for it.
    mine = next(p for p in house.homeserver.of_kind("mail") if p.room == ROOM)
    await happens(house, says("!close", reply_to=mine.event))
    assert (await _conversation(house, 1)).status is Status.ACTIVE
    await house.close()


async def test_what_was_still_to_be_posted_is_posted_in_the_new_room(house: House) -> None:
    house.homeserver.unread.add(ROOM)
    house.provider.deliver(mail(id="w1@example.org", subject="Waiting", sender="eva@example.org"))
    await house.settle(NOW)
    await started(house, given(NEW))
    assert sorted(cards(house, NEW)) == [1, 2]
    assert [p.room for p in house.homeserver.of_kind("mail")][-1] == NEW
    assert await house.open_calls() == 0


async def test_the_look_at_the_start_tells_once(elsewhere: House) -> None:
    await follow_configuration(elsewhere.step)
    assert sum("uses another room now" in one for one in texts(elsewhere)) == 1
    assert said(elsewhere, NEW)


async def _conversation(house: House, number: int) -> Conversation:
    async with house.step.database.read() as tx:
        found = await conversations.get(tx, ConversationId(number))
    assert found is not None
    return found
