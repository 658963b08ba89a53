"""A conversation goes to a mailbox of another room: there it is worked on, and nothing is left behind but its old thread."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import EventId, MailboxId, RoomId, UserId
from bot.ports import Member
from storage.schema.threads import conversations
from tests.fakes.chat import ALICE, BOB, BOT, ROOM, Posted
from tests.fakes.direct import DIRECT, asks, invites
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.mail import FakeProvider, id_of
from tests.fakes.two_mailboxes import restart
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says

FIRST = INSTANCE.mailboxes[0]
CAROL = UserId("@carol:localhost")
THERE = RoomId("!support:localhost")
SUPPORT = replace(FIRST, id=MailboxId("support@asso.example"), address="support@asso.example", aliases=(), room=THERE)
HIDDEN = replace(SUPPORT, id=MailboxId("paie@asso.example"), address="paie@asso.example", room=RoomId("!pay:localhost"))


@pytest_asyncio.fixture
async def far(tmp_path: Path) -> AsyncIterator[House]:
    """Alice is in both rooms, Bob in the first alone, nobody in that of a third mailbox; #1 came to the first."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, SUPPORT, HIDDEN)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    house.homeserver.members[HIDDEN.room] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await house.open()
    house.provider.deliver(mail(file=b"%PDF"))
    await house.settle(NOW)
    yield house
    await house.close()


async def serve(house: House, provider: FakeProvider, *mailboxes: object) -> None:
    """A restart after which the first of these mailboxes is read, and sends."""
    await house.close()
    house.instance, house.provider = replace(INSTANCE, mailboxes=(*mailboxes, HIDDEN)), provider  # type: ignore[arg-type]
    await house.open()


def posts_in(house: House, room: RoomId, kind: str) -> list[Posted]:
    return [one for one in house.homeserver.of_kind(kind) if one.room == room]


def card_in(house: House, room: RoomId) -> EventId:
    return posts_in(house, room, "conversation")[-1].event


def said_in(house: House, room: RoomId) -> list[str]:
    return [str(p.content.get("body")) for p in house.homeserver.posted if p.room == room and not p.is_edit]


def shows(house: House, event: EventId) -> dict[str, object]:
    about = house.homeserver.current(event)["org.postroom"]
    assert isinstance(about, dict)
    return about


async def moves(house: House, body: str = "!move support", **more: object) -> EventId:
    command = says(body, thread=card_of(house), **more)  # type: ignore[arg-type]
    await happens(house, command)
    return command.event


async def test_it_goes_on_there_with_its_mails_and_files_and_leaves_one_line(far: House) -> None:
    await happens(far, says("!assign @bob", thread=card_of(far)), says("!tag urgent", thread=card_of(far)))
    await moves(far)
    there = card_in(far, THERE)
    assert (shows(far, there)["mailbox"], shows(far, there).get("assignee")) == ("support@asso.example", None)
    assert shows(far, there)["tags"] == ["urgent"]
    (shown,) = posts_in(far, THERE, "mail")
    assert shown.relation["event_id"] == there and "une question" in str(shown.content["body"])
    assert posts_in(far, THERE, "attachment")
    assert any("contact@asso.example" in line for line in said_in(far, THERE))
    left = [p for p in far.homeserver.posted if p.room == ROOM and "support@asso.example" in str(p.content.get("body"))]
    assert [p.relation.get("event_id") for p in left] == [card_of(far)] * 2, "a line in the thread, and over the card"
    assert not any(str(THERE) in str(one.content) for one in left), "nobody here is led there"
    assert "support@asso.example" in str(far.homeserver.current(card_of(far))["body"])


@pytest.mark.parametrize("word", ["paie", "paie@asso.example", "nobody@asso.example", ""])
async def test_a_mailbox_whose_room_one_is_not_in_is_told_as_none(far: House, word: str) -> None:
    await moves(far, f"!move {word}")
    assert shows(far, card_of(far))["mailbox"] == FIRST.id
    assert far.homeserver.of_kind("answer")[-1].content["body"].count("paie") == 0  # type: ignore[attr-defined]
    assert not posts_in(far, HIDDEN.room, "conversation")


async def test_who_is_not_there_moves_nothing_there(far: House) -> None:
    await moves(far, sender=BOB)
    assert shows(far, card_of(far))["mailbox"] == FIRST.id
    assert not posts_in(far, THERE, "conversation")
    assert "support" not in said_in(far, ROOM)[-1]


async def test_it_is_answered_from_there_and_all_later_mail_comes_there(far: House) -> None:
    await moves(far, "!déplacer #1 support@asso.example")
    there, first, support = card_in(far, THERE), far.provider, FakeProvider(far.boundaries)
    await serve(far, support, SUPPORT, FIRST)
    await happens(far, says("!reply Bonjour", thread=there, room=THERE), seconds=SENT)
    ((sender, _, raw),) = support.delivered
    assert sender == "support@asso.example"
    support.deliver(mail(id="m2@example.org", reply_to=id_of(raw), to="support@asso.example"))
    await far.settle(NOW)
    await serve(far, first, FIRST, SUPPORT)
    first.deliver(mail(id="m4@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    came = {p.ours["message_id"]: (p.room, p.relation["event_id"]) for p in far.homeserver.of_kind("mail")}
    for id in ("m2@example.org", "m4@example.org"):
        assert came[id] == (THERE, there), id
    assert len(far.homeserver.of_kind("conversation")) == 2
    await happens(far, says("!search question", room=THERE), says("!search question"))
    found, not_found = (p for p in far.homeserver.of_kind("answer")[-2:])
    assert "#1" in str(found.content["body"]) and "#1" not in str(not_found.content["body"])


@pytest.mark.parametrize("is_there", [True, False])
async def test_who_writes_to_the_new_mailbox_with_ids_of_the_old_one_alone_joins_where_it_is(
    far: House, is_there: bool
) -> None:
    await happens(far, says("!reply Bonjour", thread=card_of(far)), seconds=SENT)
    ((_, _, raw),) = far.provider.delivered
    if is_there:
        await moves(far)
    support = FakeProvider(far.boundaries)
    await serve(far, support, SUPPORT, FIRST)
    support.deliver(mail(id="m2@example.org", reply_to=id_of(raw), to="support@asso.example"))
    await far.settle(NOW)
    (came,) = [p for p in posts_in(far, THERE, "mail") if p.ours["message_id"] == "m2@example.org"]
    assert came.ours["conversation"] == (1 if is_there else 2), "an id of another mailbox opens no door"


async def test_in_the_old_room_it_is_an_unknown_number_and_in_no_list(far: House) -> None:
    await happens(
        far, says("!note a secret of the house", thread=card_of(far)), says("between us", thread=card_of(far))
    )
    await moves(far)
    for body in ("!list all", "!search question", "!list from:marie@example.org", "!list"):
        await happens(far, says(body), says(body, room=THERE))
        here, there = (posts_in(far, room, "answer")[-1] for room in (ROOM, THERE))
        assert "#1" not in str(here.content["body"]), body
        assert "#1" in str(there.content["body"]), body
    for words in ("secret", "between"):
        await happens(far, says(f"!search {words}", room=THERE))
        assert "#1" not in str(posts_in(far, THERE, "answer")[-1].content["body"]), "notes stay in their room"
    await happens(far, says("!close #1"), says("!close #77"))
    unknown, foreign = (str(p.content["body"]) for p in posts_in(far, ROOM, "answer")[-2:])
    assert unknown.replace("#1", "") == foreign.replace("#77", "")
    await happens(far, says("!history #1", room=THERE))
    assert "support@asso.example" in str(posts_in(far, THERE, "answer")[-1].content["body"])


async def test_what_is_written_in_the_old_thread_is_answered_and_does_nothing(far: House) -> None:
    old, note = card_of(far), says("a note", thread=card_of(far))
    await happens(far, note)
    await moves(far)
    before = len(said_in(far, THERE))
    for input in (
        says("are you there?", thread=old),
        says("!reply Bonjour", thread=old),
        says("!close", thread=old),
        says("!draft Bonjour", thread=old),
        reacts("✅", old),
        edits(note.event, "another note"),
    ):
        count = len(posts_in(far, ROOM, "answer"))
        await happens(far, input, seconds=SENT)
        (answer,) = posts_in(far, ROOM, "answer")[count:]
        assert "moved" in str(answer.content["body"])
        assert answer.relation.get("event_id") == old
    assert far.provider.delivered == []
    assert len(said_in(far, THERE)) == before
    assert shows(far, card_in(far, THERE))["status"] == "active"


@pytest.mark.parametrize("words", ["!draft Bonjour", "!reply Bonjour"])
async def test_not_while_words_wait(far: House, words: str) -> None:
    await happens(far, says(words, thread=card_of(far)), says("!move support", thread=card_of(far)), seconds=(0.0,))
    assert shows(far, card_of(far))["mailbox"] == FIRST.id
    assert not posts_in(far, THERE, "conversation")


@pytest.mark.parametrize("restarted", [False, True])
async def test_deleting_the_command_soon_brings_it_back_once(far: House, restarted: bool) -> None:
    await happens(far, says("!assign @bob", thread=card_of(far)))
    command = says("!move support", thread=card_of(far))
    await happens(far, command, seconds=(0.0,))
    there = card_in(far, THERE)
    if restarted:
        await restart(far)
    await happens(far, redacts(command.event), redacts(command.event), seconds=(0.0, 16.0))
    assert (shows(far, card_of(far))["mailbox"], shows(far, card_of(far))["assignee"]) == (FIRST.id, BOB)
    assert len(posts_in(far, ROOM, "conversation")) == len(posts_in(far, ROOM, "mail")) == 1
    await happens(far, says("still there?", thread=there, room=THERE), says("!close", thread=card_of(far)))
    assert "moved" in said_in(far, THERE)[-1]
    assert shows(far, card_of(far))["status"] == "closed"
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    assert posts_in(far, ROOM, "mail")[-1].relation["event_id"] == card_of(far)


async def test_moved_back_it_goes_on_in_its_old_thread_with_what_came_meanwhile(far: House) -> None:
    await moves(far)
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Encore une question"))
    await far.settle(NOW)
    there = card_in(far, THERE)
    await happens(far, says("between them", thread=there, room=THERE))
    await happens(far, says("!move contact", thread=there, room=THERE))
    old = card_of(far)
    assert shows(far, old)["mailbox"] == FIRST.id
    assert [p.ours["message_id"] for p in posts_in(far, ROOM, "mail")] == ["m1@example.org", "m2@example.org"]
    assert {p.relation["event_id"] for p in posts_in(far, ROOM, "mail")} == {old}
    await happens(far, says("!search between"))
    assert "#1" not in str(posts_in(far, ROOM, "answer")[-1].content["body"]), "their notes stay there, too"
    await happens(far, says("!close", thread=old))
    assert shows(far, old)["status"] == "closed"
    # And there again, in the thread that it had.
    await happens(far, says("!move support", thread=old))
    assert len(posts_in(far, THERE, "conversation")) == 1
    assert shows(far, there)["mailbox"] == "support@asso.example"


async def test_who_is_in_both_rooms_keeps_it_and_others_do_not(far: House) -> None:
    old = card_of(far)
    await happens(
        far, says("!assign me", thread=old), says("!follow", thread=old, sender=BOB), says("!star", thread=old)
    )
    await happens(far, says("!snooze 3d", thread=old))
    await moves(far)
    there = card_in(far, THERE)
    assert (shows(far, there)["assignee"], shows(far, there)["status"]) == (ALICE, "pending")
    await happens(far, says("!list starred", room=THERE), says("!list starred"), says("!list followed", sender=BOB))
    starred, none, followed = (str(p.content["body"]) for p in far.homeserver.of_kind("answer")[-3:])
    assert "#1" in starred and "#1" not in none and "#1" not in followed
    rung = [p for p in far.homeserver.posted if p.room == ROOM and BOB in str(p.content.get("m.mentions"))]
    assert "support@asso.example" in str(rung[-1].content["body"]), "who loses it is told"


def rung_by_move(house: House, who: UserId) -> list[RoomId]:
    """The rooms in which somebody was mentioned for a move."""
    posted = [p for p in house.homeserver.posted if who in str(p.content.get("m.mentions")) and not p.is_edit]
    return [p.room for p in posted if "@asso.example" in str(p.content["body"]) or "moved" in str(p.content["body"])]


async def test_who_chose_not_to_be_told_of_it_is_not_mentioned_for_a_move(far: House) -> None:
    old = card_of(far)
    await happens(far, says("!assign me", thread=old), says("!follow", thread=old, sender=BOB))
    await happens(far, says("!notify noted-mine off"), says("!notify followed off", sender=BOB))
    far.homeserver.members[THERE] = (*far.homeserver.members[THERE], Member(CAROL, "Carol"))
    far.homeserver.members[ROOM] = (*far.homeserver.members[ROOM], Member(CAROL, "Carol"))
    await restart(far)
    await moves(far, sender=CAROL)
    assert posts_in(far, THERE, "conversation")
    assert rung_by_move(far, ALICE) == [] and rung_by_move(far, BOB) == []


async def test_a_move_is_told_in_the_direct_chat_of_who_chose_that_and_after_their_quiet_hours(far: House) -> None:
    old = card_of(far)
    far.homeserver.members[THERE] = (*far.homeserver.members[THERE], Member(BOB, "Bob"))
    await restart(far)
    await invites(far, by=ALICE)
    await happens(far, says("!assign me", thread=old), says("!notify noted-mine direct"))
    await moves(far, sender=BOB)
    told = said_in(far, DIRECT)[-1]
    assert "#1" in told and "support@asso.example" in told
    assert rung_by_move(far, ALICE) == [DIRECT]
    await asks(far, "!notify noted-mine on", by=ALICE)
    await asks(far, "!notify quiet 9:30-12:00", by=ALICE)
    before = len(far.homeserver.posted)
    await happens(far, says("!move contact", thread=card_in(far, THERE), room=THERE, sender=BOB))
    assert not any(ALICE in str(p.content.get("m.mentions")) for p in far.homeserver.posted[before:])
    await far.settle((3 * 3600.0, 1.0))
    assert "#1" in said_in(far, DIRECT)[-1]


async def test_of_many_mails_the_newest_are_shown_there(far: House) -> None:
    for number in range(2, 15):
        far.provider.deliver(mail(id=f"m{number}@example.org", reply_to="m1@example.org", text=f"Mot {number}"))
        await far.settle((0.0,))
    await far.settle(NOW)
    await moves(far)
    shown = [p.ours["message_id"] for p in posts_in(far, THERE, "mail")]
    assert shown == [f"m{number}@example.org" for number in range(5, 15)]
    assert any("4 older mails" in line for line in said_in(far, THERE))


async def test_a_question_that_was_open_sends_nothing_any_more(far: House) -> None:
    old = card_of(far)
    far.clock.forward(60)
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    await happens(far, says("!reply Bonjour", thread=old))
    asked = posts_in(far, ROOM, "receipt")
    assert asked, "its writer may not have seen the mail that came meanwhile"
    await moves(far)
    await happens(far, reacts("✅", asked[-1].event), seconds=SENT)
    await happens(far, says("!reply Bonjour", thread=old), seconds=SENT)
    assert far.provider.delivered == []


async def test_each_board_counts_it_where_it_is(far: House) -> None:
    await moves(far)
    await far.settle()
    here, there = (
        "".join(str(far.homeserver.current(p.event)) for p in posts_in(far, room, "board")) for room in (ROOM, THERE)
    )
    assert "Question" in there and "Question" not in here


async def test_what_the_homeserver_has_not_taken_yet_is_shown_there_alone(far: House) -> None:
    far.homeserver.read_only.add(ROOM)
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await happens(far, says("!move support", thread=card_of(far)), seconds=(0.0,))
    far.homeserver.read_only.clear()
    await far.settle((400.0, 400.0))
    assert [p.ours["message_id"] for p in posts_in(far, ROOM, "mail")] == ["m1@example.org"]
    assert [p.ours["message_id"] for p in posts_in(far, THERE, "mail")] == ["m1@example.org", "m2@example.org"]
    assert all(p.relation["event_id"] == card_in(far, THERE) for p in posts_in(far, THERE, "mail"))


async def test_a_card_that_was_deleted_is_taken_up_by_nothing(far: House) -> None:
    old = card_of(far)
    await moves(far)
    await happens(far, redacts(old))
    await happens(far, says("!move contact", thread=card_in(far, THERE), room=THERE))
    new = card_in(far, ROOM)
    assert new != old and shows(far, new)["mailbox"] == FIRST.id
    assert [p.relation["event_id"] for p in posts_in(far, ROOM, "mail")] == [old, new]


async def test_after_the_time_deleting_the_command_changes_nothing(far: House) -> None:
    command = await moves(far)
    await far.settle((60.0,))
    await happens(far, redacts(command))
    assert shows(far, card_in(far, THERE))["mailbox"] == "support@asso.example"
    assert len(posts_in(far, ROOM, "conversation")) == 1


async def test_it_does_not_come_back_while_an_answer_waits_there(far: House) -> None:
    command = says("!move support", thread=card_of(far))
    await happens(far, command, seconds=(0.0,))
    await happens(far, says("!reply Bonjour", thread=card_in(far, THERE), room=THERE), seconds=(0.0,))
    await happens(far, redacts(command.event), seconds=(0.0,))
    assert shows(far, card_in(far, THERE))["mailbox"] == "support@asso.example"
    assert "An answer waits" in said_in(far, ROOM)[-1]


async def merged_and_moved(house: House) -> tuple[EventId, FakeProvider]:
    """#1 of Marie, whose mail is the newest, goes on as #2 of Paul, which went to the other room; its card there."""
    house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Le secret de Marie"))
    await house.settle(NOW)
    await happens(house, says("!merge #1 #2"), says("!move #2 support"))
    support = FakeProvider(house.boundaries)
    await serve(house, support, SUPPORT, FIRST)
    return next(p.event for p in posts_in(house, THERE, "conversation") if p.ours["conversation"] == 2), support


async def test_what_was_merged_into_it_goes_along_and_is_read_there(far: House) -> None:
    there, support = await merged_and_moved(far)
    shown = {p.ours["message_id"] for p in posts_in(far, THERE, "mail")}
    assert shown == {"m1@example.org", "p1@example.org", "m2@example.org"}
    assert "support@asso.example" in str(far.homeserver.current(card_of(far))["body"]), "its old thread says so, too"
    await happens(far, says("!reply Bonjour", thread=card_of(far)), seconds=SENT)
    assert "moved" in said_in(far, ROOM)[-1] and support.delivered == []
    for one in posts_in(far, THERE, "mail"):
        far.homeserver.happens(replace(reads(one.event), room=THERE))
    await far.settle((1.0,))
    await happens(far, says("!reply Bonjour", thread=there, room=THERE), seconds=SENT)
    ((_, to, raw),) = support.delivered
    assert to == ("marie@example.org",) and b"secret de Marie" in raw
    await happens(far, says("!split #1", room=THERE))
    assert "goes_on_as" not in shows(far, posts_in(far, THERE, "conversation")[-1].event)


async def test_what_stayed_in_another_room_is_not_answered_unasked(far: House) -> None:
    """As a house left it in which the merged ones did not go along yet."""
    there, support = await merged_and_moved(far)
    assert far.database is not None
    async with far.database.write() as tx:
        await tx.run(conversations.update().where(conversations.c.id == 1).values(room=ROOM), {})
    for one in posts_in(far, THERE, "mail"):
        far.homeserver.happens(replace(reads(one.event), room=THERE))
    await far.settle((1.0,))
    await happens(far, says("!reply Bonjour", thread=there, room=THERE), seconds=SENT)
    ((_, to, raw),) = support.delivered
    assert to == ("paul@example.org",) and b"secret" not in raw


async def test_deleting_the_command_brings_what_was_merged_back_with_it(far: House) -> None:
    far.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await far.settle(NOW)
    await happens(far, says("!merge #1 #2"))
    command = says("!move #2 support")
    await happens(far, command, seconds=(0.0,))
    await happens(far, redacts(command.event), seconds=(0.0, 16.0))
    for number in (1, 2):
        assert shows(far, card_of(far, number))["mailbox"] == FIRST.id
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    assert posts_in(far, ROOM, "mail")[-1].relation["event_id"] == card_of(far, 2)


async def test_nothing_moves_while_an_answer_waits_in_what_was_merged_into_it(far: House) -> None:
    far.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await far.settle(NOW)
    await happens(far, says('!reply --at "tomorrow 9:00" Plus tard', thread=card_of(far)), seconds=(0.0,))
    await happens(far, says("!merge #1 #2"), says("!move #2 support"), seconds=(0.0,))
    assert any("An answer waits in #1" in line for line in said_in(far, ROOM))
    assert not posts_in(far, THERE, "conversation")


async def test_the_words_of_drafts_stay_in_the_room_in_which_they_were_written(far: House) -> None:
    written = says("!draft une licorne", thread=card_of(far))
    await happens(far, written, says("!discard", thread=card_of(far)))
    await happens(far, says("!history #1"))
    assert "licorne" in str(posts_in(far, ROOM, "answer")[-1].content["body"])
    await moves(far)
    there = card_in(far, THERE)
    await happens(far, says("!draft un hibou", thread=there, room=THERE), says("!discard", thread=there, room=THERE))
    await happens(far, says("!history #1", room=THERE))
    told = str(posts_in(far, THERE, "answer")[-1].content["body"])
    assert "licorne" not in told and "hibou" in told and "prepared an answer, in the room of before" in told
    await happens(far, says("!move contact", thread=there, room=THERE), says("!history #1"))
    told = str(posts_in(far, ROOM, "answer")[-1].content["body"])
    assert "hibou" not in told and "licorne" in told


async def test_what_it_continues_stays_with_the_room_that_had_it(far: House) -> None:
    await far.close()
    first = replace(FIRST, new_after_days=1)
    far.instance = replace(INSTANCE, mailboxes=(first, SUPPORT, HIDDEN))
    await far.open()
    far.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await far.settle(NOW)
    await happens(far, says("!merge #2 #1"), says("!close #1"))
    far.clock.forward(2 * 86_400)
    far.provider.deliver(mail(id="m3@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    assert shows(far, card_of(far))["goes_on_as"] == 3
    await happens(far, says("!move #3 support"))
    assert {p.ours["message_id"] for p in posts_in(far, THERE, "mail")} == {"m3@example.org"}
    await happens(far, says("!search question"))
    assert "#1 → #3" in said_in(far, ROOM)[-1]


async def test_what_is_split_off_there_is_not_answered_to_the_mailbox_to_which_it_came(far: House) -> None:
    far.provider.deliver(mail(id="e1@x.example", sender="Eve <eve@x.example>", reply_to="m1@example.org"))
    await far.settle(NOW)
    await happens(far, says("!move support", thread=card_of(far)))
    event = next(one.event for one in posts_in(far, THERE, "mail") if one.ours["message_id"] == "e1@x.example")
    await happens(far, reacts("✂️", event, room=THERE))
    await serve(far, FakeProvider(far.boundaries), SUPPORT, FIRST)
    await happens(far, says("!reply Bonjour Eve", thread=card_in(far, THERE), room=THERE), seconds=SENT)
    assert [list(one[1]) for one in far.provider.delivered] == [["eve@x.example"]]


async def test_a_split_mail_that_went_to_another_room_is_not_given_out_in_the_old_thread(far: House) -> None:
    far.provider.deliver(mail(id="e1@x.example", sender="Eve <eve@x.example>", reply_to="m1@example.org"))
    await far.settle(NOW)
    event = posts_in(far, ROOM, "mail")[-1].event
    await happens(far, reacts("✂️", event), says("!move #2 support"))
    for words in ("!original", "!forward z@z.example x"):
        await happens(far, says(words, thread=card_of(far, 1), reply_to=event, sender=BOB), seconds=SENT)
        assert "#2 was moved and goes on in another room" in said_in(far, ROOM)[-1]
    assert not far.provider.delivered


async def test_what_somebody_put_off_who_is_not_there_comes_back_to_whoever_moved_it(far: House) -> None:
    await happens(far, says("!snooze 3d", thread=card_of(far), sender=BOB))
    await moves(far)
    far.clock.forward(3 * 86_400)
    await far.settle((1.0,))
    back = [p for p in posts_in(far, THERE, "notice") if "Back on the to-do list" in str(p.content["body"])]
    assert [ALICE in str(p.content.get("m.mentions")) for p in back] == [True]


@pytest.mark.parametrize("words", ["marie@example.org", "question", "<m1@example.org>"])
async def test_a_trace_in_the_old_room_says_that_it_was_moved_and_never_what_came_only_there(
    far: House, words: str
) -> None:
    await moves(far)
    far.provider.deliver(mail(id="m2@example.org", sender="Eve <eve@example.org>", reply_to="m1@example.org"))
    await far.settle(NOW)
    await happens(far, says(f"!trace {words}"))
    told = posts_in(far, ROOM, "answer")[-1].content["body"]
    assert "#1" in str(told) and "moved" in str(told) and "Never arrived" not in str(told)
    await happens(far, says("!trace eve@example.org"))
    assert "Never arrived" in str(posts_in(far, ROOM, "answer")[-1].content["body"])
