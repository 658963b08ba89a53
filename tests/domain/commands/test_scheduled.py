"""`scheduled`, and `reply --at`: an answer waits for its time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.command import Called
from bot.domain.commands.scheduled import MOST_SHOWN
from bot.domain.conversation import OutState, Status
from bot.domain.decision import AddMail, SetTimer, UpdateMail
from bot.domain.due_snapshots import ScheduledSnapshot
from bot.domain.effects import Say, ShowState, SubmitMail
from bot.domain.ids import ConversationId
from bot.domain.inputs.inside import TimerDue
from bot.domain.needs import WaitingIn
from bot.domain.page import Bullets, Paragraph
from bot.domain.rules.scheduling import held_by_mail, timer_of_mail
from bot.domain.sentences import sentence
from bot.domain.stories.table import decide
from bot.domain.work import Onward
from tests.domain.commands.cases import NOW, ask, given, other, page_of, saved, told
from tests.domain.deciding import World
from tests.fakes.chat import ALICE, BOB, ROOM

MONDAY = NOW + timedelta(days=7, hours=-1)
"""Nine in the morning in Paris, where it is ten now."""


def scheduled(words: str = "Bonjour") -> World:
    """A world in which Alice's answer waits for Monday."""
    world = World()
    world.comes()
    world.says(f'!reply --at "monday 9:00" {words}')
    return world


def rings(world: World, *, shown: frozenset[str] = frozenset(), late: timedelta = timedelta()) -> list[str]:
    """Its time comes; what is said."""
    (record,) = world.out()
    at = record.leaves_at or MONDAY
    world.now = max(world.now, at + late)
    snapshot = ScheduledSnapshot(record, world.work(ALICE), shown=shown)
    world.take(decide(snapshot, TimerDue(timer_of_mail(record.row), at), world.now))
    return told(world.decided)


@pytest.mark.parametrize(
    "body",
    [
        '!reply --at "monday 9:00" Bonjour', "!répondre --à « lundi 9h » Bonjour", "!reply --le “lundi 9h”\nBonjour",
        "!reply --at monday 9:00\nBonjour", '!reply —at "lundi 9h" Bonjour', '!reply #1 --at"lundi 9h" Bonjour',
        '!reply --only --at "monday 9:00" Bonjour', '!reply --at "monday 9:00" --only Bonjour',
    ],
)  # fmt: skip
def test_the_mail_is_decided_and_waits_for_the_time_that_is_named(body: str) -> None:
    decision = given(body)
    (record,) = [c.record for c in decision.changes if isinstance(c, AddMail)]
    assert (record.leaves_at, record.text, record.is_scheduled, record.raw) == (MONDAY, "Bonjour", True, "")
    assert next(c for c in decision.changes if isinstance(c, SetTimer)) == SetTimer(timer_of_mail(record.row), MONDAY)
    assert not [e for e in decision.effects if isinstance(e, SubmitMail)]
    assert [e.record for e in decision.effects if isinstance(e, ShowState)] == [record]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!reply --at whenever\nBonjour", "error.at_when"),
        ("!reply --at lundi 9h Bonjour", "error.at_when"),
        ("!reply --at", "error.at_when"),
        ('!reply --at "2025-01-01" Bonjour', "error.at_past"),
        ('!reply --at "2030-01-01" Bonjour', "error.at_too_far"),
        ('!reply --at "9h" Bonjour', "error.at_hours"),
        ('!reply --at "monday"', "error.empty_reply"),
        ('!reply --at "monday" --at "tuesday" Bonjour', "error.unknown_option"),
        ("!reply --x Bonjour", "error.unknown_option"),
    ],
)
def test_nothing_is_mailed_with_a_time_that_means_nothing(body: str, why: str) -> None:
    decision = given(body)
    assert (told(decision), saved(decision)) == ([why], [])


def test_a_dash_before_a_word_of_the_letter_is_no_flag() -> None:
    reading = ask("!reply —à bientôt")[0].reading
    assert isinstance(reading, Called) and (reading.text, reading.at) == ("—à bientôt", None)


def test_read_late_tomorrow_is_the_day_after_it_was_said() -> None:
    asked, message = ask('!reply --at "tomorrow 9:00" Bonjour')
    later = replace(asked, now=NOW + timedelta(hours=20))
    decision = decide(later, message, later.now)
    (record,) = [c.record for c in decision.changes if isinstance(c, AddMail)]
    assert record.leaves_at == NOW + timedelta(days=1, hours=-1)
    too_late = replace(asked, now=NOW + timedelta(days=2))
    assert told(decide(too_late, message, too_late.now)) == ["error.at_past"]


def test_at_its_time_it_is_written_dated_then_and_leaves_at_once() -> None:
    world = scheduled()
    assert world.calls == []
    assert rings(world) == []
    (call,) = world.calls
    (record,) = world.out()
    assert (call.due, call.text, record.date, record.leaves_at, record.has_waited) == (
        MONDAY, "Bonjour", MONDAY, None, True,
    )  # fmt: skip
    world.calls.clear()
    world.take(decide(ScheduledSnapshot(record, world.work(ALICE)), TimerDue("later:1", MONDAY), world.now))
    assert world.calls == []


def test_left_late_its_writer_hears_of_it() -> None:
    world = scheduled()
    assert rings(world, late=timedelta(minutes=16)) == ["scheduled.late"]
    assert len(world.calls) == 1


def test_before_its_time_the_timer_is_set_again() -> None:
    world = scheduled()
    (record,) = world.out()
    early = TimerDue(timer_of_mail(record.row), NOW)
    decision = decide(ScheduledSnapshot(record, world.work(ALICE)), early, NOW)
    assert decision.changes == (SetTimer(early.timer, MONDAY),)
    gone = decide(ScheduledSnapshot(record, None), early, MONDAY)
    assert gone.changes == (SetTimer(early.timer, MONDAY + timedelta(hours=1)),)


@pytest.mark.parametrize("end", ["undo", "redact", "edit to talk", "edit to no time", "time taken out"])
def test_taken_back_it_never_leaves(end: str) -> None:
    world = World()
    world.comes()
    written = world.says('!reply --at "monday 9:00" Bonjour')
    match end:
        case "undo":
            world.says("!undo")
        case "redact":
            world.redacts(written.event)
        case "edit to talk":
            world.edits(written.event, "rather not")
        case "time taken out":
            world.edits(written.event, "!reply Bonsoir")
        case _:
            world.edits(written.event, '!reply --at "when it suits" Bonjour')
    assert [r.state for r in world.out()] == [OutState.CANCELLED]
    rings(world)
    assert world.calls == []


@pytest.mark.parametrize(
    ("edit", "at"),
    [
        ('!reply --at "monday 9:00" Bonsoir', MONDAY),
        ('!reply --at "tuesday 9:00" Bonsoir', NOW + timedelta(days=1, hours=-1)),
    ],
)
def test_an_edit_changes_its_words_and_its_time(edit: str, at: object) -> None:
    world = World()
    world.comes()
    written = world.says('!reply --at "monday 9:00" Bonjour')
    world.now += timedelta(minutes=5)
    world.edits(written.event, edit)
    (record,) = world.out()
    assert (record.text, record.leaves_at, record.is_scheduled) == ("Bonsoir", at, True)
    rings(world)
    assert [call.text for call in world.calls] == ["Bonsoir"]


def test_an_answer_in_its_undo_window_is_given_a_time_by_an_edit() -> None:
    world = World()
    world.comes()
    written = world.says("!reply Bonjour")
    assert len(world.calls) == 1
    world.edits(written.event, '!reply --at "monday 9:00" Bonjour')
    assert world.calls == [] and world.out()[0].leaves_at == MONDAY
    rings(world)
    assert [call.due for call in world.calls] == [MONDAY]


def test_a_mail_that_comes_before_holds_it_and_send_lets_it_go() -> None:
    world = scheduled()
    world.comes()
    world.conversation = replace(world.conversation, heard=world.conversation.heard + 1)
    decision = held_by_mail(world.conversation, world.out())
    assert told(decision) == ["scheduled.held", "scheduled.how"]
    (say,) = [e for e in decision.effects if isinstance(e, Say)]
    assert say.mention == (ALICE,)
    world.take(decision)
    assert [r.state for r in world.out()] == [OutState.HELD]
    rings(world)
    assert world.calls == []
    world.says("!send", sender=BOB)
    (call,) = world.calls
    assert (call.text, call.due) == ("Bonjour", world.now + timedelta(seconds=20))
    assert [r.state for r in world.out()] == [OutState.QUEUED]
    world.says("!send", sender=BOB)
    assert told(world.decided) == ["error.send_what"] and len(world.calls) == 1


@pytest.mark.parametrize(
    ("status", "leaves"), [(Status.SPAM, False), (Status.DELETED, False), (Status.CLOSED, True), (Status.PENDING, True)]
)
def test_what_is_spam_or_deleted_holds_it_at_its_time_and_no_other_status(status: Status, leaves: bool) -> None:
    world = scheduled()
    world.conversation = replace(world.conversation, status=status)
    assert rings(world) == ([] if leaves else [f"scheduled.held_{status.value}", "scheduled.how"])
    assert len(world.calls) == (1 if leaves else 0)


@pytest.mark.parametrize(
    ("shown", "state"),
    [("sent", OutState.SENT), ("partly", OutState.SENT), ("cancelled", OutState.CANCELLED), ("scheduled", None)],
)
def test_what_a_forgotten_run_did_with_it_is_not_done_again(shown: str, state: OutState | None) -> None:
    world = scheduled()
    rings(world, shown=frozenset({"scheduled", shown}))
    (record,) = world.out()
    assert (record.state if state else None, len(world.calls)) == (state, 0 if state else 1)


def test_merged_away_it_leaves_unless_a_mail_came_where_the_talk_goes_on() -> None:
    for is_overtaken, calls in ((False, 1), (True, 0)):
        world = scheduled()
        world.conversation = replace(world.conversation, status=Status.CLOSED, goes_on_as=ConversationId(2))
        (record,) = world.out()
        world.now = MONDAY
        came = replace(next(iter(world.mails.values())), conversation=ConversationId(2))
        onward = Onward(other(2), ((came, MONDAY if is_overtaken else NOW - timedelta(days=1)),), None)
        snapshot = ScheduledSnapshot(record, replace(world.work(ALICE), onward=(onward,)))
        world.take(decide(snapshot, TimerDue(timer_of_mail(record.row), MONDAY), MONDAY))
        assert len(world.calls) == calls
        assert ("scheduled.held_merged" in told(world.decided)) == is_overtaken


def test_a_held_one_is_given_another_time_by_an_edit() -> None:
    world = World()
    world.comes()
    written = world.says('!reply --at "tuesday 9:00" Bonjour')
    world.take(held_by_mail(world.conversation, world.out()))
    world.edits(written.event, "!reply Bonsoir")
    assert [(r.state, r.text) for r in world.out()] == [(OutState.HELD, "Bonsoir")]
    world.edits(written.event, '!reply --at "monday 9:00" Bonsoir')
    assert [(r.state, r.leaves_at) for r in world.out()] == [(OutState.QUEUED, MONDAY)]


def test_a_question_before_it_keeps_the_time() -> None:
    world = World()
    world.comes()
    world.says("!reply Un", sender=BOB)
    asked = world.says('!reply --at "monday 9:00" Deux')
    assert [type(c).__name__ for c in world.decided.changes if isinstance(c, AddMail)] == []
    world.says('!reply --at "monday 9:00" Deux', event=world.event())
    (record,) = [r for r in world.out() if r.author == ALICE]
    assert (record.leaves_at, record.source) == (MONDAY, asked.event) or record.leaves_at == MONDAY


def test_the_draft_is_sent_at_a_time() -> None:
    world = World()
    world.comes()
    world.says("!draft Bonjour")
    world.says('!send --at "monday 9:00"')
    assert [(r.text, r.leaves_at) for r in world.out()] == [("Bonjour", MONDAY)]
    world.says("!send")
    assert told(world.decided) == ["error.send_what"]


def test_the_list_names_what_waits_and_nothing_else() -> None:
    world = scheduled("Bonjour " * 30)
    page = page_of("!scheduled", there=(world.conversation,), within=world, in_thread=False)
    assert [line.key for block in page.blocks for line in block.lines] == ["scheduled.line"]  # type: ignore[union-attr]
    world.take(held_by_mail(world.conversation, world.out()))
    page = page_of("!programmés", there=(world.conversation,), within=world, in_thread=False)
    assert [line.key for block in page.blocks for line in block.lines] == ["scheduled.line_held"]  # type: ignore[union-attr]
    assert told(given("!scheduled", room=ROOM, in_thread=False)) == ["scheduled.none"]


def test_of_a_long_list_it_is_said_that_there_are_more() -> None:
    (one,) = scheduled().out()
    page = page_of("!scheduled", knows={WaitingIn: (one,) * (MOST_SHOWN + 1)}, in_thread=False)
    rows, more = page.blocks
    assert isinstance(rows, Bullets) and len(rows.lines) == MOST_SHOWN
    assert more == Paragraph((sentence("scheduled.more", most=MOST_SHOWN),))


def test_of_two_that_wait_undo_takes_the_one_that_leaves_soon_or_that_is_pointed_at() -> None:
    world = World()
    world.comes()
    far = world.says('!reply --at "monday 9:00" Loin')
    world.now += timedelta(minutes=1)
    world.says("!reply Vite")
    world.says("!undo")
    assert {r.text: r.state for r in world.out()} == {"Loin": OutState.QUEUED, "Vite": OutState.CANCELLED}
    assert [c.record.text for c in world.decided.changes if isinstance(c, UpdateMail)] == ["Vite"]
    world.redacts(far.event)
    assert {r.state for r in world.out()} == {OutState.CANCELLED}


def test_a_held_one_that_is_sent_where_four_eyes_are_asked_for_since_keeps_its_time() -> None:
    world = scheduled()
    (record,) = world.out()
    world.mails[record.row] = replace(record, state=OutState.HELD)
    world.mailbox = replace(world.mailbox, approval=True)
    world.says("!send")
    (record,) = world.out()
    assert (record.state, record.leaves_at) == (OutState.UNAPPROVED, MONDAY)
    world.says("!approve", sender=BOB)
    (record,) = world.out()
    assert record.is_scheduled and record.leaves_at == MONDAY and not world.calls
