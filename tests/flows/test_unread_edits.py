"""An edit that nobody can read may be a correction: what would leave in the old words waits, and its writer is told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.said import MessageEdited
from bot.domain.inputs.trust import Undecryptable
from bot.domain.sentences import sentence
from bot.domain.stories.unread_edit import MOST_ANSWERED, NOT_READ
from bot.text.wording import say
from storage.schema.threads import slots
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, mails_in, reply_state
from tests.fakes.writing import edits, mail, reacts, reads, says
from tests.flows.test_database_put_back import copied, now, put_back

STRANGER = UserId("@mallory:localhost")
AT_ONCE = (0.0,)
LATER = '!reply --at "tomorrow 9:00" '


@pytest_asyncio.fixture
async def sealed(house: House) -> House:
    house.homeserver.encrypted.add(ROOM)
    return house


@pytest_asyncio.fixture
async def careful(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(INSTANCE.mailboxes[0], approval=True),)))
    house.homeserver.encrypted.add(ROOM)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    yield house
    await house.close()


def read(edit: MessageEdited) -> MessageEdited:
    return replace(edit, room_encrypted=True, was_encrypted=True)


def unread(edit: MessageEdited, *, awaited: bool = False, reason: str = "no_key") -> Undecryptable:
    who, what = edit.sender, edit.target
    return Undecryptable(ROOM, edit.event, who, reason, None, edit.at, "s1", replaces=what, is_awaited=awaited)


async def writes(house: House, body: str, *, sender: UserId = ALICE) -> EventId:
    written = says(body, thread=card_of(house), sender=sender, encrypted=True, sealed=True)
    await now(house, written, seconds=AT_ONCE)
    return written.event


async def commands(house: House, body: str, *, seconds: tuple[float, ...] = SENT) -> None:
    await now(house, says(body, thread=card_of(house), encrypted=True, sealed=True), seconds=seconds)


def told(house: House, key: str) -> int:
    words = say("en", sentence(key))
    return sum(words in str(p.content.get("body")) for p in house.homeserver.posted)


def left(house: House) -> list[str]:
    words = ("Alpha", "Bravo", "Charlie")
    return [next(one for one in words if one.encode() in raw) for _, _, raw in house.provider.delivered]


async def test_a_mail_in_its_undo_window_does_not_leave_before_the_change_is_read(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True), seconds=SENT)
    assert (left(sealed), reply_state(sealed), told(sealed, "unread.awaited")) == ([], "held", 1)
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == (["Bravo"], "sent")


async def test_given_up_it_stays_here_and_its_writer_is_told_why_and_how_it_leaves(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    await now(sealed, unread(change), seconds=SENT)
    assert (told(sealed, "unread.held"), told(sealed, "unread.cause.unknown")) == (1, 1)
    assert told(sealed, "error.undecryptable.unknown") == 0
    assert left(sealed) == []
    await commands(sealed, "!send")
    assert left(sealed) == ["Alpha"]


async def test_a_change_that_is_refused_at_once_holds_it_as_well(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    await now(sealed, unread(edits(written, "!reply Bravo"), reason="m.unverified"), seconds=SENT)
    assert (left(sealed), told(sealed, "unread.held"), told(sealed, "unread.cause.unverified")) == ([], 1, 1)
    await commands(sealed, "!undo")
    assert reply_state(sealed) == "cancelled"


async def test_a_later_change_that_is_read_counts_and_the_earlier_one_does_not_come_after_it(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    first, second = edits(written, "!reply Bravo"), edits(written, "!reply Charlie")
    await now(sealed, unread(first, awaited=True))
    await now(sealed, read(second), seconds=AT_ONCE)
    assert reply_state(sealed) == "queued"
    await now(sealed, read(first), seconds=SENT)
    assert left(sealed) == ["Charlie"]


async def test_of_two_that_are_awaited_the_later_one_lets_it_leave(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    first, second = edits(written, "!reply Bravo"), edits(written, "!reply Charlie")
    await now(sealed, unread(first, awaited=True), unread(second, awaited=True))
    await now(sealed, read(first), seconds=SENT)
    assert left(sealed) == []
    await now(sealed, read(second), seconds=SENT)
    assert left(sealed) == ["Charlie"]


async def test_one_of_a_time_to_come_leaves_at_it_once_the_change_is_read(sealed: House) -> None:
    written = await writes(sealed, LATER + "Alpha")
    change = edits(written, LATER + "Bravo")
    await now(sealed, unread(change, awaited=True))
    assert reply_state(sealed) == "held"
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == ([], "scheduled")
    sealed.clock.forward(86_400.0)
    await sealed.settle(SENT)
    assert left(sealed) == ["Bravo"]


async def test_one_whose_time_comes_meanwhile_does_not_leave(sealed: House) -> None:
    written = await writes(sealed, LATER + "Alpha")
    await now(sealed, unread(edits(written, LATER + "Bravo")))
    sealed.clock.forward(86_400.0)
    await sealed.settle(SENT)
    assert left(sealed) == []


async def test_after_a_mail_that_came_it_leaves_by_a_word_alone(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    sealed.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await sealed.settle(NOW)
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == ([], "held")


async def test_what_waits_for_approval_waits_on_and_each_such_change_is_told(careful: House) -> None:
    await now(careful, reads(mails_in(careful)[-1].event, sender=BOB))
    written = await writes(careful, "!reply Alpha", sender=BOB)
    for _ in range(2):
        await now(careful, unread(edits(written, "!reply Bravo", sender=BOB)))
    assert told(careful, "error.not_rewritten") == 2
    change = edits(written, "!reply Charlie", sender=BOB)
    await now(careful, unread(change, awaited=True))
    assert told(careful, "unread.waits") == 1
    await now(careful, read(change))
    await now(careful, reads(mails_in(careful)[-1].event))
    await commands(careful, "!approve")
    assert left(careful) == ["Charlie"]


async def test_of_a_draft_each_such_change_is_told_and_its_mail_is_held(sealed: House) -> None:
    written = await writes(sealed, "!draft Alpha")
    for _ in range(2):
        await now(sealed, unread(edits(written, "!draft Bravo")))
    assert told(sealed, "draft.not_rewritten") == 2
    await commands(sealed, "!send", seconds=AT_ONCE)
    change = edits(written, "!draft Charlie")
    await now(sealed, unread(change, awaited=True), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == ([], "held")
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == ([], "cancelled"), "as in the window: its draft was changed"


async def test_a_question_about_the_message_says_that_it_is_about_the_old_words(sealed: House) -> None:
    sealed.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", sender="Eve <eve@x.example>"))
    await sealed.settle(NOW)
    written = await writes(sealed, "!reply Alpha")
    await now(sealed, unread(edits(written, "!reply Bravo")))
    assert (left(sealed), told(sealed, "dialogue.not_asked_anew")) == ([], 1)


async def test_of_what_waits_for_nothing_it_is_told_once_and_then_marked_where_people_see_it(sealed: House) -> None:
    written = await writes(sealed, "!note Alpha")
    await now(sealed, unread(edits(written, "!note Bravo"), awaited=True))
    assert told(sealed, "unread.nothing") == 0
    await now(sealed, *(unread(edits(written, "!note Bravo")) for _ in range(2)))
    assert told(sealed, "unread.nothing") == 1
    marks = [p.relation for p in sealed.homeserver.posted if p.type == "m.reaction"]
    assert [one["event_id"] for one in marks if one["key"] == NOT_READ] == [written]


async def test_what_has_left_is_not_changed_by_it(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    await sealed.settle(SENT)
    await now(sealed, unread(edits(written, "!reply Bravo")), seconds=SENT)
    assert (left(sealed), reply_state(sealed), told(sealed, "unread.nothing")) == (["Alpha"], "sent", 1)


@pytest.mark.parametrize("sender", [BOB, STRANGER])
async def test_nobody_holds_the_mail_of_somebody_else(sealed: House, sender: UserId) -> None:
    written = await writes(sealed, "!reply Alpha")
    await now(sealed, unread(edits(written, "!reply Bravo", sender=sender)), seconds=SENT)
    assert left(sealed) == ["Alpha"]


async def test_whoever_makes_up_changes_gets_few_answers(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    await now(sealed, *(unread(edits(written, "x")) for _ in range(MOST_ANSWERED + 20)))
    assert told(sealed, "unread.held") <= MOST_ANSWERED + 1


async def test_it_is_held_over_a_restart(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    await sealed.close()
    await sealed.open()
    await sealed.settle(SENT)
    assert left(sealed) == []
    await now(sealed, read(change), seconds=SENT)
    assert left(sealed) == ["Bravo"] and card_says(sealed)["status"] == "pending"


async def test_put_back_to_before_it_was_written_it_does_not_leave_in_the_old_words(sealed: House) -> None:
    await copied(sealed)
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    await put_back(sealed)
    await sealed.settle(SENT)
    assert "Alpha" not in left(sealed)


async def test_put_back_to_its_undo_window_it_does_not_leave_in_the_old_words(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    await copied(sealed)
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    await put_back(sealed)
    await sealed.settle(SENT)
    assert left(sealed) == []


async def _held(house: House, words: str = "!reply Alpha", then: str = "!reply Bravo") -> MessageEdited:
    change = edits(await writes(house, words), then)
    await now(house, unread(change, awaited=True))
    return change


async def test_it_does_not_leave_to_somebody_who_was_blocked_meanwhile(sealed: House) -> None:
    change = await _held(sealed)
    await now(sealed, says("!block marie@example.org", sender=BOB, encrypted=True, sealed=True))
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == ([], "held")
    assert told(sealed, "scheduled.how") == 2, "of the edit, and of the block"
    await commands(sealed, "!send")
    assert left(sealed) == ["Bravo"], "by a word it leaves, as the message reads now"


async def test_it_does_not_leave_after_the_answer_of_a_colleague_who_was_told_that_it_waits(sealed: House) -> None:
    await now(sealed, reads(mails_in(sealed)[-1].event, sender=BOB))
    change = await _held(sealed)
    for _ in range(2):
        answer = says("!reply Charlie", thread=card_of(sealed), sender=BOB, encrypted=True, sealed=True)
        await now(sealed, answer, seconds=SENT)
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), told(sealed, "scheduled.held_answered")) == (["Charlie"], 1)


async def test_it_does_not_leave_after_a_mail_to_the_conversation_as_which_its_own_goes_on(sealed: House) -> None:
    sealed.provider.deliver(mail(id="x1@x.example", sender="Zoe <zoe@x.example>", subject="Autre"))
    await sealed.settle(NOW)
    change = await _held(sealed)
    await commands(sealed, "!merge #2", seconds=NOW)
    sealed.provider.deliver(mail(id="m9@example.org", reply_to="m1@example.org", text="Attendez"))
    await sealed.settle(NOW)
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), told(sealed, "scheduled.held_merged")) == ([], 1)


async def test_a_forward_does_not_leave_after_a_mail_to_the_conversation_that_it_is_from(sealed: House) -> None:
    forward = "!forward zoe@home.example "
    change = await _held(sealed, forward + "Alpha", forward + "Bravo")
    sealed.provider.deliver(mail(id="m9@example.org", reply_to="m1@example.org", text="Attendez"))
    await sealed.settle(NOW)
    await now(sealed, read(change), seconds=SENT)
    assert left(sealed) == []


@pytest.mark.parametrize("later_is_awaited", [True, False])
async def test_the_late_key_of_an_earlier_change_brings_no_older_words_back(
    sealed: House, later_is_awaited: bool
) -> None:
    written = await writes(sealed, "!reply Alpha")
    first, second = edits(written, "!reply Bravo"), edits(written, "!reply Charlie")
    await now(sealed, unread(first, awaited=True))
    if later_is_awaited:
        await now(sealed, unread(second, awaited=True))
    await now(sealed, read(second), seconds=AT_ONCE)
    await now(sealed, read(first), seconds=SENT)
    assert left(sealed) == ["Charlie"]


async def test_an_earlier_change_that_is_given_up_after_a_later_one_was_read_holds_nothing(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    first, second = edits(written, "!reply Bravo"), edits(written, "!reply Charlie")
    await now(sealed, unread(first, awaited=True), unread(second, awaited=True))
    await now(sealed, read(second), seconds=AT_ONCE)
    await now(sealed, unread(first), seconds=SENT)
    assert (left(sealed), told(sealed, "unread.held")) == (["Charlie"], 0)


@pytest.mark.parametrize("sender", [BOB, STRANGER])
async def test_nobody_makes_the_key_of_a_change_late_by_a_change_of_their_own(sealed: House, sender: UserId) -> None:
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    await now(sealed, read(edits(written, "!reply Charlie", sender=sender)))
    await now(sealed, unread(edits(written, "!reply Charlie", sender=sender), awaited=True))
    await now(sealed, read(change), seconds=SENT)
    assert left(sealed) == ["Bravo"]


@pytest.mark.parametrize("word", ["!draft ", "!reply ", ""])
async def test_nor_into_a_draft_an_answer_that_waits_for_approval_or_a_message_that_is_sent_later(
    careful: House, word: str
) -> None:
    await now(careful, *(reads(mails_in(careful)[-1].event, sender=one) for one in (ALICE, BOB)))
    written = await writes(careful, word + "Alpha", sender=BOB)
    first, second = (edits(written, word + one, sender=BOB) for one in ("Bravo", "Charlie"))
    await now(careful, unread(first, awaited=True))
    await now(careful, read(second))
    await now(careful, read(first))
    if word != "!reply ":
        sent = says("!send", thread=card_of(careful), sender=BOB, encrypted=True, sealed=True)
        await now(careful, sent if word else reacts("📤", written, sender=BOB))
    await now(careful, reads(mails_in(careful)[-1].event))
    await commands(careful, "!approve")
    assert left(careful) == ["Charlie"]


async def test_a_change_that_takes_the_time_out_is_told_as_it_would_be_read_at_once(sealed: House) -> None:
    change = await _held(sealed, LATER + "Alpha", "!reply Alpha")
    await now(sealed, read(change), seconds=SENT)
    assert (left(sealed), reply_state(sealed), told(sealed, "edited.options")) == ([], "cancelled", 1)


async def edit_slots(house: House) -> list[str]:
    assert house.database is not None
    async with house.database.read() as tx:
        return [row.slot for row in await tx.all(select(slots)) if row.slot.startswith(("last_edit:", "unread_edit:"))]


@pytest.mark.parametrize("last", ["read", "given up", "awaited"])
async def test_which_edit_was_the_last_is_forgotten_when_no_key_of_another_one_can_come(
    sealed: House, last: str
) -> None:
    written = await writes(sealed, "!reply Alpha")
    change = edits(written, "!reply Bravo")
    await now(sealed, unread(change, awaited=True))
    if last == "given up":
        await now(sealed, unread(change))
    if last == "read":
        await now(sealed, read(change), seconds=SENT)
    for days, left in ((59, 1 + (last != "read")), (2, 0)):
        sealed.clock.forward(days * 86_400.0)
        await sealed.settle(SENT)
        assert len(await edit_slots(sealed)) == left


async def test_the_last_of_several_counts_from_when_it_came(sealed: House) -> None:
    written = await writes(sealed, "!reply Alpha")
    for day in (0, 59):
        sealed.clock.forward(day * 86_400.0)
        await now(sealed, unread(edits(written, "!reply Bravo"), awaited=True))
    sealed.clock.forward(30 * 86_400.0)
    await sealed.settle(SENT)
    assert len(await edit_slots(sealed)) == 2


@pytest.mark.parametrize("first_comes", ["before", "after", "never"])
async def test_of_two_that_are_awaited_neither_lets_it_leave_once_the_later_is_given_up_but_another_change_does(
    sealed: House, first_comes: str
) -> None:
    written = await writes(sealed, "!reply Alpha")
    first, second = edits(written, "!reply Bravo"), edits(written, "!reply Unread")
    await now(sealed, unread(first, awaited=True), unread(second, awaited=True))
    if first_comes == "before":
        await now(sealed, read(first))
    await now(sealed, unread(second), seconds=SENT)
    if first_comes == "after":
        await now(sealed, read(first), seconds=SENT)
    if first_comes == "never":
        await now(sealed, unread(first), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == ([], "held")
    assert (told(sealed, "unread.held"), told(sealed, "unread.cause.unknown")) == (1, 1), (
        "that it is to be changed again"
    )
    await now(sealed, read(edits(written, "!reply Charlie")), seconds=SENT)
    assert (left(sealed), reply_state(sealed)) == (["Charlie"], "sent")
