"""What could not be decided: who is told, and what becomes of the call. Cases, decided by function calls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.calls import FetchFile, Priority, SendEvent, Submit
from bot.domain.conversation import Direction, OutState
from bot.domain.decision import AddHistory, CloseCall, RetryCall
from bot.domain.effects import Say
from bot.domain.ids import BlobId, EffectId, EventId
from bot.domain.inputs.inside import Receipt, TimerDue
from bot.domain.inputs.said import Reaction, TeamMessage
from bot.domain.outcomes import AnyOutcome, MailAccepted, Refused, TryLater, Unknown
from bot.domain.planned import plan, post
from bot.domain.snapshots import AsideSnapshot, CallAside
from bot.domain.stories.aside import decide_aside
from tests.domain.deciding import CARD, FIRST, MAILBOX, START, World, conversation, mail_in
from tests.domain.stories.outcome import outcome
from tests.fakes.chat import ALICE, CONFIG, ROOM

INSTANCE = World().instance
SAID = TeamMessage(ROOM, EventId("$x"), ALICE, "m.text", "!close", "", (), CARD, None, START)
OURS = replace(mail_in(2, START), direction=Direction.OUT, state=OutState.QUEUED, author=ALICE)
SUBMIT = Submit(MAILBOX.id, OURS.row, MAILBOX.address, ("marie@example.org",), BlobId("b" * 64))
FETCH = FetchFile(OURS.row, 0, "mxc://localhost/a", "", 10)


def aside(input: Any, **more: Any) -> Any:
    return decide_aside(AsideSnapshot(INSTANCE, 7, **more), input, START)


@pytest.mark.parametrize(
    ("input", "more", "becomes"),
    [
        (SAID, {"is_member": True, "about": FIRST}, ["error.put_aside @alice", "admin.shunted"]),
        (SAID, {"is_member": False}, ["admin.shunted"]),
        (SAID, {"is_member": True, "has_secret": True},
         ["AddEvent", "RedactEvent", "error.put_aside @alice", "admin.shunted"]),
        (SAID, {"is_kept": False}, ["admin.shunted_words"]),
        (SAID, {"has_secret": True}, ["AddEvent", "RedactEvent", "admin.shunted"]),
        (Reaction(ROOM, EventId("$r"), ALICE, CARD, "✅", START), {"is_member": True, "about": FIRST},
         ["error.put_aside @alice", "admin.shunted"]),
        (TimerDue("board:!x", START), {}, ["admin.shunted"]),
    ],
)  # fmt: skip
def test_a_person_is_told_in_their_place_and_the_admins_of_everything(
    input: Any, more: dict[str, Any], becomes: list[str]
) -> None:
    assert outcome(aside(input, **more)) == becomes


def test_outside_of_a_conversation_it_is_told_under_what_was_said() -> None:
    for about, under in ((FIRST, None), (None, CARD)):
        told = next(e for e in aside(SAID, is_member=True, about=about).effects if isinstance(e, Say))
        assert (told.conversation, told.under, told.reply_to) == (about, under, SAID.event)


def ends(call: Submit | FetchFile, outcome_of: AnyOutcome, *, failures: int = 0, **record: Any) -> Any:
    planned = plan(call, conversation=FIRST, mail=OURS.row)
    known = CallAside(planned, failures, replace(OURS, **record), conversation())
    return aside(Receipt(EffectId(5), 1, outcome_of, START), call=known)


@pytest.mark.parametrize(
    ("call", "how", "state", "history"),
    [
        (SUBMIT, MailAccepted("250", (), ()), "unknown", "history.reply_uncertain"),
        (SUBMIT, Unknown("lost"), "unknown", "history.reply_uncertain"),
        (SUBMIT, Refused("550", "no"), "refused", "history.reply_refused"),
        (SUBMIT, TryLater("timeout"), "refused", "history.reply_refused"),
        (FETCH, Unknown("lost"), "refused", "history.reply_refused"),
    ],
)
def test_a_mail_whose_end_could_not_be_worked_on_is_never_sent_again_and_stands_in_the_history(
    call: Submit | FetchFile, how: AnyOutcome, state: str, history: str
) -> None:
    decision = ends(call, how)
    assert [c.state for c in decision.changes if isinstance(c, CloseCall)] == [state]
    assert [c.entry.action for c in decision.changes if isinstance(c, AddHistory)] == [history]
    assert outcome(decision)[-2:] == [
        "reply.uncertain_here @alice" if state == "unknown" else "error.put_aside @alice",
        "admin.shunted_call",
    ]


@pytest.mark.parametrize("state", [OutState.SENT, OutState.CANCELLED, OutState.REFUSED])
def test_of_a_mail_that_has_ended_nothing_more_is_said(state: OutState) -> None:
    assert outcome(ends(SUBMIT, Unknown("lost"), state=state)) == ["CloseCall", "admin.shunted_call"]


@pytest.mark.parametrize(("failures", "minutes"), [(0, 1), (1, 10), (2, 60), (9, 60)])
def test_any_other_call_is_made_again_later_and_told_once(failures: int, minutes: int) -> None:
    call = post(SendEvent(ROOM, "m.room.message", "{}"), Priority.MAIL)
    known = CallAside(call, failures, None, None)
    decision = aside(Receipt(EffectId(5), 1, TryLater("x"), START), call=known)
    assert decision.changes == (RetryCall(EffectId(5), START + timedelta(minutes=minutes), True, "put_aside"),)
    assert outcome(decision)[1:] == ([] if failures else ["admin.shunted_call"])


def test_what_is_told_does_not_tell_of_itself_and_what_was_settled_is_left_alone() -> None:
    call = post(SendEvent(CONFIG, "m.room.message", "{}"), Priority.MAIL)
    receipt = Receipt(EffectId(5), 1, TryLater("x"), START)
    assert outcome(aside(receipt, call=CallAside(call, 0, None, None))) == ["RetryCall"]
    assert outcome(aside(receipt)) == []
