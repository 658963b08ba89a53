"""`forward`: a mail is passed on in a conversation of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.addresses import normal
from bot.domain.conversation import Direction, EventKind, KnownEvent, MailRecord, OutState
from bot.domain.decision import AddMail, Decision
from bot.domain.effects import SayLinked, SubmitMail
from bot.domain.happening import What
from bot.domain.ids import EventId, MessageRow
from bot.domain.mail import Attachment
from bot.domain.needs import AcquaintanceWith, MailAt, NewestOf
from bot.domain.work import Acquaintance
from tests.domain.commands.cases import NOW, given, is_marked, other, saved, told
from tests.domain.deciding import CARD, FIRST, MAILBOX, MARIE, PAUL, conversation, mail_in
from tests.fakes.chat import ROOM

NUMBER = other(7).id
PLAN = Attachment("plan.pdf", "application/pdf", 10, False, "", "c" * 64)
MAIL = replace(mail_in(4, NOW), attachments=(PLAN,), subject="Question")


def passes(body: str = "!forward paul@example.org Tu peux voir ?", **more: object) -> Decision:
    known = {
        NewestOf: MAIL,
        AcquaintanceWith: Acquaintance(number=NUMBER, people=(PAUL,)),
        **(more.pop("knows", {})),  # type: ignore[dict-item]
    }
    return given(body, knows=known, **more)


def written(decision: Decision) -> list[MailRecord]:
    return [change.record for change in decision.changes if isinstance(change, AddMail)]


def test_a_mail_is_passed_on_with_its_files_in_a_conversation_of_its_own() -> None:
    decision = passes()
    (record,), (after,) = written(decision), saved(decision)
    assert ([a.address for a in record.to], record.subject) == (["paul@example.org"], "Fwd: Question")
    assert (record.text, record.quotes, record.state) == ("Tu peux voir ?", (MAIL.row,), OutState.QUEUED)
    assert [(one.file.filename, one.blob) for one in record.files] == [("plan.pdf", "c" * 64)]
    assert (record.in_reply_to, record.references) == ((), ()), "no answer comes into the first thread"
    assert (after.id, after.version, after.correspondent.address) == (NUMBER, 0, "paul@example.org")
    (submit,) = [effect for effect in decision.effects if isinstance(effect, SubmitMail)]
    assert [one.row for one in submit.draft.quoted] == [MAIL.row]
    assert (submit.delay_seconds, submit.draft.is_answer) == (MAILBOX.undo_seconds, False)
    (link,) = [effect for effect in decision.effects if isinstance(effect, SayLinked)]
    assert (link.conversation, link.thread) == (NUMBER, CARD)
    assert [(one.what, one.conversation.id, one.detail) for one in decision.happened if one.what is What.FORWARDED] == [
        (What.FORWARDED, FIRST, "paul@example.org")
    ]
    assert not is_marked(decision)


def test_the_words_may_be_none() -> None:
    (record,) = written(passes("!transférer paul@example.org", knows={NewestOf: replace(MAIL, attachments=())}))
    assert (record.text, record.files, record.quotes) == ("", (), (MAIL.row,))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!forward", "error.forward_whom"),
        ("!forward Paul Tu peux voir ?", "error.forward_whom"),
        ("!forward Paul see <eve@example.org>", "error.forward_whom"),
        (f"!forward {MARIE.address} x", "error.forward_back"),
        ("!forward contact@asso.example x", "error.new_own"),
        ("!forward hélène@example.org x", "error.new_address"),
        ("!forward zoe@x.example lea@y.example Regarde", "error.new_address"),
        ("!forward zoe@x.example et lea@y.example Regarde", "error.new_address"),
        ("!forward @bob:localhost x", "error.new_address"),
        ("!forward paul@example.org from x@y.example x", "error.new_from"),
        ("!forward #2 paul@example.org x", "error.other_thread"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_leaves(body: str, why: str) -> None:
    decision = passes(body, there=(conversation(), other(2)))
    assert (told(decision), written(decision)) == ([why], [])


def test_without_a_mail_there_is_nothing_to_pass_on() -> None:
    assert told(passes(knows={NewestOf: None})) == ["missing.no_mail"]


@pytest.mark.parametrize(("number", "row"), [(FIRST, 9), (other(3).id, 4)])
def test_the_mail_that_is_replied_to_is_meant_if_it_is_one_of_this_conversation(number: object, row: int) -> None:
    meant = replace(MAIL, row=MessageRow(9), conversation=number)  # type: ignore[arg-type]
    target = KnownEvent(EventId("$m9"), ROOM, EventKind.MAIL, FIRST, None, meant.row, NOW)
    (record,) = written(passes(target=target, knows={MailAt: meant}))
    assert record.quotes == (row,)


def test_several_people_of_a_name_are_named() -> None:
    two = (PAUL, replace(PAUL, address="p2@example.org"))
    before = replace(MAIL, direction=Direction.OUT, to=two, state=OutState.SENT)
    known = {AcquaintanceWith: Acquaintance(number=NUMBER, people=two, written=(before,))}
    decision = passes('!forward "Paul" x', knows=known)
    assert (told(decision), written(decision)) == (["error.new_several"], [])


@pytest.mark.parametrize("body", ["!forward paul@example.org x", '!forward "Paul" x', "!forward paul@example.org"])
def test_it_goes_to_one_person_who_is_not_the_correspondent(body: str) -> None:
    for record in written(passes(body)):
        assert len(record.recipients) == 1 and not record.cc and not record.bcc
        assert normal(record.to[0].address) != normal(MARIE.address)


def test_a_subject_that_says_so_already_is_left() -> None:
    (record,) = written(passes(knows={NewestOf: replace(MAIL, subject="TR: Question")}))
    assert record.subject == "TR: Question"


def test_from_a_session_that_is_not_trusted_nothing_is_passed_on() -> None:
    decision = passes(room_encrypted=True, was_encrypted=True, session_trust="unsigned_device")
    assert (told(decision), written(decision)) == (["error.trust.unsigned_device"], [])


@pytest.mark.parametrize(
    "body",
    [
        '!forward --at "monday 9:00" paul@example.org Tu peux voir ?',
        '!transférer paul@example.org --à "lundi 9h" Tu peux voir ?',
        "!forward paul@example.org --at monday 9:00\nTu peux voir ?",
    ],
)
def test_it_leaves_at_the_time_that_is_named(body: str) -> None:
    decision = passes(body)
    (record,) = written(decision)
    assert (record.leaves_at, record.text, record.is_scheduled) == (
        NOW + timedelta(days=7, hours=-1), "Tu peux voir ?", True,
    )  # fmt: skip
    assert not [effect for effect in decision.effects if isinstance(effect, SubmitMail)]


def test_at_a_time_that_means_nothing_nothing_is_passed_on() -> None:
    decision = passes("!forward paul@example.org --at monday 9:00 tu peux voir ?")
    assert (told(decision), saved(decision)) == (["error.at_when"], [])
