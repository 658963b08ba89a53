"""The question before a mail leaves, turn by turn: function calls, without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.decision import AddMail, EndDialogue, SaveDialogue, SetTimer
from bot.domain.dialogue import Dialogue, question_of
from bot.domain.dialogues import table
from bot.domain.dialogues.confirm_send import turn
from bot.domain.dialogues.dialogue import Expired, Said
from bot.domain.due_snapshots import DialogueSnapshot
from bot.domain.inputs.inside import TimerDue
from bot.domain.letter import Letter
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import NewPassword
from bot.domain.question import HOLDS, KEPT, Question, Stage
from bot.domain.stories.table import decide
from tests.domain.deciding import CARD, World
from tests.fakes.chat import ROOM


def dialogue(world: World) -> Dialogue:
    (one,) = world.dialogues.values()
    return one


def open_question(world: World) -> Question:
    question = question_of(dialogue(world))
    assert question is not None
    return question


@pytest.mark.parametrize(
    ("stage", "after"),
    [(Stage.OPEN, Stage.LATE), (Stage.ANSWERED, Stage.OVER), (Stage.LATE, None), (Stage.OVER, None)],
)
def test_what_becomes_of_a_question_whose_time_is_over(world: World, stage: Stage, after: Stage | None) -> None:
    turned = turn(replace(open_question(world), stage=stage), Expired())
    assert turned is not None
    assert not isinstance(turned.next, NewPassword | NewMailbox)
    assert (turned.next.stage if turned.next is not None else None) == after
    assert not turned.decision.effects


def test_an_open_question_is_kept_with_its_place_and_its_timer(world: World) -> None:
    one = dialogue(world)
    assert (one.room, one.thread, one.version) == (ROOM, CARD, 1)
    assert SetTimer(f"dialogue:{one.id}", open_question(world).at + HOLDS) in world.decided.changes


def test_the_same_words_again_are_the_answer(world: World) -> None:
    world.says("!reply Bonsoir")
    (mailed,) = [change.record for change in world.decided.changes if isinstance(change, AddMail)]
    assert (mailed.row, open_question(world).stage) == (open_question(world).row, Stage.ANSWERED)


def test_a_check_mark_is_the_answer_once(world: World) -> None:
    put = world.question()
    world.reacts("✅", put)
    assert any(isinstance(change, AddMail) for change in world.decided.changes)
    world.reacts("✅", put)
    assert not world.decided.changes
    assert not world.said()


@pytest.mark.parametrize("words", ["Bonsoir", "!note Bonsoir", "!reply Au revoir", "!foo", "!close"])
def test_whatever_else_is_said_leaves_it_open(world: World, words: str) -> None:
    before = dialogue(world)
    world.says(words)
    assert world.dialogues[before.id] == before


def test_a_late_check_mark_asks_anew_whether_or_not_the_timer_rang(world: World) -> None:
    before, put = dialogue(world), world.question()
    world.now += HOLDS + timedelta(seconds=1)
    world.reacts("✅", put)
    assert world.said() == ["question.changed", "question.confirm"]
    assert EndDialogue(before.id, 1) in world.decided.changes
    assert dialogue(world).id != before.id


def test_the_same_words_late_begin_anew(world: World) -> None:
    before = dialogue(world)
    world.now += HOLDS + timedelta(seconds=1)
    world.says("!reply Bonsoir")
    assert any(isinstance(change, AddMail) for change in world.decided.changes)
    assert world.dialogues[before.id] == before


def test_words_said_once_more_after_the_answer_are_asked_about(world: World) -> None:
    world.says("!reply Bonsoir")
    world.says("!reply Bonsoir")
    assert world.said()[0] in ("question.said_already", "question.colleague_replied")
    assert len(world.dialogues) == 2


def test_a_letter_to_another_conversation_is_no_answer(world: World) -> None:
    asked = replace(world.asked(world.says("!note x")), about=())
    assert table.heard((dialogue(world),), Said(asked, Letter(asked.event, "Bonsoir"))) is None


def test_a_timer_that_comes_too_soon_is_set_anew(world: World) -> None:
    one = dialogue(world)
    due = TimerDue(one.timer, world.now)
    assert decide(DialogueSnapshot(one), due, world.now).changes == (SetTimer(one.timer, one.state.expires_at),)
    assert not decide(DialogueSnapshot(None), due, world.now).changes


def test_a_question_goes_through_its_times_by_its_timer(world: World) -> None:
    one, put = dialogue(world), open_question(world)
    (late, timer) = decide(
        DialogueSnapshot(one), TimerDue(one.timer, one.state.expires_at), one.state.expires_at
    ).changes
    assert isinstance(late, SaveDialogue)
    assert late.dialogue == replace(one, state=replace(put, stage=Stage.LATE))
    assert timer == SetTimer(one.timer, put.at + KEPT)
    gone = decide(DialogueSnapshot(late.dialogue), TimerDue(one.timer, put.at + KEPT), put.at + KEPT)
    assert gone.changes == (EndDialogue(one.id, 1),)
