"""What happened in one mailbox is told as was chosen there, though its conversation goes on in another one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs.said import ReadUpTo, TeamMessage
from bot.flows.deliver.mail import MailCaller
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.direct import asks, goes, invites, said_in
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, card_of, happens, mails_in, mentioning
from tests.fakes.mail import FakeFolders, FakeSubmission
from tests.fakes.two_mailboxes import restart
from tests.fakes.upgrading import NEW, PEOPLE, made, upgraded
from tests.fakes.writing import edits, mail, redacts, says
from tests.flows.test_move import AIDE, FIRST
from tests.flows.test_move_away import SUPPORT, THERE
from tests.flows.test_notices import SOON, answer_comes, notices, words_of
from tests.flows.test_own_addresses import confirms

WAYS = ("aide", "support")
"""Into a mailbox of the same room, and of another one."""


def serve(house: House) -> None:
    """The mails of the others leave as well."""
    for one in (AIDE, SUPPORT):
        folders, submission = FakeFolders(house.provider), FakeSubmission(house.provider)
        house.deliver.mail[one.id] = MailCaller(one, folders, submission, house.step)


@pytest_asyncio.fixture
async def three(tmp_path: Path) -> AsyncIterator[House]:
    """Alice and Bob are in both rooms; of the first mailbox alone Alice is mailed what comes to nobody's."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, AIDE, SUPPORT)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await house.open()
    serve(house)
    house.provider.deliver(mail())
    await house.settle(NOW)
    await confirms(house)
    await happens(house, says(f"!notify replied-unassigned email {FIRST.address}"))
    yield house
    await house.close()


CALLED = "Marie a appelé, avant midi."
"""What Bob writes in the thread before it goes elsewhere."""
NOTES = pytest.mark.parametrize("words", [f"!note {CALLED}", CALLED])


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


async def noted(house: House, words: str = CALLED, *, away: str = "support", by: UserId = ALICE) -> TeamMessage:
    """Bob's note in #1, of which Alice is mailed; somebody moves that at once, and there she is mailed of nothing."""
    await happens(house, says(f"!notify noted-unassigned email {FIRST.address}"))
    said = says(words, thread=card_of(house), sender=BOB)
    await happens(house, said, says(f"!move {away}", thread=card_of(house), sender=by))
    return said


def mailed(house: House) -> list[int]:
    """How often each mail bears the note."""
    return [words_of(one).count(CALLED) for one in notices(house)]


@NOTES
@pytest.mark.parametrize("to", WAYS)
@pytest.mark.parametrize("mover", [ALICE, BOB])
async def test_the_words_of_a_note_are_mailed_once_wherever_it_went_since(
    three: House, words: str, to: str, mover: UserId
) -> None:
    await noted(three, words, away=to, by=mover)
    await three.settle((*SOON, *SOON))
    assert mailed(three) == [1]


@NOTES
async def test_also_after_a_restart_and_the_quiet_hours_of_its_reader(three: House, words: str) -> None:
    await invites(three, by=ALICE)
    await asks(three, "!notify quiet 8:30-11:00", by=ALICE)
    await noted(three, words)
    await restart(three)
    serve(three)
    await three.settle((6 * 3600.0, *SOON))
    assert mailed(three) == [1]


@NOTES
async def test_a_note_that_is_deleted_where_it_was_written_is_not_mailed(three: House, words: str) -> None:
    said = await noted(three, words)
    await happens(three, redacts(said.event), seconds=SOON)
    assert not any(mailed(three)) and not any("noted" in words_of(one) for one in notices(three))


async def test_a_note_that_was_edited_before_is_mailed_as_it_reads(three: House) -> None:
    await happens(three, says(f"!notify noted-unassigned email {FIRST.address}"))
    said = says("!note Elle ment", thread=card_of(three), sender=BOB)
    await happens(three, said, edits(said.event, f"!note {CALLED}", sender=BOB))
    await happens(three, says("!move support", thread=card_of(three)), seconds=SOON)
    assert mailed(three) == [1] and "ment" not in words_of(notices(three)[0])


async def test_the_notes_of_a_room_are_mailed_to_nobody_who_has_left_it(three: House) -> None:
    await happens(three, chooses("!notify noted-unassigned email", "support"))
    await noted(three)
    await happens(three, goes(three, ALICE, room=ROOM), seconds=SOON)
    assert not any(mailed(three)) and not any("noted" in words_of(one) for one in notices(three))


@pytest.mark.parametrize(("room", "words"), [(ROOM, 0), (THERE, 1)])
async def test_of_a_note_of_an_encrypted_room_it_is_told_that_there_is_one(
    three: House, room: RoomId, words: int
) -> None:
    """Where it went does not count."""
    await noted(three)
    three.step.rooms.encrypted.add(room)
    await three.settle(SOON)
    assert mailed(three) == [words]
    assert ("Bob wrote" in words_of(notices(three)[0])) is (not words)


@NOTES
@pytest.mark.parametrize("hours", ["", "!notify quiet 8:30-11:00"])
async def test_the_words_of_a_note_of_before_an_upgrade_are_mailed(three: House, words: str, hours: str) -> None:
    await happens(three, says(f"!notify noted-unassigned email {FIRST.address}"))
    await invites(three, by=ALICE)
    if hours:
        await asks(three, hours, by=ALICE)
    await happens(three, says(words, thread=card_of(three), sender=BOB))
    made(three)
    three.homeserver.members[NEW] = PEOPLE
    await happens(three, upgraded(), says("!upgrade", room=CONFIG))
    assert three.step.settings.known.mailboxes[0].room == NEW
    await three.settle((*SOON, *SOON, 6 * 3600.0, *SOON))
    assert mailed(three) == [1]


@NOTES
@pytest.mark.parametrize("hours", ["", "!notify quiet 8:30-11:00"])
@pytest.mark.parametrize("how", ["deleted", "edited"])
async def test_a_note_of_before_an_upgrade_is_mailed_as_it_stands_in_the_old_room(
    three: House, words: str, hours: str, how: str
) -> None:
    await happens(three, says(f"!notify noted-unassigned email {FIRST.address}"))
    await invites(three, by=ALICE)
    if hours:
        await asks(three, hours, by=ALICE)
    said = says(words, thread=card_of(three), sender=BOB)
    await happens(three, said)
    made(three)
    three.homeserver.members[NEW] = PEOPLE
    await happens(three, upgraded(), says("!upgrade", room=CONFIG), seconds=(0.0,))
    other = words.replace(CALLED, "Elle rappelle.")
    await happens(three, redacts(said.event, sender=BOB) if how == "deleted" else edits(said.event, other, sender=BOB))
    await three.settle((*SOON, *SOON, 6 * 3600.0, *SOON))
    assert not any(mailed(three))
    assert [words_of(one).count("Elle rappelle.") for one in notices(three)] == ([] if how == "deleted" else [1])


@NOTES
async def test_after_quiet_hours_the_chat_tells_a_note_of_before_a_move(three: House, words: str) -> None:
    await invites(three, by=ALICE)
    await asks(three, "!notify quiet 8:30-11:00", by=ALICE)
    await happens(three, says(f"!notify noted-unassigned direct {FIRST.address}"))
    await happens(three, says(words, thread=card_of(three), sender=BOB), says("!move support", thread=card_of(three)))
    before = len(said_in(three))
    await three.settle((6 * 3600.0, *SOON))
    assert len(said_in(three)) == before + 1


async def has_read(house: House, event: EventId, by: UserId = ALICE) -> None:
    await happens(house, ReadUpTo(ROOM, by, event, house.clock.now()))


async def heard_before(house: House, what: str, hours: str = "", medium: str = "email") -> EventId:
    """Alice is told of what happens in #1, which she moves afterwards."""
    await invites(house, by=ALICE)
    for one in ("replied-unassigned", "noted-unassigned"):
        for room in (ROOM, THERE):
            await happens(house, says(f"!notify {one} {medium}", room=room))
    if hours:
        await asks(house, hours, by=ALICE)
    if what == "mail":
        await answer_comes(house, 2, NOW)
        return mails_in(house)[-1].event
    said = says(what, thread=card_of(house), sender=BOB)
    await happens(house, said)
    return said.event


def rung(house: House) -> int:
    return len(mentioning(house, ALICE, 0)) + len(notices(house))


@pytest.mark.parametrize("to", WAYS)
@pytest.mark.parametrize("what", ["mail", "!note Vite"])
@pytest.mark.parametrize(
    ("hours", "medium"), [("", "email"), ("!notify quiet 8:30-11:00", "email"), ("!notify quiet 8:30-11:00", "direct")]
)
async def test_what_was_read_before_it_went_elsewhere_is_told_no_more(
    three: House, to: str, what: str, hours: str, medium: str
) -> None:
    await has_read(three, await heard_before(three, what, hours, medium))
    before = rung(three)
    await happens(three, says(f"!move {to}", thread=card_of(three)))
    await restart(three)
    serve(three)
    await three.settle((*SOON, 6 * 3600.0, *SOON))
    assert rung(three) == before


@pytest.mark.parametrize("what", ["mail", "!note Vite"])
@pytest.mark.parametrize("reader", [ALICE, BOB])
async def test_what_was_not_read_or_came_behind_it_is_told_all_the_same(
    three: House, what: str, reader: UserId
) -> None:
    event = await heard_before(three, what)
    if reader == ALICE:
        await has_read(three, event)
        again = says("!note Encore", thread=card_of(three), sender=BOB)
        await happens(three, replace(again, at=three.clock.now()))
    else:
        await has_read(three, event, BOB)
    await happens(three, says("!move support", thread=card_of(three)), seconds=SOON)
    assert len(notices(three)) == 1


async def test_what_is_read_in_the_old_thread_afterwards_is_nothing_of_the_new_one(three: House) -> None:
    await heard_before(three, "!note Vite")
    await three.settle(SOON)
    before, old = len(notices(three)), card_of(three)
    await happens(three, says("!move support", thread=old, sender=BOB))
    await answer_comes(three, 2, NOW)
    await happens(three, says("!close", thread=old, sender=BOB))
    await has_read(three, three.homeserver.posted[-1].event)
    # Back in the first room as well.
    card = [one for one in three.homeserver.of_kind("conversation") if one.room == THERE][-1].event
    await happens(three, says(f"!move {FIRST.address}", thread=card, sender=BOB, room=THERE), seconds=SOON)
    assert len(notices(three)) == before + 1


@pytest.mark.parametrize("is_read", [True, False])
async def test_what_is_read_in_the_thread_that_it_left_is_not_mailed(three: House, *, is_read: bool) -> None:
    """Their client had it open still."""
    await answer_comes(three, 2, NOW)
    seen = mails_in(three)[-1].event
    await happens(three, says("!move support", thread=card_of(three), sender=BOB))
    if is_read:
        await happens(three, ReadUpTo(ROOM, ALICE, seen, three.clock.now()))
    await three.settle(SOON)
    assert len(notices(three)) == (0 if is_read else 1)
