"""`delete` and `restore`: cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import LISTED, Conversation, OutState, Status
from bot.domain.happening import What
from bot.domain.ids import MessageRow
from bot.domain.needs import Facts, OutgoingIn, PassingOn
from bot.domain.rules.deletion import as_before_mail, cannot_delete, delete, restore
from bot.domain.rules.moves import with_status
from bot.domain.rules.spam import moves_mail
from bot.domain.work import Outgoing
from tests.domain.commands.cases import NOW, ask, given, other, saved, told
from tests.domain.deciding import MAILBOX, conversation, mail_in
from tests.fakes.chat import ALICE, BOB

DELETED = {"status": Status.DELETED, "status_before": Status.PENDING}


def work(one: Conversation, *mails: OutState, waiting: bool = False, under_way: bool = False) -> Outgoing:
    records = tuple(replace(mail_in(7, NOW), row=MessageRow(7 + n), state=state) for n, state in enumerate(mails))
    rows = frozenset(int(record.row) for record in records)
    nothing: frozenset[int] = frozenset()
    return Outgoing(
        conversation=one,
        mailbox=MAILBOX,
        outgoing=records,
        waiting=nothing,
        retries=rows if waiting else nothing,
        under_way=rows if under_way else nothing,
    )


@pytest.mark.parametrize("before", LISTED)
def test_restored_it_is_as_it_was(before: Status) -> None:
    one = conversation(status=before, status_before=Status.ACTIVE)
    (gone,) = saved(delete(one, actor=ALICE, now=NOW))
    assert gone.status is Status.DELETED
    (back,) = saved(restore(gone, actor=BOB, now=NOW))
    assert back.status is before
    assert back.status_before in (Status.ACTIVE, before) and back.status_before is not Status.DELETED
    assert [moves_mail(one, Status.DELETED), moves_mail(gone, before)] == [False, False], "in Junk, or not, as it lay"


def test_a_snoozed_one_waits_for_its_time_again() -> None:
    until = NOW + timedelta(days=2)
    one = conversation(status=Status.PENDING, snoozed_until=until, snoozed_by=ALICE)
    (gone,) = saved(delete(one, actor=ALICE, now=NOW))
    assert (gone.is_snoozed, gone.snoozed_until) == (False, until)
    (back,) = saved(restore(gone, actor=ALICE, now=NOW))
    assert back.is_snoozed


@pytest.mark.parametrize(
    ("state", "waiting", "under_way", "may"),
    [
        (OutState.QUEUED, False, False, False),
        (OutState.HELD, False, False, False),
        (OutState.UNAPPROVED, False, False, False),
        (OutState.RETRYING, True, False, False),
        (OutState.UNKNOWN, True, False, False),
        (OutState.UNKNOWN, False, False, True),
        (OutState.PARTLY, True, False, False),
        (OutState.SENT, False, True, False),
        (OutState.SENT, False, False, True),
        (OutState.CANCELLED, False, False, True),
        (OutState.REFUSED, False, False, True),
    ],
)
def test_what_still_may_leave_keeps_it(state: OutState, waiting: bool, under_way: bool, may: bool) -> None:
    one = conversation()
    why = cannot_delete(one, work(one, OutState.SENT, state, waiting=waiting, under_way=under_way))
    assert (why is None) is may


def rule(body: str, *there: Conversation) -> object:
    asked, _ = ask(body, by=ALICE, there=there or (conversation(),))
    facts = Facts({OutgoingIn(one.id): work(one) for one in asked.about} | {PassingOn(): ()})
    return asked.called.command.rule(replace(asked, facts=facts))


def test_each_of_several_is_deleted() -> None:
    decision = rule("!delete #1 #2", conversation(), other(2, status=Status.SPAM))
    assert [(one.id, one.status) for one in saved(decision)] == [(1, Status.DELETED), (2, Status.DELETED)]  # type: ignore[arg-type]
    assert [one.what for one in decision.happened] == [What.DELETED, What.DELETED]  # type: ignore[attr-defined]


def test_what_is_not_deleted_is_left_as_it_is() -> None:
    decision = rule("!restore #1 #2", conversation(), other(2, **DELETED))
    assert [(one.id, one.status) for one in saved(decision)] == [(2, Status.PENDING)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        "!close",
        "!reply Bonjour",
        "!draft Bonjour",
        "!assign me",
        "!note x",
        "!resend",
        "!tag x",
        "!merge #2",
    ],
)
def test_nothing_is_done_in_a_deleted_one(body: str) -> None:
    decision = given(body, there=(conversation(**DELETED), other(2)))
    assert (told(decision), saved(decision)) == (["error.deleted"], [])


def test_none_is_merged_into_a_deleted_one() -> None:
    decision = given("!merge #2", there=(conversation(), other(2, **DELETED)))
    assert (told(decision), saved(decision)) == (["error.deleted"], [])


def test_a_mail_joins_what_was_spam_as_spam() -> None:
    gone = with_status(conversation(status=Status.SPAM), Status.DELETED)
    assert as_before_mail(gone).status is Status.SPAM
    assert as_before_mail(with_status(conversation(), Status.DELETED)).status is Status.DELETED
