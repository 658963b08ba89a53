"""What a rule of the house passes on, and what stays here: cases, decided by function calls."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversation import OutState, Status
from bot.domain.decision import AddMail, Decision, SaveConversation
from bot.domain.effects import Say, SubmitMail
from bot.domain.house_rules import Fitting, Ruled
from bot.domain.ids import MailboxId, RoomId
from bot.domain.mail import Address, Nature
from bot.domain.rule_words import read_rule
from tests.domain.deciding import MAILBOX
from tests.domain.stories.test_mail import US, WORDS, came
from tests.fakes.chat import ALICE

TO = "bob@home.example"


def ruled(*said: str) -> Ruled:
    return Ruled(tuple(Fitting(n, read_rule(f"if body:x then {one}"), ALICE) for n, one in enumerate(said, 1)))


def passed(decision: Decision) -> list[str]:
    return [one.draft.record.to[0].address for one in decision.effects if isinstance(one, SubmitMail)]


def said(decision: Decision) -> list[str]:
    return [part.key for one in decision.effects if isinstance(one, Say) for part in one.sentences]


def test_it_opens_a_closed_conversation_beside_the_mail_s_own() -> None:
    decision = came(ruled=ruled(f"tag:x forward:{TO}"))
    first, second = [one.conversation for one in decision.changes if isinstance(one, SaveConversation)]
    assert (first.id, first.status, second.id, second.status) == (7, Status.ACTIVE, 8, Status.CLOSED)
    _, out = [one.record for one in decision.changes if isinstance(one, AddMail)]
    assert (out.state, out.is_automatic, out.author, out.source) == (
        OutState.QUEUED,
        True,
        ALICE,
        None,
    )
    assert (passed(decision), said(decision)) == ([TO], ["rule.passed_here", "rule.passed_on"])


def test_decided_again_it_is_the_same_mail() -> None:
    one, two = (came(ruled=ruled(f"forward:{TO}")) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"is_backlog": True}, "rule.stays_old"),
        ({"was_shown": True}, "rule.stays_old"),
        ({"mail": replace(WORDS, is_auto_reply=True)}, "rule.stays_automatic"),
        ({"mail": replace(WORDS, is_bulk=True)}, "rule.stays_automatic"),
        ({"mail": replace(WORDS, is_bounce=True)}, "rule.stays_automatic"),
        ({"mail": replace(WORDS, nature=Nature.ABSENCE)}, "rule.stays_automatic"),
        ({"mail": replace(WORDS, nature=Nature.NEWSLETTER)}, "rule.stays_automatic"),
        ({"mail": replace(WORDS, fields=(("x-loop", ""),))}, "rule.stays_automatic"),
        ({"mail": replace(WORDS, from_=(US,))}, "rule.stays_ours"),
        ({"mail": replace(WORDS, from_=(Address("", TO.upper()),))}, "rule.stays_theirs"),
        ({"mail": replace(WORDS, reply_to=(Address("", TO),))}, "rule.stays_theirs"),
        ({"passed_by_twin": frozenset({TO})}, "rule.stays_theirs"),
        ({"sent_last_hour": MAILBOX.hourly_limit}, "rule.stays_limit"),
        ({"sent_last_day": MAILBOX.daily_limit}, "rule.stays_limit"),
    ],
)
def test_what_could_go_round_or_is_too_much_stays_and_says_why(more: dict[str, Any], why: str) -> None:
    decision = came(ruled=ruled(f"forward:{TO}"), **more)
    assert (passed(decision), said(decision)) == ([], [why])


def test_an_address_that_became_ours_gets_nothing() -> None:
    assert said(came(ruled=ruled(f"forward:{MAILBOX.address}"))) == ["rule.stays_ours"]


def test_the_limit_counts_what_leaves_by_the_same_mail() -> None:
    rules = ruled(f"forward:{TO}", "forward:carl@home.example", f"forward:{TO.upper()}")
    decision = came(ruled=rules, sent_last_hour=MAILBOX.hourly_limit - 1)
    assert (passed(decision), "rule.stays_limit" in said(decision)) == ([TO], True)
    assert passed(came(ruled=rules)) == [TO, "carl@home.example"]


@pytest.mark.parametrize("rules", [ruled("spam", f"forward:{TO}"), ruled(f"forward:{TO}", "spam")])
def test_spam_goes_nowhere(rules: Ruled) -> None:
    decision = came(ruled=rules)
    assert (passed(decision), said(decision)) == ([], [])


def test_what_the_server_marked_goes_nowhere() -> None:
    assert passed(came(replace(WORDS, is_marked_spam=True), ruled=ruled(f"forward:{TO}"))) == []


SUPPORT = replace(MAILBOX, id=MailboxId("support@asso.example"), room=RoomId("!support:localhost"))


def test_what_a_rule_opens_in_another_room_is_passed_on_by_none() -> None:
    decision = came(ruled=ruled(f"forward:{TO}", f"room:{SUPPORT.id}"), opens_with=SUPPORT)
    (one,) = [one.conversation for one in decision.changes if isinstance(one, SaveConversation)]
    assert (one.mailbox, one.room) == (SUPPORT.id, SUPPORT.room)
    assert (passed(decision), said(decision)) == ([], ["rule.opened_here", "rule.stays_elsewhere"])
    assert [one.room for one in decision.effects if isinstance(one, Say)] == [SUPPORT.room] * 2


@pytest.mark.parametrize(
    ("more", "told"),
    [({}, ["rule.opens_unreachable"]), ({"was_shown": True}, ["rule.opens_old"])],
)
def test_where_it_may_not_be_opened_it_stays_and_its_thread_says_why(more: dict[str, Any], told: list[str]) -> None:
    decision = came(ruled=ruled(f"tag:x room:{SUPPORT.id}"), **more)
    (one,) = [one.conversation for one in decision.changes if isinstance(one, SaveConversation)]
    assert (one.mailbox, one.room, one.tags, said(decision)) == (MAILBOX.id, MAILBOX.room, ("x",), told)
    assert "room:" not in str([one.detail for one in decision.happened])


def test_spam_stays_and_the_first_of_two_rooms_counts() -> None:
    by = ruled(f"room:{SUPPORT.id}", "room:paie@asso.example", "spam")
    assert by.opens_with is None
    assert replace(by, rules=by.rules[:2]).opens_with == by.rules[0]
    assert said(came(mail=replace(WORDS, is_marked_spam=True), ruled=ruled(f"room:{SUPPORT.id}"))) == []
