"""Rights that are given in the house hold from the next input on, over a restart, and while the person is in the room."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Status
from bot.domain.ids import ConversationId, MailboxId, RoomId
from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import TeamMessage
from bot.ports import Member
from storage import conversations, members
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, answers_in, card_of, card_says, happens
from tests.fakes.passwords import secretly
from tests.fakes.upgrading import last, texts
from tests.fakes.writing import edits, event_id, redacts, says

THERE = RoomId("!there:localhost")
OTHER = replace(MAILBOX, id=MailboxId("info@other.example"), address="info@other.example", aliases=(), room=THERE)


def by_bob(words: str, room: RoomId = CONFIG) -> TeamMessage:
    return says(words, room=room, sender=BOB)


def by_alice(words: str, room: RoomId = CONFIG) -> TeamMessage:
    return says(words, room=room)


async def of_two(house: House) -> None:
    """A second mailbox, in a room that bob is not in."""
    await house.close()
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    house.instance = replace(INSTANCE, mailboxes=(MAILBOX, OTHER))
    await house.open()


async def test_who_runs_one_mailbox_sees_that_one_alone_also_after_a_restart(house: House) -> None:
    await of_two(house)
    await happens(house, by_bob("!mailbox list"))
    assert "you need the right “edit”" in last(house)
    await happens(house, by_alice("!grant @bob edit contact@asso.example"), by_bob("!mailbox list"))
    assert "contact@asso.example" in last(house) and "other" not in last(house)
    await house.close()
    await house.open()
    for words in ("!mailbox list", "!mailbox show", "!health", "!mailbox set undo 7"):
        await happens(house, by_bob(words))
        assert "contact@asso.example" in last(house) and "other" not in last(house), words
    assert house.step.settings.known.mailboxes[0].undo_seconds == 7
    await happens(house, by_bob("!mailbox set info@other.example undo 9"))
    known = last(house)
    await happens(house, by_bob("!mailbox set nobody@none.example undo 9"))
    assert last(house) == known, "an address of another's mailbox is answered as an unknown one"
    assert house.step.settings.known.mailboxes[1].undo_seconds == 20
    await happens(house, by_alice("!mailbox list"))
    assert "info@other.example" in last(house), "an admin of Postroom sees all"


async def test_in_the_mailbox_s_own_room_it_is_run_without_the_config_room(house: House) -> None:
    await of_two(house)
    await happens(house, by_alice("!autoriser @bob modifier", ROOM))
    assert last(house, ROOM).endswith("in contact@asso.example: edit")
    await happens(house, by_bob("!mailbox set undo 9", ROOM), by_bob("!mailbox show", ROOM))
    assert house.step.settings.known.mailboxes[0].undo_seconds == 9 and "other" not in last(house, ROOM)


@pytest.mark.parametrize("membership", ["leave", "ban"])
async def test_leaving_ends_it_and_coming_back_does_not_bring_it_back(house: House, membership: str) -> None:
    await happens(house, by_alice("!grant @bob edit"), by_bob("!mailbox set undo 7"))
    went = MemberChanged(ROOM, event_id(), BOB, membership, "Bob", house.clock.now())
    await happens(house, went, by_bob("!mailbox set undo 8"))
    came = MemberChanged(ROOM, event_id(), BOB, "join", "Bob", house.clock.now())
    await happens(house, came, by_bob("!mailbox set undo 9"))
    assert house.step.settings.known.mailboxes[0].undo_seconds == 7


async def test_whoever_is_not_seen_in_the_room_has_none(house: House) -> None:
    await happens(house, by_alice("!grant @bob edit"))
    async with house.step.database.write() as tx:
        await members.replace_all(tx, ROOM, [(ALICE, "Alice"), (BOT, "Postroom")])
    await happens(house, by_bob("!mailbox set undo 8"))
    assert house.step.settings.known.mailboxes[0].undo_seconds == 20


async def test_given_twice_edited_and_deleted(house: House) -> None:
    one = by_alice("!grant @bob edit")
    await happens(house, one, one, edits(one.event, "!grant @bob delete", room=CONFIG))
    assert [(str(g.what), g.is_on) for g in house.step.settings.known.grants] == [("edit", True)]
    await happens(house, redacts(one.event, room=CONFIG), redacts(one.event, room=CONFIG))
    assert [(str(g.what), g.is_on) for g in house.step.settings.known.grants] == [("edit", False)]
    taken = by_alice("!revoke @bob send")
    await happens(house, taken, redacts(taken.event, room=CONFIG))
    assert ("send", False) in [(str(g.what), g.is_on) for g in house.step.settings.known.grants]


async def test_who_lost_send_answers_nobody_and_a_colleague_sends_their_draft(house: House) -> None:
    card = card_of(house)
    await happens(house, by_alice("!revoke @bob send"))
    for words in ("!reply Bonjour", "!forward x@example.org Voici", "!réponse Bonjour"):
        await happens(house, says(words, thread=card, sender=BOB), seconds=(0.0, 25.0, 16.0))
    await happens(house, by_bob('!new x@example.org "Sujet"\nVoici', ROOM), seconds=(0.0, 25.0, 16.0))
    assert house.provider.delivered == []
    assert "the right “send”" in last(house, ROOM)
    said = len(texts(house, ROOM))
    await happens(house, says("!draft Bonjour", thread=card, sender=BOB), says("!send", thread=card, sender=BOB))
    assert any("the right “send”" in one for one in texts(house, ROOM)[said:])
    await happens(house, says("!send", thread=card), seconds=(0.0, 25.0, 16.0))
    assert len(house.provider.delivered) == 1


async def test_notes_only_is_notes_only(house: House) -> None:
    card = card_of(house)
    await happens(house, by_alice("!grant @bob notes only"))
    notes = "read and write notes only"
    refusals = {"!close": notes, "!assign me": notes, "!draft Bonjour": notes, "!tag urgent": notes}
    for words, why in {**refusals, "!reply Bonjour": "the right “send”"}.items():
        before = len(answers_in(house))
        await happens(house, says(words, thread=card, sender=BOB), seconds=SENT)
        (refused,) = answers_in(house)[before:]
        assert why in refused, words
    before = len(texts(house, ROOM))
    await happens(house, says("!note Il a appelé.", thread=card, sender=BOB), by_bob("!list", ROOM))
    (listed,) = texts(house, ROOM)[before:]
    assert "#1" in listed
    shown = card_says(house)
    assert (shown["status"], shown.get("assignee"), shown.get("tags")) == ("active", None, None)
    assert house.provider.delivered == []


async def test_where_rooms_are_encrypted_a_right_is_given_encrypted_only(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, says("!grant @bob edit", room=CONFIG, encrypted=True))
    assert house.step.settings.known.grants == ()
    await happens(house, secretly("!grant @bob edit"))
    assert len(house.step.settings.known.grants) == 1


async def test_what_was_asked_or_set_for_later_before_the_right_was_taken_does_not_leave(house: House) -> None:
    card = card_of(house)
    await happens(house, says('!reply --at "tomorrow 9:00" Plus tard', thread=card, sender=BOB))
    await happens(house, says("!close all", room=ROOM, sender=BOB))
    await happens(house, by_alice("!grant @bob notes"), by_bob("!yes", ROOM), seconds=(0.0, 90000.0, 25.0, 16.0))
    assert house.provider.delivered == []
    assert any("the right to send was taken from them" in one for one in texts(house, ROOM))
    async with house.step.database.read() as tx:
        (one,) = await conversations.several(tx, (ConversationId(1),))
    assert one.status is not Status.CLOSED
