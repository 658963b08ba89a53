"""`approve`: where a mailbox asks for four eyes, another member's word lets a mail leave."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import EventKind, KnownEvent, OutState
from bot.domain.effects import ShowState
from bot.domain.happening import What
from bot.domain.ids import EventId
from bot.domain.outcomes import MailAccepted
from tests.domain.commands.cases import NOW, told
from tests.domain.deciding import FIRST, MAILBOX, World
from tests.fakes.chat import ALICE, BOB, ROOM

MONDAY = NOW + timedelta(days=7, hours=-1)


def waiting(words: str = "!reply Bonjour", *, by: object = BOB) -> World:
    world = World(mailbox=replace(MAILBOX, approval=True))
    world.comes()
    world.says(words, sender=by)  # type: ignore[arg-type]
    world.now += timedelta(minutes=1)
    return world


def state(world: World) -> list[OutState | None]:
    return [one.state for one in world.out()]


def test_a_mail_waits_and_leaves_by_another_s_word_after_its_undo_window() -> None:
    world = waiting()
    assert (state(world), world.calls) == ([OutState.UNAPPROVED], [])
    world.says("!approuver")
    (call,) = world.calls
    (record,) = world.out()
    assert (call.text, call.due, record.approved_by, record.state) == (
        "Bonjour", world.now + timedelta(seconds=20), ALICE, OutState.QUEUED,
    )  # fmt: skip
    assert [one.what for one in world.decided.happened if one.what is What.APPROVED] == [What.APPROVED]
    world.says("!approve")
    assert told(world.decided) == ["error.approve_nothing"] and len(world.calls) == 1


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_nobody_approves_what_they_wrote_an_admin_neither(who: object) -> None:
    world = waiting(by=who)
    world.says("!approve", sender=who)  # type: ignore[arg-type]
    assert (told(world.decided), state(world), world.calls) == (["error.approve_own"], [OutState.UNAPPROVED], [])


def test_where_the_house_asks_no_more_anybody_lets_it_go() -> None:
    world = waiting()
    world.mailbox = MAILBOX
    world.says("!approve", sender=BOB)
    assert len(world.calls) == 1


def test_without_the_setting_nothing_waits_for_it() -> None:
    world = World()
    world.comes()
    world.says("!reply Bonjour")
    assert state(world) == [OutState.QUEUED]
    world.says("!approve", sender=BOB)
    assert told(world.decided) == ["error.approve_nothing"]


def test_an_edit_after_the_approval_asks_anew() -> None:
    world = World(mailbox=replace(MAILBOX, approval=True))
    world.comes()
    written = world.says("!reply Bonjour", sender=BOB)
    world.now += timedelta(seconds=30)
    world.says("!approve")
    assert len(world.calls) == 1
    world.now += timedelta(seconds=5)
    world.edits(written.event, "!reply Donnez-nous tout", sender=BOB)
    (record,) = world.out()
    assert (record.state, record.approved_by, record.text, world.calls) == (
        OutState.UNAPPROVED, None, "Donnez-nous tout", [],
    )  # fmt: skip
    world.now += timedelta(seconds=5)
    world.says("!approve")
    assert [call.text for call in world.calls] == ["Donnez-nous tout"]


def test_words_that_changed_after_the_approval_was_written_are_not_approved() -> None:
    world = World(mailbox=replace(MAILBOX, approval=True))
    world.comes()
    written = world.says("!reply Bonjour", sender=BOB)
    before = world.now
    world.now += timedelta(seconds=30)
    world.edits(written.event, "!reply Autre chose", sender=BOB)
    after, world.now = world.now, before
    world.says("!approve")
    assert (told(world.decided), world.calls) == (["error.approve_changed"], [])
    world.now = after + timedelta(seconds=1)
    world.says("!approve")
    assert [call.text for call in world.calls] == ["Autre chose"]


def test_a_mail_that_came_since_is_read_first() -> None:
    world = waiting()
    world.comes()
    world.conversation = replace(world.conversation, heard=world.conversation.heard + 1)
    world.says("!approve")
    assert (told(world.decided), world.calls) == (["error.approve_newer"], [])


def test_with_a_time_it_waits_for_that_once_it_is_approved() -> None:
    world = waiting('!reply --at "monday 9:00" Bonjour')
    assert state(world) == [OutState.UNAPPROVED] and not world.out()[0].is_scheduled
    world.says("!approve")
    (record,) = world.out()
    assert (record.is_scheduled, record.leaves_at, world.calls) == (True, MONDAY, [])


@pytest.mark.parametrize("end", ["undo", "redact", "edit"])
def test_taken_back_it_is_approved_by_nobody(end: str) -> None:
    world = World(mailbox=replace(MAILBOX, approval=True))
    world.comes()
    written = world.says("!reply Bonjour", sender=BOB)
    match end:
        case "undo":
            world.says("!undo", sender=BOB)
        case "redact":
            world.redacts(written.event, sender=BOB)
        case _:
            world.edits(written.event, "rather not", sender=BOB)
    world.now += timedelta(minutes=1)
    world.says("!approve")
    assert (state(world), told(world.decided), world.calls) == ([OutState.CANCELLED], ["error.approve_nothing"], [])


def test_of_several_the_one_that_is_pointed_at_or_the_last_of_a_colleague() -> None:
    world = waiting("!reply Un")
    world.now += timedelta(minutes=20)
    world.says("!reply Deux", sender=BOB)
    world.now += timedelta(minutes=20)
    world.says("!reply Trois", sender=ALICE)
    world.now += timedelta(minutes=20)
    world.says("!approve", sender=ALICE)
    shown = [e.record.text for e in world.effects if isinstance(e, ShowState)]
    assert shown == ["Deux"]


def approved(how: str) -> tuple[World, EventId]:
    """An answer of Bob's that Alice approved, and what she deletes to take that away."""
    world = waiting()
    (record,) = world.out()
    line = KnownEvent(EventId("$line"), ROOM, EventKind.MAIL, FIRST, None, record.row, world.now)
    world.events[line.event] = line
    world.mails[record.row] = replace(record, event=line.event)
    if how == "word":
        given = world.says("!approve").event
    else:
        world.reacts(how, line.event)
        (given,) = [one for one, kept in world.reactions.items() if kept.target == line.event]
    world.mails[record.row] = replace(world.mails[record.row], event=line.event)
    return world, given


@pytest.mark.parametrize("how", ["👍", "👍🏽", "word"])
def test_an_approval_that_is_taken_away_before_the_mail_leaves_is_none(how: str) -> None:
    world, given = approved(how)
    assert [call.text for call in world.calls] == ["Bonjour"]
    world.redacts(given)
    (record,) = world.out()
    assert (record.state, record.approved_by, world.calls) == (OutState.UNAPPROVED, None, [])
    assert [one.what for one in world.decided.happened] == [What.APPROVAL_WITHDRAWN]
    world.redacts(given)
    assert world.decided.happened == (), "and once"
    world.now += timedelta(seconds=5)
    world.says("!approve")
    assert [call.text for call in world.calls] == ["Bonjour"]


def test_once_its_mail_has_left_taking_it_away_does_nothing() -> None:
    world, given = approved("👍")
    world.made(world.calls[0], MailAccepted("ok", ("marie@example.org",)))
    world.redacts(given)
    assert (state(world), world.effects) == ([OutState.SENT], [])


def test_of_a_mail_under_way_this_try_is_the_last() -> None:
    world, given = approved("👍")
    world.begins(world.calls[0])
    world.redacts(given)
    assert told(world.decided) == ["reply.stopping"]


def test_the_approval_of_a_scheduled_mail_is_taken_away_until_its_time() -> None:
    world = waiting('!reply --at "monday 9:00" Bonjour')
    given = world.says("!approve").event
    world.now += timedelta(hours=30)
    world.redacts(given)
    (record,) = world.out()
    assert (record.state, record.leaves_at, record.approved_by) == (OutState.UNAPPROVED, MONDAY, None)


def test_a_thumb_that_approved_nothing_takes_no_approval_along() -> None:
    world = waiting()
    (record,) = world.out()
    line = KnownEvent(EventId("$line"), ROOM, EventKind.MAIL, FIRST, None, record.row, world.now)
    world.events[line.event] = line
    world.reacts("👍", line.event, sender=BOB)
    assert (told(world.decided), world.reactions) == (["error.approve_own"], {})


@pytest.mark.parametrize("again", ["!reply Bonjour", '!reply --at "tomorrow 9:00" Bonjour'])
def test_the_same_answer_that_waits_already_is_asked_about(again: str) -> None:
    world = waiting(again)
    world.says(again, sender=BOB)
    assert world.said()[:1] == ["question.same_waits"] and len(world.out()) == 1
    world.says(again, sender=BOB)
    assert len(world.out()) == 2


def test_of_two_answers_alike_the_second_approval_is_asked_about_once() -> None:
    world = waiting()
    for _ in range(2):
        world.says("!reply Bonjour", sender=BOB)
    assert state(world) == [OutState.UNAPPROVED] * 2
    world.now += timedelta(minutes=1)
    world.says("!approve")
    assert len(world.calls) == 1
    world.now += timedelta(minutes=1)
    world.says("!approve")
    assert world.said() == ["approve.twin"] and len(world.calls) == 1
    world.now += timedelta(minutes=1)
    world.says("!approve")
    assert len(world.calls) == 2


def test_other_words_of_the_same_writer_are_approved_unasked() -> None:
    world = waiting()
    world.says("!reply Bonsoir", sender=BOB)
    for _ in range(2):
        world.now += timedelta(minutes=1)
        world.says("!approve")
    assert len(world.calls) == 2
