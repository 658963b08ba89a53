"""Commands for a whole list: counted, asked about, done once, and never more than was counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.bulk import MOST, Bulk
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import AddDeed, Decision, SaveDialogue
from bot.domain.dialogue import Dialogue
from bot.domain.needs import ConversationsOf, Facts, Found, IncomingOf, Listed
from bot.domain.question import HOLDS, Stage
from bot.domain.stories.table import decide
from tests.domain.commands.cases import NOW, ask, given, other, saved, told
from tests.domain.deciding import World
from tests.fakes.chat import ALICE, BOB

OLD = NOW - timedelta(days=40)
ROWS = (
    other(1, subject="Facture de mai", tags=("newsletter",), waiting_since=OLD),
    other(2, subject="Une question", assignee=BOB, waiting_since=NOW - timedelta(days=2)),
    other(3, subject="FACTURÉ", status=Status.PENDING, waiting_since=OLD),
    other(4, subject="Autre", status=Status.CLOSED, changed_at=OLD, waiting_since=OLD),
)


def asked(body: str, rows: tuple[Conversation, ...] = ROWS, **more: object) -> Decision:
    return given(body, in_thread=False, there=rows, knows={Listed: Found(rows, len(rows)), IncomingOf: ()}, **more)


def counted(decision: Decision) -> list[int]:
    return [n for one in decision.changes if isinstance(one, SaveDialogue) for n, _ in state_of(one.dialogue).wanted]


def state_of(dialogue: Dialogue) -> Bulk:
    assert isinstance(dialogue.state, Bulk)
    return dialogue.state


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("!close --older 30d", [1, 3]),
        ("!fermer --anciennes 30j", [1, 3]),
        ("!close --older 4 weeks", [1, 3]),
        ("!fermer --anciennes 4 semaines libres", [1, 3]),
        ("!close tag:newsletter", [1]),
        ("!fermer étiquette:Newsletter", [1]),
        ("!close unassigned subject:facture", [1, 3]),
        ('!assign me unassigned "subject:facture de"', [1]),
        ('!assign me "sujet:question"', [2]),
        ("!unassign all", [2]),
        ("!spam all", [1, 2, 3, 4]),
        ("!active closed", [4]),
        ("!pending libres", [1]),
    ],
)
def test_a_list_is_counted_and_nothing_is_done_yet(body: str, numbers: list[int]) -> None:
    decision = asked(body)
    assert counted(decision) == numbers
    assert saved(decision) == [] and not any(isinstance(one, AddDeed) for one in decision.changes)
    assert "bulk.counted" in told(decision)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("!close --older soon", "error.bulk_older"),
        ("!close --older 30", "error.bulk_older"),
        ("!close 30 --older 30d", "error.which_conversation"),
        ("!close --newer 3d", "error.list_filter"),
        ("!close frm:x", "error.list_filter"),
        ("!close form:x@y", "error.list_mailbox"),
        ("!spam from:x", "error.list_from"),
        ("!close #1 all", "error.bulk_numbers"),
        ("!close not #2", "error.not_these"),
        ("!fermer sauf #2", "error.not_these"),
        ("!close everything but #2", "error.not_these"),
        ("!close all except #2", "error.not_these"),
        ("!fermer tout sauf #2, #3", "error.not_these"),
        ("!delete #1 pas #2", "error.not_these"),
        ("!tag urgent sauf #2", "error.not_these"),
        ("!assign @bob not #2", "error.not_these"),
        ("!close #1 to #3", "error.not_these"),
        ("!fermer #1 à #3", "error.not_these"),
        ("!close #1 - #3", "error.not_these"),
        ("!close tag:nothing", "bulk.nothing"),
        ("!assign @nobody all", "error.who_is_that"),
        ("!close subject:", "error.bulk_subject"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(body: str, key: str) -> None:
    decision = asked(body)
    assert told(decision) == [key]
    assert counted(decision) == [] and saved(decision) == []


def test_conversations_by_number_change_at_once_as_before() -> None:
    decision = asked("!close #1 #2")
    assert [one.id for one in saved(decision)] == [1, 2]


def test_no_more_than_a_bounded_number_and_it_says_so() -> None:
    decision = asked("!close all", tuple(other(n) for n in range(1, MOST + 10)))
    assert len(counted(decision)) == MOST
    assert "bulk.not_all" in told(decision)


def yes(rows: tuple[Conversation, ...], *, body: str = "!close --older 30d", late: bool = False) -> Decision:
    """What `!yes` does, where these are the conversations by then."""
    (change,) = [one for one in asked(body).changes if isinstance(one, SaveDialogue)]
    now = NOW + (HOLDS + timedelta(minutes=1) if late else timedelta(minutes=1))
    dialogue = replace(change.dialogue, version=1)
    question, message = ask("!yes", in_thread=False, now=now)
    question = replace(question, dialogues=(dialogue,))
    facts = World()
    needed = question.called.command.needs(question)
    known = {
        n: rows if isinstance(n, ConversationsOf) else () if isinstance(n, IncomingOf) else facts.fact(n)
        for n in needed
    }
    return decide(replace(question, facts=Facts(known)), message, now)


def test_yes_does_what_was_counted_and_keeps_how_it_was() -> None:
    decision = yes(ROWS)
    assert {one.id: one.status for one in saved(decision)} == {1: Status.CLOSED, 3: Status.CLOSED}
    deeds = [one.deed for one in decision.changes if isinstance(one, AddDeed)]
    assert [(one.conversation, one.person, one.before.status) for one in deeds] == [
        (1, ALICE, Status.ACTIVE),
        (3, ALICE, Status.PENDING),
    ]
    assert told(decision) == ["bulk.done"]
    (kept,) = [one.dialogue for one in decision.changes if isinstance(one, SaveDialogue)]
    assert state_of(kept).stage is Stage.ANSWERED and not state_of(kept).hears


def test_what_changed_meanwhile_is_left_out_and_said() -> None:
    decision = yes((replace(ROWS[0], version=ROWS[0].version + 1), *ROWS[1:]))
    assert [one.id for one in saved(decision)] == [3]
    assert told(decision) == ["bulk.done", "bulk.left_out"]


def test_a_colleague_who_is_given_many_is_told_once() -> None:
    decision = yes(ROWS, body="!assign @bob unassigned")
    assert {one.assignee for one in saved(decision)} == {BOB}
    assert told(decision) == ["bulk.done", "bulk.given"]


def test_a_yes_that_comes_late_does_nothing() -> None:
    decision = yes(ROWS, late=True)
    assert saved(decision) == [] and told(decision) == ["bulk.late"]


def test_a_yes_to_nothing_is_told() -> None:
    assert told(given("!yes", in_thread=False)) == ["error.yes_to_what"]
