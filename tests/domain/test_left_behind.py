"""What a forgotten run had waiting: what is decided again, what is deleted and told, what is left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import Do, Say
from bot.domain.ids import ConversationId, EventId
from bot.domain.rules.left_behind import left_behind
from bot.domain.traces import OwnEvent
from tests.domain.deciding import START
from tests.fakes.chat import ROOM

SAID = EventId("$said")
TWO = ConversationId(2)


def card(opened_by: str) -> OwnEvent:
    return OwnEvent(
        EventId("$card"), ROOM, START, kind="conversation", conversation=TWO, status="active", message_id=opened_by
    )


def line(state: str, edit: str = "") -> tuple[OwnEvent, ...]:
    first = OwnEvent(
        EventId("$line"), ROOM, START, answers=SAID, kind="mail", conversation=TWO, message_id="out@us", state=state
    )
    later = OwnEvent(
        EventId("$edit"), ROOM, START + timedelta(minutes=1), answers=SAID, edits=first.event, kind="mail",
        conversation=TWO, message_id="out@us", state=edit,
    )  # fmt: skip
    return (first, later) if edit else (first,)


@pytest.mark.parametrize(
    ("opened_by", "states", "is_known", "again", "gone", "tells"),
    [
        # A reply that waits, in a conversation that is there, or that is not.
        ("in@them", ("scheduled",), True, True, (), 0),
        ("in@them", ("unapproved",), True, True, (), 0),
        ("in@them", ("scheduled", "held"), True, True, (), 0),
        ("in@them", ("scheduled",), False, False, ("$line",), 1),
        # What left, or was taken back, is decided by nobody.
        ("in@them", ("scheduled", "sent"), True, False, (), 0),
        ("in@them", ("scheduled", "cancelled"), True, False, (), 0),
        ("in@them", ("queued", "sent"), False, False, (), 0),
        ("in@them", ("queued",), False, False, (), 0),
        # A conversation that a member began.
        ("out@us", ("queued",), False, False, ("$card", "$line"), 1),
        ("out@us", ("scheduled",), False, False, ("$card", "$line"), 1),
        ("out@us", ("queued", "cancelled"), False, False, ("$card", "$line"), 0),
        ("out@us", ("queued", "refused"), False, False, ("$card", "$line"), 1),
        ("out@us", ("queued", "sent"), False, False, (), 0),
        ("out@us", ("queued", "sending"), False, False, (), 0),
        ("out@us", ("queued", "unknown"), False, False, (), 0),
        ("out@us", ("queued",), True, False, (), 0),
    ],
)
def test_each_state(
    opened_by: str, states: tuple[str, ...], is_known: bool, again: bool, gone: tuple[str, ...], tells: int
) -> None:
    found = left_behind((card(opened_by), *line(*states)), {TWO} if is_known else set(), (), START)
    assert (found.again == {SAID}, sorted(found.gone)) == (again, sorted(gone))
    assert len([one for one in found.decision.effects if isinstance(one, Do)]) == len(gone)
    said = [one for one in found.decision.effects if isinstance(one, Say)]
    assert [one.reply_to for one in said] == [SAID] * tells


@pytest.mark.parametrize(("is_here", "gone"), [(False, ["$line"]), (True, [])])
def test_a_time_that_is_over_is_told_where_the_database_does_not_have_the_mail(is_here: bool, gone: list[str]) -> None:
    (one,) = line("scheduled")
    waiting = replace(one, leaves_at=START)
    found = left_behind((card("in@them"), waiting), {TWO}, ("out@us",) if is_here else (), START)
    assert sorted(found.gone) == gone
    assert len(found.decision.effects) == 2 * len(gone)
    later = left_behind((card("in@them"), waiting), {TWO}, (), START - timedelta(minutes=1))
    assert (list(later.again), list(later.gone)) == ([SAID], [])
