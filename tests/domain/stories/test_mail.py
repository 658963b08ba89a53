"""A mail came: it opens, joins, wakes, is a copy, is ours. Cases, decided by function calls."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversation import Direction, OutState, Status
from bot.domain.effects import Say, SayLinked
from bot.domain.happening import What
from bot.domain.ids import BlobId, ConversationId, EventId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Address, Mail, Nature
from bot.domain.matching import Match
from bot.domain.sameness import Twin
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot
from bot.domain.stories.table import decide
from tests.domain.deciding import MAILBOX, MARIE, START, World, conversation, mail_in
from tests.domain.stories.outcome import outcome
from tests.fakes.chat import ALICE, BOB

US = Address("Mon Asso", MAILBOX.address)
WORDS = Mail(message_id="n@example.org", from_=(MARIE,), to=(US,), subject="Question", text="Bonjour")
ABSENT = replace(WORDS, nature=Nature.ABSENCE)
OURS = replace(WORDS, from_=(US,), to=(MARIE,))
OUT = replace(mail_in(2, START), direction=Direction.OUT, state=OutState.SENT, author=ALICE)
OPENED = ["active of nobody", "AddMail", "AddHistory", "timer board", "ShowCard", "PostMail"]
BY_WORDS = [*OPENED[:2], "ClearReturned", *OPENED[2:]]
"""Whoever writes words gets mail, too."""


def came(mail: Mail = WORDS, role: FolderRole = FolderRole.INBOX, *, is_backlog: bool = False, **more: Any) -> Any:
    known = {
        "copy_of": None, "same_id": (), "match": None, "conversation": None, "bounced": None,
        "next_number": ConversationId(7), "earlier": (), **more,
    }  # fmt: skip
    if known["conversation"] is not None and known["match"] is None:
        known["match"] = Match(known["conversation"].id, None)
    snapshot = MailSnapshot(World().instance, MAILBOX, Signer(b"secret"), **known)
    place = MailPlace(MAILBOX.id, "INBOX", 1, 9, role)
    return decide(snapshot, MailArrived(place, mail, BlobId("b" * 64), 1, START, is_backlog=is_backlog), START)


@pytest.mark.parametrize(
    ("mail", "role", "becomes"),
    [
        (WORDS, FolderRole.INBOX, BY_WORDS),
        (ABSENT, FolderRole.INBOX, OPENED),
        (replace(WORDS, is_marked_spam=True), FolderRole.INBOX, ["spam of nobody", *OPENED[1:]]),
        (WORDS, FolderRole.JUNK, ["spam of nobody", *OPENED[1:]]),
        # Of the Sent folder only answers are shown.
        (OURS, FolderRole.SENT, []),
        (Mail(), FolderRole.INBOX, OPENED),
    ],
)
def test_a_mail_that_answers_nothing_opens_a_conversation(mail: Mail, role: FolderRole, becomes: list[str]) -> None:
    assert outcome(came(mail, role)) == becomes


@pytest.mark.parametrize(
    ("there", "mail", "happened", "status"),
    [
        (conversation(), WORDS, [What.CAME], Status.ACTIVE),
        (conversation(status=Status.PENDING), WORDS, [What.REOPENED, What.CAME], Status.ACTIVE),
        (conversation(status=Status.CLOSED), WORDS, [What.REOPENED, What.CAME], Status.ACTIVE),
        (conversation(status=Status.CLOSED), ABSENT, [What.CAME], Status.CLOSED),
        (conversation(status=Status.SPAM), WORDS, [What.CAME], Status.SPAM),
        (conversation(status=Status.CLOSED), replace(WORDS, is_marked_spam=True), [What.CAME], Status.CLOSED),
    ],
)
def test_words_wake_a_conversation_and_a_machine_wakes_none(
    there: Any, mail: Mail, happened: list[What], status: Status
) -> None:
    decision = came(mail, conversation=there)
    assert [one.what for one in decision.happened] == happened
    assert {one.conversation.status for one in decision.happened} == {status}
    assert {one.conversation.mails for one in decision.happened} == {there.mails + 1}


@pytest.mark.parametrize(
    ("there", "is_backlog", "has_line"),
    [
        (conversation(assignee=BOB), False, True),
        (conversation(followers=(BOB,)), False, True),
        (conversation(), False, True),
        (conversation(assignee=BOB), True, False),
        (conversation(assignee=BOB, status=Status.SPAM), False, False),
    ],
)
def test_an_answer_has_its_line_of_news(there: Any, is_backlog: bool, has_line: bool) -> None:
    assert ("ShowNews" in outcome(came(conversation=there, is_backlog=is_backlog))) is has_line


def test_a_copy_is_noted_and_shown_no_second_time() -> None:
    known = replace(mail_in(1, START), uid=0)
    assert outcome(came(copy_of=known, conversation=conversation())) == ["PlaceMail"]
    assert outcome(came(copy_of=mail_in(1, START), conversation=conversation())) == []
    assert outcome(came(copy_of=known)) == ["PlaceMail"]


def test_a_mail_that_is_taken_out_of_junk_is_no_spam() -> None:
    known = replace(mail_in(1, START), folder="Junk")
    back = came(copy_of=known, conversation=conversation(status=Status.SPAM))
    assert outcome(back) == ["PlaceMail", "active of nobody", "AskAgain", "AddHistory", "timer board", "ShowCard"]
    assert outcome(came(role=FolderRole.JUNK, copy_of=mail_in(1, START), conversation=conversation())) == []


@pytest.mark.parametrize("state", [OutState.UNKNOWN, OutState.SENT])
def test_the_copy_of_an_uncertain_mail_says_that_it_left(state: OutState) -> None:
    decision = came(OURS, FolderRole.SENT, copy_of=replace(OUT, state=state), conversation=conversation())
    assert ("ShowState" in outcome(decision)) is (state is OutState.UNKNOWN)
    assert ([one.what for one in decision.happened] == [What.ANSWERED]) is (state is OutState.UNKNOWN)


@pytest.mark.parametrize("role", [FolderRole.SENT, FolderRole.INBOX])
def test_an_answer_from_elsewhere_joins_and_only_sent_is_believed(role: FolderRole) -> None:
    decision = came(OURS, role, conversation=conversation())
    (happened,) = decision.happened
    assert happened.what is What.REPLIED_ELSEWHERE and happened.actor is None
    assert happened.conversation.status is (Status.PENDING if role is FolderRole.SENT else Status.ACTIVE)


def test_a_mail_that_cannot_be_read_opens_a_conversation_all_the_same() -> None:
    place = MailPlace(MAILBOX.id, "INBOX", 1, 9, FolderRole.INBOX)
    raw = MailUnreadable(place, WORDS, BlobId("b" * 64), 1, START, reason="error")
    snapshot = MailSnapshot(
        World().instance, MAILBOX, Signer(b"secret"), None, (), None, None, None, ConversationId(7), ()
    )
    assert outcome(decide(snapshot, raw, START)) == BY_WORDS


def test_a_flood_is_folded_and_told_once() -> None:
    there = conversation(correspondent=MARIE)
    for folded, told in ((0, ["mail.folding"]), (5, [])):
        before = replace(there, folded=folded)
        decision = came(recent=MAILBOX.fold_after, newest_of_sender=before)
        assert [one.what for one in decision.happened] == [What.FOLDED]
        assert outcome(decision) == ["active of nobody", "AddMail", "ClearReturned", "timer board", "ShowCard", *told]


@pytest.mark.parametrize(("of", "becomes"), [(7, Status.PENDING), (1, Status.ACTIVE)])
def test_an_answer_to_a_mail_of_one_that_was_merged_into_it_leaves_what_waits_here(of: int, becomes: Status) -> None:
    there = conversation(id=ConversationId(7), heard=3)
    answered = replace(mail_in(1, START), conversation=ConversationId(of), heard=5)
    decision = came(OURS, FolderRole.SENT, conversation=there, match=Match(ConversationId(of), answered))
    assert {one.conversation.status for one in decision.happened} == {becomes}


def test_the_same_mail_in_another_mailbox_of_the_room_is_named_in_both_threads() -> None:
    there = conversation(id=ConversationId(3), root=EventId("$there"))
    effects = came(twin=Twin(there, MAILBOX.id)).effects
    (here,) = [one for one in effects if isinstance(one, SayLinked)]
    (back,) = [one for one in effects if isinstance(one, Say)]
    assert (here.conversation, here.thread, here.told.key) == (7, "$there", "mail.twin")
    assert (back.conversation, back.sentences[0].key, back.mention) == (3, "mail.twin", ())


@pytest.mark.parametrize("quiet", [replace(WORDS, is_marked_spam=True), ABSENT])
def test_of_a_quiet_one_nothing_is_said(quiet: Mail) -> None:
    there = conversation(id=ConversationId(3))
    assert not [one for one in came(quiet, twin=Twin(there, MAILBOX.id)).effects if isinstance(one, Say | SayLinked)]
