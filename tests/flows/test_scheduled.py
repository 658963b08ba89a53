"""Answers that wait for their time, through the whole bot: restarts, a process that was down, a database put back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.room import MemberChanged
from storage import clock_mark, timers
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, outgoing, reply_state
from tests.fakes.writing import edits, event_id, mail, reacts, redacts, says
from tests.flows.test_database_put_back import copied, now, put_back, told

DAY = 86_400.0
LETTER = '!reply --at "tomorrow 9:00" Bonjour'


async def test_it_leaves_at_its_time_after_a_restart_in_its_newest_words_and_once(house: House) -> None:
    written = says(LETTER, thread=card_of(house))
    await happens(house, written, seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "scheduled")
    shown = str(house.homeserver.current(outgoing(house)[0].event)["body"])
    assert "Tuesday 24 November 2026 09:00" in shown and "⏳" in shown
    await happens(house, says("!scheduled"))
    assert "#1, Tuesday 24 November 2026 09:00: to marie@example.org" in answers_in(house)[-1]
    await happens(house, edits(written.event, '!reply --at "tomorrow 9:00" Bonsoir'))
    await house.close()
    await house.open()
    until = house.clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await house.settle(((until - house.clock.now()).total_seconds() - 60.0,))
    assert house.provider.delivered == []
    await house.settle((70.0, 16.0))
    ((_, to, raw),) = house.provider.delivered
    assert to == ("marie@example.org",) and b"\nBonsoir\r\n" in raw and b"Date: Tue, 24 Nov 2026 " in raw
    assert (reply_state(house), card_says(house)["status"]) == ("sent", "pending")
    assert "was to leave" not in " ".join(answers_in(house))
    await house.settle((DAY, DAY))
    assert len(house.provider.delivered) == 1


async def test_down_at_its_time_it_leaves_at_the_next_start_and_its_writer_hears_that_it_is_late(house: House) -> None:
    await happens(house, says(LETTER, thread=card_of(house)))
    await house.close()
    house.clock.forward(3 * DAY)
    await house.open()
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1 and reply_state(house) == "sent"
    assert "was to leave on Tuesday 24 November 2026 09:00" in " ".join(answers_in(house))


@pytest.mark.parametrize("how", ["send", "edit", "delete", "nothing"])
async def test_a_mail_before_its_time_holds_it_and_a_person_decides(house: House, how: str) -> None:
    written = says(LETTER, thread=card_of(house))
    await happens(house, written)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert reply_state(house) == "held" and "does not leave at its time" in answers_in(house)[-1]
    await house.settle((2 * DAY,))
    assert house.provider.delivered == []
    match how:
        case "send":
            await happens(house, says("!send", thread=card_of(house), sender=BOB), seconds=SENT)
        case "edit":
            await happens(house, edits(written.event, '!reply --at "friday 9:00" Encore'))
            await house.settle((5 * DAY, 16.0))
        case "delete":
            await happens(house, redacts(written.event), says("!send", thread=card_of(house)), seconds=SENT)
        case _:
            await house.settle((5 * DAY, 16.0))
    assert len(house.provider.delivered) == (1 if how in ("send", "edit") else 0)
    assert reply_state(house) == {"send": "sent", "edit": "sent", "delete": "cancelled", "nothing": "held"}[how]


async def test_an_absence_note_holds_nothing(house: House) -> None:
    await happens(house, says(LETTER, thread=card_of(house)))
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", headers=(("Auto-Submitted", "auto-replied"),))
    )
    await house.settle((DAY, 16.0))
    assert (len(house.provider.delivered), reply_state(house)) == (1, "sent")


async def test_other_answers_leave_meanwhile(house: House) -> None:
    await happens(house, says(LETTER, thread=card_of(house)))
    await happens(house, says("!reply Tout de suite", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1
    await house.settle((DAY, 16.0))
    assert len(house.provider.delivered) == 2


async def test_a_clock_that_is_set_does_not_shift_it(house: House) -> None:
    await happens(house, says(LETTER, thread=card_of(house)))
    async with house.step.database.write() as tx:
        before = [one for one in await timers.due(tx, house.clock.now() + timedelta(days=9)) if "later" in one[0]]
        await clock_mark.shift_due(tx, timedelta(hours=3))
    async with house.step.database.read() as tx:
        after = [one for one in await timers.due(tx, house.clock.now() + timedelta(days=9)) if "later" in one[0]]
    assert len(before) == 1 and before == after


async def test_of_one_who_leaves_the_room_it_does_not_leave_and_that_is_told(house: House) -> None:
    await happens(house, says(LETTER, thread=card_of(house), sender=BOB), says("!unassign", thread=card_of(house)))
    await happens(house, MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", house.clock.now()))
    said = next(one for one in answers_in(house) if "has left the room" in one)
    assert "#1, Tuesday 24 November 2026 09:00: to marie@example.org" in said
    assert "does not leave" in said
    await house.settle((DAY, 16.0))
    assert (house.provider.delivered, reply_state(house)) == ([], "cancelled")


# --- the database was put back --------------------------------------------------------------------------------------


@pytest.mark.parametrize("marks", [True, False], ids=["with marks", "by the room alone"])
@pytest.mark.parametrize("when", ["before its time", "after it left"])
async def test_written_after_the_copy_it_leaves_once(house: House, when: str, marks: bool) -> None:
    await copied(house)
    await now(house, says(LETTER, thread=card_of(house)))
    if when == "after it left":
        await house.settle((DAY, 16.0))
        assert len(house.provider.delivered) == 1
    await put_back(house, marks=marks)
    await house.settle((DAY, 16.0, DAY, 16.0))
    assert len(house.provider.delivered) == 1
    assert told(house, "put back") == 1


@pytest.mark.parametrize("forgets_transactions", [False, True], ids=["same device", "another device"])
@pytest.mark.parametrize("what", ["left", "deleted", "undone", "edited", "nothing", "held"])
async def test_written_before_the_copy_what_came_of_it_stays_so(
    house: House, what: str, forgets_transactions: bool
) -> None:
    written = says(LETTER, thread=card_of(house))
    await now(house, written)
    await copied(house)
    match what:
        case "left":
            await house.settle((DAY, 16.0))
        case "deleted":
            await now(house, redacts(written.event))
        case "undone":
            await now(house, says("!undo", thread=card_of(house)))
        case "edited":
            await now(house, edits(written.event, '!reply --at "tomorrow 9:00" Bonsoir'))
        case "held":
            house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
            await house.settle(NOW)
        case _:
            pass
    await put_back(house, forgets_transactions=forgets_transactions)
    await house.settle((DAY, 16.0, DAY, 16.0))
    left = [raw for _, _, raw in house.provider.delivered]
    assert len(left) == (0 if what in ("deleted", "undone", "held") else 1)
    if what == "edited":
        assert b"\nBonsoir\r\n" in left[0]


async def test_left_and_never_shown_so_it_is_found_in_sent(house: House) -> None:
    await now(house, says(LETTER, thread=card_of(house)))
    await copied(house)
    await house.settle((DAY, 16.0))
    assert len(house.provider.delivered) == 1
    # What the room would tell is gone with its homeserver.
    for event in house.homeserver.posted:
        content = event.content.get("m.new_content", event.content)
        about = content.get("org.postroom") if isinstance(content, dict) else None
        if isinstance(about, dict) and about.get("state") in ("sent", "sending"):
            about["state"] = "scheduled"
    await put_back(house, forgets_transactions=True)
    await house.settle((DAY, 16.0))
    assert len(house.provider.delivered) == 1


async def test_in_a_thread_that_the_database_has_not_its_writer_is_told_and_no_line_says_that_it_waits(
    house: House,
) -> None:
    await copied(house)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    written = says(LETTER, thread=card_of(house, 2))
    await now(house, written)
    await put_back(house)
    await house.settle((DAY, 16.0))
    assert house.provider.delivered == []
    assert outgoing(house)[0].event in house.homeserver.redacted
    assert told(house, "write it again", room=ROOM) == 1
    # The thread goes on as any other.
    await now(house, says("!reply Bonjour", thread=card_of(house, 2)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("p2@example.org",)]


FIRST_MAIL = '!new --at "tomorrow 9:00" paul@example.org "Bienvenue"\nBonjour'
PASSED_ON = '!transférer paul@example.org --à "demain 9h" Tu peux voir ?'


@pytest.mark.parametrize("command", [FIRST_MAIL, PASSED_ON])
@pytest.mark.parametrize("how", ["left alone", "edited", "deleted", "undone"])
async def test_a_first_mail_and_one_that_is_passed_on_wait_for_their_time_too(
    house: House, command: str, how: str
) -> None:
    is_new = command is FIRST_MAIL
    written = says(command) if is_new else says(command, thread=card_of(house))
    await happens(house, written, seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "scheduled")
    await happens(house, says("!programmés"))
    assert "#2, Tuesday 24 November 2026 09:00: to paul@example.org" in answers_in(house)[-1]
    await house.close()
    await house.open()
    match how:
        case "edited":
            await happens(house, edits(written.event, command.replace("9:00", "10:00").replace("9h", "10h") + " !"))
        case "deleted":
            await happens(house, redacts(written.event))
        case "undone":
            await happens(house, says("!undo #2"))
        case _:
            pass
    nine = house.clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    await house.settle(((nine - house.clock.now()).total_seconds() + 60.0, 16.0))
    assert len(house.provider.delivered) == (1 if how == "left alone" else 0)
    await house.settle((3_600.0, 16.0))
    if how in ("deleted", "undone"):
        assert (house.provider.delivered, reply_state(house)) == ([], "cancelled")
        return
    ((_, to, raw),) = house.provider.delivered
    assert (to, reply_state(house)) == (("paul@example.org",), "sent")
    assert (b" !\r\n" in raw) == (how == "edited") and (b"marie@example.org" in raw) == (not is_new)


@pytest.mark.parametrize(("who", "hears"), [(BOB, [{"user_ids": [ALICE]}]), (ALICE, [])])
async def test_whoever_takes_back_an_answer_of_another_its_writer_hears_so(
    house: House, who: UserId, hears: list[object]
) -> None:
    await happens(house, says(LETTER, thread=card_of(house)))
    await happens(house, says("!undo", thread=card_of(house), sender=who))
    assert reply_state(house) == "cancelled"
    told = [p for p in house.homeserver.posted if "took your answer back" in str(p.content.get("body"))]
    assert [p.content["m.mentions"] for p in told] == hears


async def test_after_a_colleague_s_answer_it_stays_and_its_writer_decides(house: House) -> None:
    await now(house, says(LETTER, thread=card_of(house)))
    await now(house, says("!reply Voici.", thread=card_of(house), sender=BOB), seconds=SENT)
    if not house.provider.delivered:
        await now(house, says("!yes", thread=card_of(house), sender=BOB), seconds=SENT)
        await now(house, says("!reply Voici.", thread=card_of(house), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 1
    await house.settle((DAY, 16.0))
    assert len(house.provider.delivered) == 1
    assert "a colleague has answered since" in str(house.homeserver.of_kind("receipt")[-1].content["body"])
    await now(house, says("!send", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 2


async def test_an_answer_from_elsewhere_of_before_that_was_seen_after_holds_it_too(house: House) -> None:
    sent = house.clock.now()
    house.clock.forward(120.0)
    await now(house, says('!reply --at "tomorrow 9:00" Bonjour', thread=card_of(house)))
    house.clock.forward(60.0)
    ours = mail(id="w1@asso.example", sender="contact@asso.example", to="marie@example.org", reply_to="m1@example.org")
    house.provider.deliver(ours, "Sent", sent)
    await house.settle((16.0, 86_400.0, 16.0))
    assert house.provider.delivered == [] and "a colleague has answered since" in answers_in(house)[-1]


async def test_to_somebody_who_was_blocked_since_it_stays_and_leaves_by_a_word(house: House) -> None:
    await now(house, says('!reply --at "tomorrow 9:00" Bonjour', thread=card_of(house)))
    house.clock.forward(60.0)
    await now(house, says("!block example.org"))
    await house.settle((86_400.0, 16.0))
    assert (house.provider.delivered, reply_state(house)) == ([], "held")
    assert "marie@example.org was blocked since" in answers_in(house)[-1]
    await now(house, says("!send", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("by_hand", [False, True])
async def test_in_its_undo_window_it_stays_where_the_conversation_becomes_spam(house: House, by_hand: bool) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house)))
    await now(house, reacts("🚫", card_of(house)) if by_hand else says("!spam", thread=card_of(house)), seconds=SENT)
    await house.close()
    await house.open()
    await house.settle(SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "held")
    assert "the conversation is spam" in answers_in(house)[-1]
    await now(house, says("!notspam", thread=card_of(house)), says("!send", thread=card_of(house)), seconds=SENT)
    assert (len(house.provider.delivered), reply_state(house)) == (1, "sent")


async def test_from_an_alias_that_was_removed_nothing_leaves(house: House) -> None:
    await now(house, says("!from asso@asso.example", thread=card_of(house)))
    await now(house, says(LETTER, thread=card_of(house)))
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, aliases=()),))
    await house.open()
    await house.settle((DAY, 16.0))
    ((sender, _, raw),) = house.provider.delivered
    assert sender == "contact@asso.example" and b" <contact@asso.example>\r\n" in raw
    assert b"<asso@asso.example>" not in raw
