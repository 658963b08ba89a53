"""A room was upgraded: everything goes on in the new room, and nothing is done for the old one."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId
from bot.domain.inputs.room import Invited, MemberChanged, RoomLost
from bot.flows.keep.rooms import RoomKeeper
from storage import conversations, settings, slots
from storage.database import Database, StorageAway, Tx
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM, at
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, happens, outgoing
from tests.fakes.mail import id_of
from tests.fakes.upgrading import NEW, cards, last, made, said, upgraded
from tests.fakes.writing import event_id, mail, reacts, reads, redacts, says


async def test_mail_and_answers_go_on_in_the_new_room(moved: House) -> None:
    moved.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    moved.provider.deliver(mail(id="n1@example.org", subject="Autre"))
    await moved.settle(NOW)
    assert [(p.room, p.ours["message_id"]) for p in moved.homeserver.of_kind("mail")] == [
        (ROOM, "m1@example.org"),
        (NEW, "m2@example.org"),
        (NEW, "n1@example.org"),
    ]
    new = cards(moved, NEW)
    assert sorted(new) == [1, 2]
    seen = moved.homeserver.of_kind("mail")[1].event
    await happens(moved, replace(reads(seen), room=NEW))
    await happens(moved, says("!reply Oui.", thread=new[1].event, room=NEW), seconds=SENT)
    ((_, _, raw),) = moved.provider.delivered
    assert b"Oui." in raw
    assert [p.room for p in outgoing(moved)] == [NEW]
    moved.provider.deliver(mail(id="m3@example.org", subject="Re: Question", reply_to=id_of(raw)))
    await moved.settle(NOW)
    assert moved.homeserver.of_kind("mail")[-1].relation["event_id"] == new[1].event
    assert await moved.open_calls() == 0


async def test_a_mail_to_a_closed_conversation_brings_its_card_and_where_it_was(house: House) -> None:
    await happens(house, says("!close", thread=cards(house, ROOM)[1].event))
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert cards(house, NEW) == {}
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    await house.settle(NOW)
    (card,) = cards(house, NEW).values()
    thread = [p for p in said(house, NEW) if p.relation.get("event_id") == card.event and not p.is_edit]
    assert [p.ours["kind"] for p in thread] == ["notice", "mail"]


async def test_a_command_on_a_closed_conversation_brings_its_card(house: House) -> None:
    await happens(house, says("!close", thread=cards(house, ROOM)[1].event))
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    await happens(house, says("!reply #1 Encore un mot.", room=NEW))
    assert sorted(cards(house, NEW)) == [1]
    (state,) = outgoing(house)
    assert state.relation["event_id"] == cards(house, NEW)[1].event


async def test_what_is_said_and_done_in_the_old_room_is_ignored(moved: House) -> None:
    card = cards(moved, ROOM)[1].event
    before = len(moved.homeserver.posted)
    await happens(
        moved,
        says("!close", thread=card),
        says("!help"),
        reacts("✋", card),
        reads(card),
        MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", at(3)),
        RoomLost(ROOM, ALICE, "leave", at(4)),
        Invited(ROOM, BOB, at(5)),
    )
    assert len(moved.homeserver.posted) == before
    assert await _put_aside(moved) == 0


async def test_taking_a_reaction_away_in_the_old_room_undoes_nothing(house: House) -> None:
    given = reacts("✋", cards(house, ROOM)[1].event)
    await happens(house, given)
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    await happens(house, redacts(given.event))
    async with house.step.database.read() as tx:
        conversation = await conversations.get(tx, ConversationId(1))
    assert conversation is not None and conversation.assignee == ALICE


async def test_who_read_the_mail_in_the_old_room_is_not_asked_in_the_new_one(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    await house.settle(NOW)
    await happens(house, reads(house.homeserver.of_kind("mail")[1].event))
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    await happens(house, says("!reply Oui.", thread=cards(house, NEW)[1].event, room=NEW), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_mail_in_its_undo_window_shows_its_state_in_the_new_room(house: House) -> None:
    made(house)
    await happens(house, upgraded())
    await happens(house, says("!reply Oui.", thread=cards(house, ROOM)[1].event), seconds=(0.0,))
    await happens(house, says("!upgrade", room=CONFIG), seconds=(0.0, 25.0, 16.0))
    assert len(house.provider.delivered) == 1
    last_state = [p for p in outgoing(house) if p.room == NEW][-1]
    about = house.homeserver.current(last_state.event)["org.postroom"]
    assert isinstance(about, dict) and about["state"] == "sent"
    assert last_state.relation["is_falling_back"] is True, "the command lies in the old room"
    assert [p.room for p in house.homeserver.of_kind("mail")][-1] == NEW


async def test_what_waited_for_the_old_room_is_posted_in_the_new_one(house: House) -> None:
    made(house)
    await happens(house, upgraded())
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org", file=b"%PDF"))
    house.provider.deliver(mail(id="n1@example.org", subject="Autre"))
    # The old room lets nobody but its admins write any more.
    house.homeserver.read_only.add(ROOM)
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("mail")) == 1
    assert await house.open_calls() > 3
    await happens(house, says("!upgrade", room=CONFIG))
    new = cards(house, NEW)
    assert sorted(new) == [1, 2]
    assert [(p.room, p.ours["message_id"]) for p in house.homeserver.of_kind("mail")[1:]] == [
        (NEW, "m2@example.org"),
        (NEW, "n1@example.org"),
    ]
    assert [p.room for p in house.homeserver.of_kind("attachment")] == [NEW]
    assert await house.open_calls() == 0


async def test_the_receipt_of_a_call_that_was_under_way_comes_late_and_settles_nothing(house: House) -> None:
    made(house)
    await happens(house, upgraded())
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    under_way = await house.deliver.claim()
    assert len(under_way) == 2, "the mail, and the card's edit"
    await house.step.take(says("!upgrade", room=CONFIG))
    (follow,) = await house.deliver.claim()
    await house.deliver.make(follow)
    await house.deliver.settle()
    assert house.step.settings.known.mailboxes[0].room == NEW
    for claimed in under_way:
        await house.deliver.make(claimed)
    await house.deliver.settle()
    await house.settle(NOW)
    ids = [p.ours["message_id"] for p in house.homeserver.of_kind("mail") if p.room == NEW]
    assert ids == ["m2@example.org"]
    async with house.step.database.read() as tx:
        slot = await slots.get(tx, "card:1")
    assert slot is not None and slot == (NEW, cards(house, NEW)[1].event)
    assert await house.open_calls() == 0


@dataclass(slots=True)
class _Unanswered:
    """A database whose next commit is made, but never answered."""

    real: Database
    is_next: bool = True

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with self.real.write() as tx:
            yield tx
            has_moved = bool(await settings.every(tx))
        if has_moved and self.is_next:
            self.is_next = False
            raise StorageAway("the connection was lost at the commit")

    def read(self) -> AbstractAsyncContextManager[Tx]:
        return self.real.read()

    def glance(self) -> AbstractAsyncContextManager[Tx]:
        return self.real.glance()


async def test_a_move_whose_commit_was_not_answered_is_known_all_the_same(house: House) -> None:
    made(house)
    await happens(house, upgraded())
    house.step.database = cast(Database, _Unanswered(house.step.database))
    await happens(house, says("!upgrade", room=CONFIG))
    assert house.step.settings.known.mailboxes[0].room == NEW
    house.provider.deliver(mail(id="n1@example.org", subject="Autre"))
    await house.settle(NOW)
    assert sorted(cards(house, NEW)) == [1, 2]
    assert await house.open_calls() == 0


async def test_two_confirmations_move_once(house: House) -> None:
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG), says("!upgrade", room=CONFIG))
    assert len(cards(house, NEW)) == 1
    assert house.homeserver.left == []
    assert await house.open_calls() == 0


async def test_the_config_room_itself_can_be_upgraded(house: House) -> None:
    made(house, NEW, CONFIG)
    await happens(house, upgraded(NEW, CONFIG))
    assert "!upgrade config" in last(house)
    await happens(house, says("!upgrade config", room=CONFIG))
    assert house.step.settings.known.config_room == NEW
    assert house.step.settings.known.mailboxes[0].room == ROOM
    assert len(said(house, NEW)) == 2
    before = len(said(house, CONFIG))
    await happens(house, says("!upgrade", room=CONFIG), says("!upgrade", room=NEW))
    assert len(said(house, CONFIG)) == before
    assert "No upgraded room waits" in last(house, NEW)
    await house.settle((90_000.0,))
    assert house.homeserver.left == []


async def test_a_room_of_several_mailboxes_moves_as_a_whole(tmp_path: Path) -> None:
    second = replace(MAILBOX, id=MailboxId("b@asso.example"), address="b@asso.example", aliases=())
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, second)))
    await house.open()
    made(house)
    await happens(house, upgraded(), says("!upgrade b@asso.example", room=CONFIG))
    assert {m.room for m in house.step.settings.known.mailboxes} == {NEW}
    await house.close()


async def test_a_restart_knows_where_the_room_went_also_through_several(moved: House) -> None:
    newer = RoomId("!newer:localhost")
    made(moved, newer, NEW)
    await happens(moved, upgraded(newer, NEW), says("!upgrade", room=CONFIG))
    assert moved.step.settings.known.mailboxes[0].room == newer
    await moved.close()
    await moved.open()
    assert moved.step.settings.known.mailboxes[0].room == newer
    moved.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    await moved.settle(NOW)
    assert moved.homeserver.of_kind("mail")[-1].room == newer
    assert len(cards(moved, newer)) == 1
    # The pointer leads to the thread before, not to the one before that.
    pointer = next(p for p in said(moved, newer) if p.ours["kind"] == "notice" and p.relation)
    assert str(cards(moved, NEW)[1].event) in str(pointer.content["formatted_body"])


async def test_a_restart_follows_a_chain_in_whatever_order_it_is_kept(house: House) -> None:
    # By its name the second of these rooms stands before the first in the table.
    first, second = RoomId("!a:localhost"), RoomId("!z:localhost")
    for old, new in ((ROOM, second), (second, first), (first, NEW)):
        made(house, new, old)
        await happens(house, upgraded(new, old), says("!upgrade", room=CONFIG))
    for _ in range(2):
        await house.close()
        await house.open()
        assert house.step.settings.known.mailboxes[0].room == NEW


async def test_a_reaction_of_the_old_room_holds_nothing_in_the_new_one(house: House) -> None:
    await happens(house, reacts("⏳", cards(house, ROOM)[1].event, sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to="m1@example.org"))
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    card = cards(house, NEW)[1].event
    given = replace(reacts("⏳", card), room=NEW)
    await happens(house, given)
    assert _status(house, card) == "pending"
    await happens(house, replace(redacts(given.event), room=NEW))
    assert _status(house, card) == "active"


def _status(house: House, card: str) -> object:
    about = house.homeserver.current(EventId(card))["org.postroom"]
    assert isinstance(about, dict)
    return about["status"]


async def test_the_keeper_enters_the_new_room_and_misses_the_old_one_no_longer(house: House) -> None:
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.changed_rooms)
    keeper.expect()
    assert await keeper.enter(CONFIG)
    made(house)
    await happens(house, upgraded(), says("!upgrade", room=CONFIG))
    assert keeper.wanted == (NEW, CONFIG)
    assert await keeper.enter(house.deliver.changed_rooms.get_nowait())
    assert house.deliver.outages.problems() == ()


async def test_the_keeper_finds_an_upgrade_that_no_sync_told(house: House) -> None:
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.changed_rooms)
    made(house)
    house.homeserver.state[ROOM, "m.room.tombstone", ""] = json.dumps({"replacement_room": NEW})
    assert await keeper.enter(ROOM)
    assert await keeper.enter(ROOM)
    await house.settle(NOW)
    (asked,) = said(house, CONFIG)
    assert "The room of contact@asso.example was upgraded" in str(asked.content["body"])


async def _put_aside(house: House) -> int:
    from storage import shunted

    async with house.step.database.read() as tx:
        return len(await shunted.listing(tx))
