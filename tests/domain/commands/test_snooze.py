"""`snooze`, and the time that has come: cases. How times are read: `tests/domain/test_times.py`."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision, SetTimer
from bot.domain.due_snapshots import SnoozeSnapshot
from bot.domain.effects import Say, ShowCard
from bot.domain.happening import What
from bot.domain.ids import UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.rules.moves import with_status
from bot.domain.settings import MailboxSettings
from bot.domain.stories.table import decide
from tests.domain.commands.cases import NOW, given, is_marked, other, saved, told
from tests.domain.deciding import FIRST, MAILBOX, conversation
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import INSTANCE

MONDAY = NOW + timedelta(days=7, hours=-1)
"""Nine in the morning in Paris, where it is ten now."""
SNOOZED = conversation(status=Status.PENDING, snoozed_until=MONDAY, snoozed_by=ALICE)


def timers(decision: Decision) -> list[SetTimer]:
    return [c for c in decision.changes if isinstance(c, SetTimer) and c.timer.startswith("snooze:")]


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PENDING, Status.CLOSED])
@pytest.mark.parametrize("body", ["!snooze monday 9:00", "!reporter lundi 9h", "!snooze #1 monday", "!snooze 7d #1"])
def test_it_is_pending_until_the_time_that_is_named_back(body: str, status: Status) -> None:
    decision = given(body, there=(conversation(status=status, needs_nobody=status is Status.ACTIVE),))
    (after,) = saved(decision)
    assert (after.status, after.snoozed_until, after.snoozed_by, after.needs_nobody, after.is_snoozed) == (
        Status.PENDING, MONDAY, ALICE, False, True,
    )  # fmt: skip
    assert timers(decision) == [SetTimer("snooze:1", MONDAY)]
    assert (told(decision), is_marked(decision)) == (["snooze.done"], False)
    (said,) = [s for e in decision.effects if isinstance(e, Say) for s in e.sentences]
    assert dict(said.values)["when"] == MONDAY


def test_several_at_once_and_one_that_is_snoozed_already_gets_the_new_time() -> None:
    decision = given("!snooze tomorrow #1 #2", there=(SNOOZED, other(2)), in_thread=False)
    assert [(one.id, one.snoozed_until) for one in saved(decision)] == [
        (1, NOW + timedelta(days=1, hours=-1)),
        (2, NOW + timedelta(days=1, hours=-1)),
    ]
    assert [one.timer for one in timers(decision)] == ["snooze:1", "snooze:2"]


def test_repeated_it_changes_nothing_and_says_it_again() -> None:
    decision = given("!snooze monday 9:00", there=(SNOOZED,))
    assert (saved(decision), told(decision)) == ([], ["snooze.done"])


@pytest.mark.parametrize(
    ("body", "before", "why"),
    [
        ("!snooze", conversation(), "error.snooze_which"),
        ("!snooze", SNOOZED, "snooze.is"),
        ("!snooze soon", conversation(), "error.snooze_when"),
        ("!snooze 12", conversation(), "error.snooze_when"),
        ("!snooze 9h", conversation(), "error.snooze_hours"),
        ("!snooze today 8:00", conversation(), "error.snooze_past"),
        ("!snooze 2099-01-01", conversation(), "error.snooze_too_far"),
        ("!snooze 3d", conversation(status=Status.SPAM), "error.snooze_spam"),
        ("!snooze off", conversation(), "error.not_snoozed"),
        ("!snooze off", conversation(status=Status.CLOSED, snoozed_until=MONDAY), "error.not_snoozed"),
        ("!snooze 3d #9", conversation(), "error.no_such_conversation"),
    ],
)
def test_what_is_no_time_to_come_is_told_and_nothing_is_changed(body: str, before: Conversation, why: str) -> None:
    decision = given(body, there=(before,))
    assert (told(decision), saved(decision), timers(decision)) == ([why], [], [])


@pytest.mark.parametrize("body", ["!snooze off", "!snooze fin", "!snooze Annuler", "!snooze #1 cancel", "!active"])
def test_it_is_ended_by_hand(body: str) -> None:
    (after,) = saved(given(body, there=(SNOOZED,)))
    assert (after.status, after.snoozed_until, after.snoozed_by) == (Status.ACTIVE, None, None)


@pytest.mark.parametrize(
    ("way", "until"),
    [
        ((Status.ACTIVE,), None),
        ((Status.PENDING,), MONDAY),
        ((Status.SPAM,), None),
        ((Status.CLOSED, Status.ACTIVE), None),
        ((Status.CLOSED, Status.PENDING), MONDAY),
    ],
)
def test_it_stays_snoozed_while_it_is_pending_or_closed_and_pending_again(
    way: tuple[Status, ...], until: datetime | None
) -> None:
    after = SNOOZED
    for status in way:
        after = with_status(after, status)
    assert (after.snoozed_until if after.is_snoozed else None) == until
    assert not with_status(SNOOZED, Status.CLOSED).is_snoozed


# --- its time


def came(one: Conversation | None, *, now: datetime = MONDAY, mailbox: MailboxSettings | None = MAILBOX) -> Decision:
    return decide(SnoozeSnapshot(one, mailbox, INSTANCE, (ALICE, BOB)), TimerDue("snooze:1", MONDAY), now)


@pytest.mark.parametrize(
    ("assignee", "followers", "people"),
    [(None, (), (ALICE,)), (BOB, (), (BOB,)), (BOB, (ALICE, BOB), (BOB, ALICE)), (None, (BOB,), (ALICE, BOB))],
)
def test_it_is_to_do_again_and_those_whom_it_concerns_are_told(
    assignee: UserId | None, followers: tuple[UserId, ...], people: tuple[UserId, ...]
) -> None:
    decision = came(replace(SNOOZED, assignee=assignee, followers=followers))
    (after,) = saved(decision)
    assert (after.status, after.snoozed_until, after.assignee) == (Status.ACTIVE, None, assignee)
    assert [one.what for one in decision.happened] == [What.WOKEN]
    (say,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert (say.conversation, say.mention, told(decision)) == (FIRST, people, ["snooze.back"])
    assert any(isinstance(effect, ShowCard) for effect in decision.effects)


@pytest.mark.parametrize("one", [None, conversation(), conversation(status=Status.PENDING)])
def test_one_that_was_woken_before_is_left_alone(one: Conversation | None) -> None:
    assert came(one) == Decision()


def test_one_that_was_snoozed_anew_comes_at_the_later_time() -> None:
    later = replace(SNOOZED, snoozed_until=MONDAY + timedelta(hours=2))
    assert came(later) == Decision((SetTimer("snooze:1", MONDAY + timedelta(hours=2)),))


def test_a_closed_one_stays_closed_and_its_time_is_over() -> None:
    decision = came(with_status(SNOOZED, Status.CLOSED))
    (after,) = saved(decision)
    assert (after.status, after.snoozed_until, decision.happened, decision.effects) == (Status.CLOSED, None, (), ())


def test_where_the_mailbox_was_removed_its_time_waits() -> None:
    assert came(SNOOZED, mailbox=None) == Decision((SetTimer("snooze:1", MONDAY + timedelta(hours=1)),))


def test_late_it_comes_all_the_same() -> None:
    assert saved(came(SNOOZED, now=MONDAY + timedelta(days=3)))[0].status is Status.ACTIVE


def test_in_an_archived_mailbox_it_calls_nobody_and_comes_back_once_that_is_served_again() -> None:
    decision = came(SNOOZED, mailbox=replace(MAILBOX, is_archived=True))
    assert (told(decision), saved(decision)) == ([], [])
    assert timers(decision) == [SetTimer("snooze:1", MONDAY + timedelta(hours=1))]
    assert saved(came(SNOOZED))
