"""A room goes on as another one, in one transaction."""

from dataclasses import replace

import pytest

from bot.domain.calls import (
    DescribeCommand,
    EnterRoom,
    FollowUpgrade,
    PinEvent,
    Priority,
    QuitRoom,
    SendEvent,
    TrustUser,
)
from bot.domain.conversation import Direction, Status
from bot.domain.dialogue import Dialogue
from bot.domain.ids import BlobId, ConversationId, DialogueId, EventId, MailboxId, MessageRow, RoomId
from bot.domain.new_password import NewPassword
from bot.domain.question import Question, Stage
from bot.domain.read_places import InThread, InTimeline
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from storage import conversations, dialogues, events, mails, members, moving, outbox, slots, upgrades
from storage.claiming import candidates
from storage.database import Conflict, Database, Tx
from storage.members import ReadMark
from storage.outbox import State
from tests.storage.made import ALICE, BOB, MAILBOX, NOW, ROOM, conversation, event, later, mail, planned, posted

NEW = RoomId("!new:example.org")
ELSEWHERE = RoomId("!elsewhere:example.org")
ONE, TWO, THREE = ConversationId(1), ConversationId(2), ConversationId(3)


async def moved(tx: Tx) -> None:
    await moving.move(tx, ROOM, NEW, (MAILBOX, MailboxId("other@example.org")), later(9))


async def unfinished(tx: Tx) -> list[object]:
    """The calls that wait, in order."""
    return [claimed.planned.call for row in await outbox.listing(tx) if (claimed := await outbox.get(tx, row.effect))]


async def test_conversations_go_to_the_new_room_without_their_cards(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        await conversations.set_root(tx, ONE, EventId("$card"))
        await conversations.save(tx, conversation(2, status=Status.CLOSED))
        await conversations.save(tx, conversation(3, room=ELSEWHERE))
        await conversations.set_root(tx, THREE, EventId("$there"))
        await moved(tx)
        assert await conversations.get(tx, ONE) == conversation(1, room=NEW, version=2)
        assert await conversations.get(tx, TWO) == conversation(2, room=NEW, version=2, status=Status.CLOSED)
        third = conversation(3, room=ELSEWHERE, version=1, root=EventId("$there"))
        assert await conversations.get(tx, THREE) == third


async def test_what_was_decided_before_the_move_does_not_bring_the_old_room_back(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
    async with database.read() as tx:
        before = await conversations.get(tx, ONE)
    async with database.write() as tx:
        await moved(tx)
    assert before is not None
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await conversations.save(tx, replace(before, assignee=ALICE))


async def test_slots_of_the_old_room_are_empty_and_others_stay(database: Database) -> None:
    async with database.write() as tx:
        for slot, room in (("card:1", ROOM), ("state:1", ROOM), (f"board:{ROOM}", ROOM), ("card:3", ELSEWHERE)):
            await slots.fill(tx, slot, room, EventId("$e"))
        await moved(tx)
        assert [await slots.get(tx, slot) for slot in ("card:1", "state:1", f"board:{ROOM}")] == [None] * 3
        assert await slots.get(tx, "card:3") == (ELSEWHERE, EventId("$e"))


async def test_calls_that_wait_are_made_in_the_new_room_in_their_order(database: Database) -> None:
    reaction = SendEvent(ROOM, "m.reaction", "{}")
    answer = replace(posted("answer", thread_of=1), reply_to=EventId("$asked"))
    calls = (
        posted("card", slot="card:1"),
        posted("mail", thread_of=1),
        answer,
        posted("board", slot=f"board:{ROOM}"),
        reaction,
        PinEvent(ROOM, EventId("$board")),
        EnterRoom(ROOM),
        DescribeCommand(ROOM, "close", "close it", ()),
        TrustUser(BOB, ROOM, EventId("$asked")),
        QuitRoom(NEW),
        QuitRoom(ELSEWHERE),
        FollowUpgrade(ELSEWHERE, NEW, ()),
        replace(posted("elsewhere"), room=ELSEWHERE),
    )
    async with database.write() as tx:
        for call in calls:
            await outbox.add(tx, planned(call, lane="l", priority=Priority.ATTACHMENT), NOW)
        assert await moving.threads_waiting(tx, ROOM) == (ONE,)
        await moved(tx)
        assert await unfinished(tx) == [
            QuitRoom(ELSEWHERE),
            FollowUpgrade(ELSEWHERE, NEW, ()),
            replace(posted("elsewhere"), room=ELSEWHERE),
            replace(posted("card", slot="card:1"), room=NEW),
            replace(posted("mail", thread_of=1), room=NEW),
            replace(posted("answer", thread_of=1), room=NEW),
            TrustUser(BOB, NEW, EventId("$asked")),
        ]
        assert await moving.threads_waiting(tx, NEW) == (ONE,)
        assert await moving.threads_waiting(tx, ROOM) == ()
        kept = [await outbox.get(tx, row.effect) for row in await outbox.listing(tx)]
        assert {(c.planned.lane, c.planned.priority) for c in kept if c} == {("l", Priority.ATTACHMENT)}


async def test_a_call_that_is_under_way_is_made_anew_under_another_transaction(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        await outbox.add(tx, planned(posted("older card", slot="card:1")), NOW)
        (under_way,) = await outbox.claim(tx, channels=["chat"], now=NOW, limit=5, owner="me")
        await outbox.add(tx, planned(posted("newer card", slot="card:1")), NOW)
        await moved(tx)
        late = await outbox.get(tx, under_way.effect)
        assert late is not None and late.state is State.CANCELLED
        # The newest content is what is posted, once.
        assert await unfinished(tx) == [replace(posted("newer card", slot="card:1"), room=NEW)]
        (again,) = await outbox.claim(tx, channels=["chat"], now=later(9), limit=5, owner="me")
        assert again.transaction != under_way.transaction
        assert (again.attempt, again.slot_event) == (1, None)


async def test_what_is_said_in_a_thread_waits_for_the_new_card(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        await conversations.set_root(tx, ONE, EventId("$old-card"))
        await outbox.add(tx, planned(posted("mail", thread_of=1)), NOW)
        assert len(await candidates(tx, ["chat"], later(9), 5)) == 1
        await moved(tx)
        assert await candidates(tx, ["chat"], later(9), 5) == []
        await events.add(tx, event("$in-the-old-room", at=later(1)))
        await conversations.set_root(tx, ONE, EventId("$new-card"))
        (claimed,) = await outbox.claim(tx, channels=["chat"], now=later(9), limit=5, owner="me")
        assert (claimed.root, claimed.latest_in_thread) == (EventId("$new-card"), EventId("$new-card"))


async def test_how_far_people_have_read_goes_with_it_and_their_messages_do_not(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        out = mail(1, direction=Direction.OUT, author=ALICE, source=EventId("$command"), raw=BlobId("ab" * 32))
        await mails.add(tx, out)
        await members.set_read(tx, ROOM, ALICE, EventId("$read"), later(3), InThread(ONE))
        await members.set_read(tx, ROOM, ALICE, EventId("$main"), later(4), InTimeline())
        await moved(tx)
        assert await members.read_up_to(tx, NEW, ALICE, InThread(ONE)) == ReadMark(EventId("$read"), later(3))
        assert await members.read_up_to(tx, NEW, ALICE, InTimeline()) is None
        assert await members.read_up_to(tx, ROOM, ALICE, InTimeline()) == ReadMark(EventId("$main"), later(4))
        kept = await mails.get(tx, MessageRow(1))
        assert kept == replace(out, source=None)
        await moved(tx)


async def test_when_an_event_of_ours_was_posted_is_known_whatever_the_room(database: Database) -> None:
    async with database.write() as tx:
        await events.add(tx, event("$mail", at=later(5)))
        await events.add(tx, event("$note", sender=ALICE, at=later(6)))
        assert await events.posted_at(tx, EventId("$mail")) == later(5)
        assert await events.posted_at(tx, EventId("$note")) is None


async def test_what_waits_for_the_team_in_a_room_is_listed(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1, waiting_since=later(5)))
        await conversations.save(tx, conversation(2, status=Status.PENDING, waiting_since=later(1)))
        await conversations.save(tx, conversation(3, status=Status.CLOSED))
        await conversations.save(tx, conversation(4, room=ELSEWHERE))
        found = await conversations.to_do_in(tx, ROOM, (MAILBOX,), 10)
        assert [c.id for c in found] == [2, 1]
        assert [c.id for c in await conversations.to_do_in(tx, ROOM, (MAILBOX,), 1)] == [2]


async def test_an_upgrade_is_remembered_until_it_was_followed(database: Database) -> None:
    asked = RoomUpgrade(ROOM, NEW, ALICE, UpgradeState.ASKED, NOW)
    other = RoomUpgrade(ELSEWHERE, NEW, None, UpgradeState.CONFIRMED, later(1))
    async with database.write() as tx:
        await upgrades.put(tx, asked)
        assert await upgrades.get(tx, ROOM) == asked
        assert await upgrades.towards(tx, NEW) == asked
        await upgrades.put(tx, other)
        assert await upgrades.towards(tx, NEW) == other, "what was confirmed comes first"
        assert await upgrades.waiting(tx) == (asked, other)
        await upgrades.put(tx, replace(asked, state=UpgradeState.FOLLOWED))
        assert await upgrades.waiting(tx) == (other,)
        assert await upgrades.towards(tx, ELSEWHERE) is None


def _question(conversation_id: ConversationId, number: int) -> Dialogue:
    state = Question(
        MessageRow(number), conversation_id, ALICE, EventId("$asked"), "Bonjour", (), (), (), (), NOW, Stage.OPEN
    )
    return Dialogue(DialogueId(number), ROOM, EventId("$card"), ALICE, state)


@pytest.mark.parametrize("is_shared", [False, True])
async def test_dialogues_go_along_with_their_room(database: Database, is_shared: bool) -> None:
    """Of a room that is still used, those of the conversations that go on elsewhere; in no thread of the old room."""
    password = Dialogue(DialogueId(9), ROOM, EventId("$command"), ALICE, NewPassword(MAILBOX, NOW))
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        await conversations.save(tx, conversation(2, mailbox=MailboxId("stays@example.org")))
        for one in (_question(ONE, 7), _question(TWO, 8), password):
            await dialogues.save(tx, one)
        await moving.move(tx, ROOM, NEW, (MAILBOX,), later(9), is_shared=is_shared)
        found = [await dialogues.get(tx, DialogueId(number)) for number in (7, 8, 9)]
    places = [(one.room, one.thread, one.version) for one in found if one is not None]
    there, here = (NEW, None, 2), (ROOM, EventId("$card"), 1)
    assert places[:2] == [there, here]
    assert places[2] == ((ROOM, EventId("$command"), 1) if is_shared else there)


async def test_a_decision_on_a_dialogue_of_the_old_room_is_made_again(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        await dialogues.save(tx, _question(ONE, 7))
        before = await dialogues.get(tx, DialogueId(7))
        await moved(tx)
        assert before is not None
        with pytest.raises(Conflict):
            await dialogues.save(tx, before)
