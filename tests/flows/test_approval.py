"""Four eyes through the whole bot: 👍 on the line of a mail, restarts, encrypted rooms, a database put back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.said import TeamMessage
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, CONFIG, ROOM
from tests.fakes.direct import DIRECT, goes, invites
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import (
    NOW,
    SENT,
    answers_in,
    card_of,
    card_says,
    happens,
    mails_in,
    mentioning,
    outgoing,
    reply_state,
)
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import edits, mail, reacts, reads, redacts, says
from tests.flows.test_database_put_back import copied, now, put_back
from tests.flows.test_notices import SOON, notices
from tests.flows.test_own_addresses import confirms


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),)))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    yield made
    await made.close()


def line(house: House) -> str:
    return str(house.homeserver.current(outgoing(house)[0].event)["body"])


async def test_a_check_mark_on_its_line_by_another_lets_it_leave(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")
    assert "waits for somebody else" in line(house) and "👍" in line(house)
    await now(house, reacts("👍", outgoing(house)[0].event, sender=BOB), seconds=SENT)
    assert house.provider.delivered == [] and "somebody else approves it" in answers_in(house)[-1]
    await house.close()
    await house.open()
    given = reacts("👍", outgoing(house)[0].event, sender=ALICE)
    await now(house, given, seconds=SENT)
    assert (len(house.provider.delivered), reply_state(house), card_says(house)["status"]) == (1, "sent", "pending")
    assert "Approved by Alice" in line(house)
    # It has left: taken away it changes nothing.
    await now(house, redacts(given.event), reacts("👍", outgoing(house)[0].event), seconds=SENT)
    assert len(house.provider.delivered) == 1
    await now(house, says("!history #1"))
    assert "Alice approved an answer by @bob" in answers_in(house)[-1].replace("Bob", "@bob")


async def test_an_answer_that_was_given_elsewhere_meanwhile_is_asked_about_once(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    ours = mail(id="w1@asso.example", sender="contact@asso.example", to="marie@example.org", reply_to="m1@example.org")
    house.provider.deliver(ours, folder="Sent")
    await house.settle(NOW)
    given = reacts("👍", outgoing(house)[0].event, sender=ALICE)
    await now(house, given, seconds=SENT)
    assert house.provider.delivered == [] and "waits for somebody else" in line(house)
    assert "has answered here since" in answers_in(house)[-1]
    await house.close()
    await house.open()
    await now(house, redacts(given.event), reacts("👍", outgoing(house)[0].event, sender=ALICE), seconds=SENT)
    assert len(house.provider.delivered) == 1 and "Approved by Alice" in line(house)


async def test_of_two_members_answers_that_wait_the_second_is_asked_about(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    await now(house, says("!reply Bonsoir", thread=card_of(house)))
    assert "waits here for approval" in answers_in(house)[-1]
    await now(house, says("!reply Bonsoir", thread=card_of(house)))
    first, second = outgoing(house)
    await now(house, reacts("👍", second.event, sender=BOB), seconds=SENT)
    await now(house, reacts("👍", first.event), seconds=SENT)
    assert len(house.provider.delivered) == 1 and "has answered here since" in answers_in(house)[-1]
    await now(house, says("!approve", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 2


async def test_a_check_mark_on_the_card_closes_as_ever_and_approves_nothing(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    await now(house, reacts("✅", card_of(house)), seconds=SENT)
    assert (house.provider.delivered, reply_state(house), card_says(house)["status"]) == ([], "unapproved", "closed")


async def test_an_edit_after_the_approval_asks_anew(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await now(house, written)
    await now(house, says("!approve", thread=card_of(house)), seconds=(0.0, 3.0))
    await now(house, edits(written.event, "!reply Bonsoir", sender=BOB), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")
    assert "Approved by" not in line(house)
    await now(house, says("!approve #1"), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"\nBonsoir\r\n" in raw


async def test_a_first_mail_waits_too(house: House) -> None:
    await now(house, says('!new leo@example.org "Bonjour"\nMots'), seconds=SENT)
    assert house.provider.delivered == []
    await now(house, says("!approve #2", sender=BOB), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("leo@example.org",)]


@pytest.mark.parametrize("what", ["written", "approved"])
async def test_after_the_database_was_put_back_it_leaves_once_at_most(house: House, what: str) -> None:
    if what == "written":
        await copied(house)
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    if what == "approved":
        await copied(house)
    await now(house, says("!approve", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1
    await put_back(house)
    await now(house, says("!approve", thread=card_of(house)), seconds=SENT)
    await house.settle((86_400.0, 16.0))
    assert len(house.provider.delivered) == 1


async def test_a_mail_that_came_since_is_read_before(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    house.provider.deliver(mail(id="n1@example.org", reply_to="m1@example.org", text="Trop tard."))
    await house.settle(NOW)
    await now(house, says("!approve", thread=card_of(house)), reacts("👍", outgoing(house)[0].event), seconds=SENT)
    assert house.provider.delivered == [] and "A mail came since" in answers_in(house)[-1]
    newest = next(p.event for p in mails_in(house) if p.ours["message_id"] == "n1@example.org")
    await now(house, says("!approve", thread=card_of(house), reply_to=newest), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("how", ["👍", "!approve"])
async def test_an_approval_taken_away_in_time_keeps_the_answer_here(house: House, how: str) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    given = reacts(how, outgoing(house)[0].event) if how == "👍" else says(how, thread=card_of(house))
    await now(house, given, seconds=(0.0, 3.0))
    assert "Approved by" in line(house)
    await house.close()
    await house.open()
    await now(house, redacts(given.event), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")
    assert "Approved by" not in line(house) and "waits for somebody else" in line(house)
    await now(house, says("!history #1"))
    assert "took back the approval" in answers_in(house)[-1]
    await now(house, says("!approve #1"), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_cross_on_its_line_takes_the_answer_back(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    await now(house, reacts("❌", outgoing(house)[0].event), seconds=SENT)
    assert reply_state(house) == "cancelled"
    await now(house, says("!approve #1"), reacts("❌", outgoing(house)[0].event), seconds=SENT)
    assert house.provider.delivered == [] and "Nothing waits to be sent" in answers_in(house)[-1]


async def test_its_writer_gets_it_out_by_no_word_and_nobody_approves_from_elsewhere_or_twice(house: House) -> None:
    plain = says("Bonjour Marie", thread=card_of(house), sender=BOB)
    await now(house, plain, reacts("📤", plain.event, sender=BOB))
    shown = outgoing(house)[0].event
    for word in ("!send", "!yes", "!resend", "!approve"):
        await now(house, says(word, thread=card_of(house), sender=BOB, reply_to=plain.event))
    await now(house, *(reacts(one, shown, sender=BOB) for one in ("📤", "✅", "🔁", "👍")))
    await now(house, says("!approve #1", room=CONFIG), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")
    await now(house, says("!approve", thread=card_of(house)), says("!approve", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_approved_held_and_edited_it_is_approved_anew(house: House) -> None:
    written = says('!reply --at "tomorrow 9:00" Bonjour', thread=card_of(house), sender=BOB)
    await now(house, written)
    await now(house, says("!approve", thread=card_of(house)))
    house.provider.deliver(mail(id="n1@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert reply_state(house) == "held"
    await now(house, edits(written.event, "!reply Bonsoir", sender=BOB))
    await now(house, says("!send", thread=card_of(house), sender=BOB), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")


async def test_words_that_are_changed_after_the_house_asks_for_it_wait_for_it(house: House) -> None:
    await house.close()
    house.instance = INSTANCE
    await house.open()
    written = says('!reply --at "tomorrow 9:00" Bonjour', thread=card_of(house), sender=BOB)
    await now(house, written)
    assert reply_state(house) == "scheduled"
    await house.close()
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),))
    await house.open()
    await now(house, edits(written.event, '!reply --at "tomorrow 9:00" Bonsoir', sender=BOB))
    await house.settle((86_400.0, 16.0))
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")


async def test_who_left_the_room_approves_nothing(house: House) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    house.homeserver.members[ROOM] = (Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await house.close()
    await house.open()
    await now(house, says("!approve", thread=card_of(house)), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")


async def test_what_was_held_before_four_eyes_were_asked_for_waits_for_them(house: House) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(MAILBOX,)))
    await now(house, says('!reply --at "in 2 days" Bonjour', thread=card_of(house), sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert reply_state(house) == "held"
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),)))
    await now(house, reads(mails_in(house)[-1].event, sender=BOB), says("!send", thread=card_of(house), sender=BOB))
    await house.settle(SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")
    await now(house, reads(mails_in(house)[-1].event), says("!approve", thread=card_of(house)), seconds=SENT)
    assert (len(house.provider.delivered), reply_state(house)) == (1, "sent")


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [("!spam", "the conversation is spam"), ("!block @example.org", "marie@example.org was blocked since")],
)
async def test_an_approval_sends_nothing_to_a_spammer_or_to_who_was_blocked_since(
    house: House, meanwhile: str, why: str, by_hand: bool
) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    house.clock.forward(60.0)
    await now(house, says(meanwhile, thread=card_of(house)))
    given = reacts("👍", outgoing(house)[0].event) if by_hand else says("!approve", thread=card_of(house))
    await now(house, given, seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "held")
    assert why in answers_in(house)[-1] and "!send" in answers_in(house)[-1]
    # It is approved: who knows it sends it by a word.
    await now(house, says("!send", thread=card_of(house), sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 1


@pytest.mark.parametrize("who", [ALICE, BOB])
@pytest.mark.parametrize("changed", ["!customer paul@x.example", "!bcc +bob@home.example", "!from asso@asso.example"])
async def test_where_who_gets_the_answers_was_changed_since_the_approval_is_asked_about_once(
    house: House, changed: str, who: UserId
) -> None:
    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    house.clock.forward(60.0)
    await now(house, says(changed, thread=card_of(house), sender=who))
    await now(house, says("!approve", thread=card_of(house)), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "unapproved")
    said = answers_in(house)[-1]
    assert "has changed since" in said and "still goes to marie@example.org" in said and "from contact@" in said
    await house.close()
    await house.open()
    await now(house, says("!approve", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def has_chosen(house: House, *choices: str) -> None:
    """The conversation is Bob's; Alice has a chat and an address, and chose this."""
    await invites(house, by=ALICE)
    await confirms(house)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await happens(house, *(says(f"!notify {one}") for one in choices))
    await house.settle(SOON)


def times_told(house: House, before: int) -> int:
    return len(mentioning(house, ALICE, before)) + len(notices(house))


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("is_asked", [False, True])
async def test_that_it_waits_is_told_once_to_who_chose_to_hear_of_answers(
    house: House, medium: str, is_asked: bool
) -> None:
    await has_chosen(house, f"noted-others {medium}")
    if not is_asked:
        await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    if is_asked:
        await happens(house, says("!yes", thread=card_of(house), sender=BOB))
    await house.close()
    await house.open()
    await house.settle((*SOON, *SOON))
    assert times_told(house, before) == 1
    # Whoever else approves it: that it has left they know by then.
    await happens(house, goes(house, CAROL, "join"))
    await now(house, reacts("👍", outgoing(house)[0].event, sender=CAROL))
    await house.settle((*SENT, *SOON))
    assert (reply_state(house), times_told(house, before)) == ("sent", 1)


async def test_by_nobody_s_choice_that_it_waits_rings_nobody(house: House) -> None:
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    before = len(house.homeserver.posted)
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB))
    await house.settle(SOON)
    assert mentioning(house, ALICE, before) == mentioning(house, BOB, before) == []


async def is_taken_back(house: House, how: str, written: TeamMessage) -> None:
    done: dict[str, object] = {
        "deleted": redacts(written.event, sender=BOB),
        "edited away": edits(written.event, "Non", sender=BOB),
        "edited after it was approved": edits(written.event, "!note Non", sender=BOB),
        "❌": reacts("❌", outgoing(house)[0].event, sender=BOB),
        "!undo": says("!undo", thread=card_of(house), sender=BOB),
        "left": goes(house, BOB),
    }
    await happens(house, done[how], seconds=(0.0,))


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("how", ["deleted", "edited away", "edited after it was approved", "❌", "!undo", "left"])
async def test_that_it_was_taken_back_is_told_once_to_who_heard_that_it_waits(
    house: House, medium: str, how: str
) -> None:
    await has_chosen(house, f"noted-others {medium}")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB), goes(house, CAROL, "join"))
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written, seconds=SOON)
    if how == "edited after it was approved":
        await now(house, reacts("👍", outgoing(house)[0].event, sender=CAROL), seconds=(0.0,))
    before = len(house.homeserver.posted)
    assert len(notices(house)) == int(medium == "email")
    await is_taken_back(house, how, written)
    await house.close()
    await house.open()
    await house.settle((*SOON, *SOON))
    assert reply_state(house) == "cancelled"
    assert times_told(house, before) == (2 if medium == "email" else 1)


@pytest.mark.parametrize("how", ["deleted", "❌"])
async def test_what_was_taken_back_before_it_was_mailed_is_not_mailed(house: House, how: str) -> None:
    await has_chosen(house, "noted-others email")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written, seconds=(0.0,))
    await is_taken_back(house, how, written)
    await house.settle((*SOON, *SOON))
    assert (reply_state(house), notices(house)) == ("cancelled", [])


async def test_that_an_answer_without_approval_was_taken_back_is_told_to_nobody(house: House) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(MAILBOX,)))
    await has_chosen(house, "noted-others on")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    before = len(house.homeserver.posted)
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written, redacts(written.event, sender=BOB), seconds=SOON)
    assert (reply_state(house), times_told(house, before)) == ("cancelled", 0)


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_that_it_waits_anew_is_told_to_who_heard_that_it_waits(house: House, medium: str) -> None:
    await has_chosen(house, f"noted-others {medium}")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB), goes(house, CAROL, "join"))
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written, seconds=SOON)
    before = len(house.homeserver.posted)
    await happens(house, edits(written.event, "!reply Bonjour à vous", sender=BOB), seconds=SOON)
    already = len(notices(house))
    assert (times_told(house, before) - already, already) == (0, int(medium == "email")), "it waits as before"
    await now(house, reacts("👍", outgoing(house)[0].event, sender=CAROL), seconds=(0.0,))
    await now(house, edits(written.event, "!reply Bonsoir", sender=BOB), seconds=(0.0,))
    await house.close()
    await house.open()
    await house.keeper.enter(DIRECT)
    await house.settle((*SOON, *SOON))
    assert (reply_state(house), times_told(house, before) - already) == ("unapproved", 1)


async def test_whoever_had_approved_it_hears_that_it_waits_anew(house: House) -> None:
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB), goes(house, CAROL, "join"))
    written = says("!reply Bonjour", thread=card_of(house), sender=BOB)
    await happens(house, written)
    await now(house, reacts("👍", outgoing(house)[0].event, sender=CAROL), seconds=(0.0,))
    before = len(house.homeserver.posted)
    await now(house, edits(written.event, "!reply Bonsoir", sender=BOB), seconds=SOON)
    (one,) = mentioning(house, CAROL, before)
    assert "had approved" in str(one.content["body"])
    assert mentioning(house, ALICE, before) == mentioning(house, BOB, before) == []


@pytest.mark.parametrize("medium", ["on", "direct", "email", "off"])
@pytest.mark.parametrize("how", ["👍", "!approve"])
async def test_its_writer_hears_that_the_approval_was_taken_back_whoever_has_it(
    house: House, medium: str, how: str
) -> None:
    """It is Bob's; Alice wrote it, and Carol approves."""
    await has_chosen(house, f"noted-mine {medium}")
    await happens(house, reads(mails_in(house)[-1].event), goes(house, CAROL, "join"))
    await happens(house, says("!notify noted-mine off", sender=BOB))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SOON)
    given = reacts(how, outgoing(house)[0].event, sender=CAROL)
    given = given if how == "👍" else says(how, thread=card_of(house), sender=CAROL)  # type: ignore[assignment]
    await now(house, given, seconds=(0.0, 3.0))
    before, already = len(house.homeserver.posted), len(notices(house))
    await now(house, redacts(given.event, sender=CAROL), seconds=(0.0,))
    await house.close()
    await house.open()
    await house.keeper.enter(DIRECT)
    await house.settle((*SOON, *SOON))
    assert (reply_state(house), times_told(house, before) - already) == ("unapproved", int(medium != "off"))
    assert mentioning(house, BOB, before) == mentioning(house, CAROL, before) == []


async def test_the_board_says_that_it_waits_and_no_more_once_it_does_not(house: House) -> None:
    def waits() -> bool:
        board = house.homeserver.of_kind("board")[-1].event
        return "1 answer waits for approval" in str(house.homeserver.current(board)["body"])

    await now(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=SENT)
    assert waits()
    given = reacts("👍", outgoing(house)[0].event)
    await now(house, given, seconds=(0.0, 16.0))
    assert not waits()
    await now(house, redacts(given.event), seconds=SENT)
    assert reply_state(house) == "unapproved" and waits()
    await now(house, reacts("❌", outgoing(house)[0].event), seconds=SENT)
    assert not waits()
