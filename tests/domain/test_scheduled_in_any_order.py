"""Answers that wait for their time, in whatever order people act: each leaves once at most, and never unwanted."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.conversation import OutState
from bot.domain.due_snapshots import ScheduledSnapshot
from bot.domain.ids import EventId
from bot.domain.inputs.inside import TimerDue
from bot.domain.outcomes import MailAccepted, TryLater
from bot.domain.rules.scheduling import held_by_mail, timer_of_mail
from bot.domain.stories.table import decide
from tests.domain.deciding import MAILBOX, World
from tests.fakes.chat import ALICE, BOB

STEPS = st.lists(
    st.sampled_from(
        "at|later|edit|edit time|edit away|delete|undo|send|approve|mail|ring|hour|accept|again".split("|")
    ),
    max_size=16,
)


def _comes(made: World) -> None:
    made.comes()
    made.conversation = replace(made.conversation, heard=made.conversation.heard + 1)
    made.take(held_by_mail(made.conversation, made.out()))


def _rings(made: World) -> None:
    for record in made.out():
        due = TimerDue(timer_of_mail(record.row), made.now)
        made.take(decide(ScheduledSnapshot(record, made.work(ALICE)), due, made.now))


def _act(made: World, step: str, number: int, written: list[EventId]) -> None:
    last = written[-1] if written else None
    match step:
        case "at" | "later":
            named = "in 2 hours" if step == "at" else "in 3 days"
            written.append(made.says(f'!reply --at "{named}" Words {number}').event)
        case "edit" if last is not None:
            made.edits(last, f"!reply Edited {number}")
        case "edit time" if last is not None:
            made.edits(last, f'!reply --at "in 5 hours" Edited {number}')
        case "edit away" if last is not None:
            made.edits(last, "rather not")
        case "delete" if last is not None:
            made.redacts(last)
        case "undo" | "send":
            made.says(f"!{step}")
        case "approve":
            made.says("!approve", sender=BOB)
        case "mail":
            _comes(made)
        case "ring":
            _rings(made)
        case "hour":
            made.now += timedelta(hours=1)
        case "accept" if made.calls:
            made.made(made.calls[0], MailAccepted("ok", ()))
        case "again" if made.calls:
            made.made(made.calls[0], TryLater("busy"))
            # It was handed over to nobody.
            made.sent.pop()
        case _:
            pass


@settings(max_examples=200, deadline=None)
@given_any(STEPS, st.booleans())
def test_each_leaves_once_at_most_in_words_that_somebody_wants(steps: list[str], approval: bool) -> None:
    made = World(mailbox=replace(MAILBOX, approval=approval))
    made.comes()
    written: list[EventId] = []
    for number, step in enumerate(steps):
        made.now += timedelta(seconds=1)
        _act(made, step, number, written)
        for call in made.calls:
            record = made.mails[call.call.row]
            assert record.state in (OutState.QUEUED, OutState.RETRYING), "only what may leave has a call"
            assert call.text == record.text, "it leaves in its newest words"
            assert not approval or record.approved_by == BOB, "nobody's words leave unapproved"
            assert record.leaves_at is None
    left = [row for row, _, _ in made.sent if made.mails[row].state is OutState.SENT]
    assert len(left) == len(set(left))
    for record in made.out():
        waits = record.state in (OutState.HELD, OutState.UNAPPROVED) or record.is_scheduled
        assert not waits or not record.is_written
