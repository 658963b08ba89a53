"""`purge`: counted, asked, done for spam alone, and never without the question."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands.purge import PURGE
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision
from bot.domain.grants import Right
from bot.domain.needs import Facts, Found, Listed, OutgoingIn, UnfinishedIn
from bot.domain.retention import Drop
from bot.domain.rights import lacking
from bot.domain.sentences import Sentence
from bot.domain.work import Outgoing
from tests.domain.commands.cases import NOW, ask, given, other, told
from tests.domain.commands.test_bulk import counted
from tests.domain.deciding import MAILBOX, conversation
from tests.fakes.chat import ALICE, BOB

SPAM = conversation(status=Status.SPAM)
NOBODY_WAITS = Outgoing(
    conversation=SPAM,
    mailbox=MAILBOX,
    outgoing=(),
    waiting=frozenset(),
    retries=frozenset(),
    under_way=frozenset(),
)


def judged(one: Conversation, *, is_busy: bool = False) -> Decision | str:
    facts = Facts({OutgoingIn(one.id): NOBODY_WAITS, UnfinishedIn(one.id): is_busy})
    answer = PURGE.rule(replace(ask("!purge spam", knows={Listed: Found((), 0)})[0], about=(one,), facts=facts))
    if isinstance(answer, Sentence):
        return answer.key
    assert isinstance(answer, Decision)
    return answer


def test_spam_goes_whole() -> None:
    assert judged(SPAM) == Decision((Drop(SPAM, ("INBOX",)),))


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.SPAM])
def test_nothing_else_does(status: Status) -> None:
    assert judged(replace(SPAM, status=status)) == "error.purge_not_spam"


def test_what_is_at_hand_or_on_its_way_stays() -> None:
    assert judged(replace(SPAM, starred=(ALICE,))) == "error.purge_busy"
    assert judged(SPAM, is_busy=True) == "error.purge_busy"


OLD = NOW - timedelta(days=40)
ROWS = (
    other(1, status=Status.SPAM, changed_at=OLD),
    other(2, status=Status.SPAM, changed_at=NOW),
    other(3, status=Status.CLOSED, changed_at=OLD),
)


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("!purge", [1, 2]),
        ("!purge spam", [1, 2]),
        ("!purger indésirables", [1, 2]),
        ("!purge spam --older 30d", [1]),
        ("!purge closed", []),
        ("!purge all", [1, 2]),
    ],
)
def test_it_is_always_counted_and_asked_about_first(body: str, numbers: list[int]) -> None:
    decision = given(body, in_thread=False, there=ROWS, knows={Listed: Found(ROWS, len(ROWS))})
    assert counted(decision) == numbers
    assert not any(isinstance(one, Drop) for one in decision.changes)
    assert told(decision)[-3:] == (["bulk.for_good", "bulk.confirm", "dialogue.drop"] if numbers else ["bulk.nothing"])


@pytest.mark.parametrize("body", ["!purge #1", "!purge #1 #2"])
def test_it_takes_no_numbers(body: str) -> None:
    assert told(given(body, in_thread=False, there=ROWS, knows={Listed: Found(ROWS, 3)})) == ["error.bulk_numbers"]


def test_who_is_no_admin_purges_nothing() -> None:
    decision = given("!purge spam", in_thread=False, there=ROWS, by=BOB, knows={Listed: Found(ROWS, 3)})
    assert told(decision) == [lacking(Right.DELETE).key]
