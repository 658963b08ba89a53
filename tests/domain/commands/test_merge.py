"""`merge` and `split`: cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import SaveConversation
from bot.domain.happening import What
from bot.domain.ids import ConversationId, EventId, MailboxId
from bot.domain.needs import LaterOf, OutgoingOf
from bot.domain.prepared import Prepared
from bot.domain.rules.merging import merged, split_off
from bot.domain.rules.moves import with_status
from bot.domain.work import Outgoing
from tests.domain.commands.cases import NOW, given, other, saved, told
from tests.domain.deciding import MAILBOX, START, conversation
from tests.fakes.chat import ALICE, BOB

SECOND = ConversationId(2)


@pytest.mark.parametrize(
    ("body", "in_thread", "pair"),
    [
        ("!merge #2", True, (1, 2)),
        ("!fusionner #2", True, (1, 2)),
        ("!merge #2 #1", False, (2, 1)),
        ("!merge #1 #2", True, (1, 2)),
    ],
)
def test_the_first_goes_on_as_the_second(body: str, in_thread: bool, pair: tuple[int, int]) -> None:
    decision = given(body, there=(conversation(), other(2)), in_thread=in_thread)
    one, into = saved(decision)
    assert (one.id, one.goes_on_as, one.status, into.id) == (pair[0], pair[1], Status.CLOSED, pair[1])
    assert (into.goes_on_as, into.status) == (None, Status.ACTIVE)


@pytest.mark.parametrize(
    ("body", "more", "there", "why"),
    [
        ("!merge", {}, (), "error.merge_which"),
        ("!merge #1", {}, (), "error.merge_itself"),
        ("!merge #2 #3", {}, (other(2), other(3)), "error.merge_which"),
        ("!merge #9", {}, (), "error.no_such_conversation"),
        ("!merge #2", {}, (other(2, mailbox=MailboxId("info@asso.example")),), "error.no_such_conversation"),
        ("!merge #2", {}, (other(2, status=Status.SPAM),), "error.merge_spam"),
        ("!merge #2", {}, (other(2, status=Status.CLOSED, goes_on_as=ConversationId(3)),), "error.goes_on"),
        ("!merge #2", {"status": Status.CLOSED, "goes_on_as": ConversationId(3)}, (other(2),), "error.goes_on"),
        ("!split", {}, (), "error.split_what"),
        ("!close", {"status": Status.CLOSED, "goes_on_as": SECOND}, (), "error.goes_on"),
        ("!reply Bonjour", {"status": Status.CLOSED, "goes_on_as": SECOND}, (), "error.goes_on"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(
    body: str, more: dict[str, object], there: tuple[Conversation, ...], why: str
) -> None:
    decision = given(body, there=(conversation(**more), *there))
    assert told(decision) == [why]
    assert saved(decision) == []


def test_with_a_draft_it_is_not_merged() -> None:
    draft = Prepared("Bonjour", ALICE, ALICE, EventId("$draft"), NOW)
    one = conversation(draft=draft)
    work = Outgoing(
        conversation=one, mailbox=MAILBOX, outgoing=(), waiting=frozenset(), retries=frozenset(), under_way=frozenset()
    )
    decision = given("!merge #2", there=(one, other(2)), knows={OutgoingOf: work})
    assert told(decision) == ["error.merge_draft"]


def test_with_a_draft_in_the_other_it_is_not_merged() -> None:
    """Its words would go to whoever wrote last in either."""
    into = replace(other(2), draft=Prepared("Bonjour", ALICE, ALICE, EventId("$draft"), NOW))
    decision = given("!merge #2", there=(conversation(), into))
    assert told(decision) == ["error.merge_draft"]


def test_what_looks_back_goes_on_as_before() -> None:
    gone = conversation(status=Status.CLOSED, goes_on_as=SECOND)
    assert told(given("!history", there=(gone,))) == []
    assert [one.starred for one in saved(given("!star", there=(gone,)))] == [(ALICE,)]


def test_people_tags_followers_and_the_work_to_do_go_along() -> None:
    one = conversation(
        participants=("a@x.example", "b@x.example"),
        followers=(BOB,),
        tags=("urgent",),
        assignee=BOB,
        waiting_since=START,
    )
    later = START + timedelta(hours=1)
    into = other(2, participants=("b@x.example",), tags=("Urgent", "été"), status=Status.CLOSED, waiting_since=later)
    closed, after = [
        c.conversation for c in merged(one, into, actor=ALICE, now=NOW).changes if isinstance(c, SaveConversation)
    ]
    assert after.participants == ("b@x.example", "a@x.example")
    assert (after.followers, after.tags, after.assignee) == ((BOB,), ("Urgent", "été"), BOB)
    assert (after.status, after.waiting_since, after.heard) == (Status.ACTIVE, START, into.heard + 1)
    assert closed.status_before is Status.ACTIVE


@pytest.mark.parametrize("status", [Status.PENDING, Status.CLOSED, Status.SPAM])
def test_one_with_nothing_to_do_leaves_the_other_in_its_status(status: Status) -> None:
    decision = merged(conversation(status=status), other(2, status=Status.PENDING), actor=ALICE, now=NOW)
    assert [c.conversation.id for c in decision.changes if isinstance(c, SaveConversation)] == [1]
    assert [(one.what, one.conversation.id) for one in decision.happened] == [(What.MERGED, 1), (What.JOINED, 2)]


def test_while_it_goes_on_elsewhere_nothing_opens_it() -> None:
    gone = conversation(status=Status.CLOSED, goes_on_as=SECOND)
    assert all(with_status(gone, status) == gone for status in Status)


@pytest.mark.parametrize(
    ("before", "becomes"), [(s, s) for s in (Status.ACTIVE, Status.PENDING)] + [(Status.CLOSED, Status.ACTIVE)]
)
def test_split_off_it_is_as_before(before: Status, becomes: Status) -> None:
    gone = conversation(status=Status.CLOSED, status_before=before, goes_on_as=SECOND)
    decision = given("!scinder", there=(gone,), knows={LaterOf: (other(2),)})
    (back,) = saved(decision)
    assert (back.goes_on_as, back.status) == (None, becomes)
    assert split_off(replace(gone, goes_on_as=SECOND), (), actor=ALICE, now=NOW).effects == ()
