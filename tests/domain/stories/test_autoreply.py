"""Which mails a mailbox answers by itself, and what the answer is: cases, decided by function calls (RFC 3834)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.authenticity import verdict_of
from bot.domain.autoreply import MOST_AN_HOUR, AutoReply, Standing, read_kept
from bot.domain.conversation import Direction, MailRecord, OutState, Status
from bot.domain.decision import AddMail, Decision, SaveConversation
from bot.domain.effects import Draft, Say, ShowState, SubmitMail
from bot.domain.house_changes import SetValue
from bot.domain.house_rules import Fitting, Ruled
from bot.domain.ids import BlobId, ConversationId, MailboxId, RoomId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Address, Authentication, Invitation, InvitationKind, Mail, Nature, PassedOn
from bot.domain.rule_words import read_rule
from bot.domain.rules.autoreply import Silent, goes_to, why_silent
from bot.domain.sameness import Twin
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot
from bot.domain.stories.table import decide
from tests.domain.deciding import MAILBOX, MARIE, START, World, conversation, mail_in
from tests.domain.stories.test_mail import US, WORDS
from tests.fakes.chat import ALICE

AUTO = AutoReply(Standing.ON, START - timedelta(days=9), "", "Bonjour {first_name}, *merci*. #{number}")
ON = replace(MAILBOX, autoreply=AUTO)
FIELDS = (("return-path", f"<{MARIE.address}>"), ("from", MARIE.address))
MAIL = replace(WORDS, fields=FIELDS)
SIGNER = Signer(b"secret")
LONG = timedelta(days=2)


def given_before(number: int, to: Address = MARIE, ago: timedelta = timedelta(minutes=5)) -> MailRecord:
    """An automatic answer of before."""
    signed = SIGNER.message_id(conversation=ConversationId(number), token=f"{number:012x}", domain="asso.example")
    return replace(
        mail_in(number, START - ago),
        direction=Direction.OUT,
        is_automatic=True,
        state=OutState.SENT,
        message_id=signed,
        to=(to,),
    )


def many(count: int) -> tuple[MailRecord, ...]:
    return tuple(given_before(100 + n, Address("", f"p{n}@x.example")) for n in range(count))


def snapshot_of(mailbox: MailboxSettings = ON, **more: Any) -> MailSnapshot:
    known = {
        "copy_of": None, "same_id": (), "match": None, "conversation": None, "bounced": None,
        "next_number": ConversationId(7), "earlier": (), **more,
    }  # fmt: skip
    other = replace(ON, id=MailboxId("aide@asso.example"), address="aide@asso.example", aliases=())
    instance = replace(World().instance, mailboxes=(mailbox, other))
    return MailSnapshot(instance, mailbox, SIGNER, **known)


def arrived(mail: Mail = MAIL, role: FolderRole = FolderRole.INBOX, **more: Any) -> MailArrived:
    place = MailPlace(MAILBOX.id, "INBOX", 1, 9, role)
    return MailArrived(place, mail, BlobId("b" * 64), 1, **{"received_at": START, **more})


def came(mail: Mail = MAIL, mailbox: MailboxSettings = ON, **more: Any) -> Decision:
    return decide(snapshot_of(mailbox, **more), arrived(mail), START)


def drafts(decision: Decision) -> list[Draft]:
    return [one.draft for one in decision.effects if isinstance(one, SubmitMail)]


def test_it_answers_the_mail_that_opens_a_conversation_and_changes_nothing_of_it() -> None:
    decision = came(replace(MAIL, references=("a@x",)))
    (draft,) = drafts(decision)
    record = draft.record
    assert (record.in_reply_to, record.references) == (("n@example.org",), ("a@x", "n@example.org"))
    assert (record.to, record.recipients, record.subject) == ((MARIE,), (MARIE.address,), "Auto: Question")
    assert (record.author, record.is_automatic, record.text, record.is_auto_answer) == (None, True, "", True)
    assert draft.markdown == "Bonjour Marie, *merci*. #7"
    assert SIGNER.conversation_of(record.message_id) == 7
    (one,) = [change.conversation for change in decision.changes if isinstance(change, SaveConversation)]
    (plain,) = [c.conversation for c in came(mailbox=MAILBOX).changes if isinstance(c, SaveConversation)]
    assert one == plain and one.status is Status.ACTIVE
    assert [one.record for one in decision.effects if isinstance(one, ShowState)] == [record]
    assert came(replace(MAIL, references=("a@x",))) == decision, "decided again it is the same mail"


OTHER = Address("", "other@x.example")
RULE = Fitting(1, read_rule("if body:x then close"), ALICE)


def failed(mail: Mail) -> Mail:
    return replace(mail, authentication=(Authentication("mx.asso.example", dmarc="fail", dmarc_domain="example.org"),))


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        ({"is_auto_reply": True}, Silent.AUTOMATIC),
        ({"is_bulk": True}, Silent.AUTOMATIC),
        ({"is_bounce": True}, Silent.AUTOMATIC),
        ({"is_feedback_report": True}, Silent.AUTOMATIC),
        ({"original_from": (MARIE,)}, Silent.AUTOMATIC),
        ({"invitation": Invitation(InvitationKind.INVITED, "", "", None, None, "", None, "", "")}, Silent.AUTOMATIC),
        *(({"nature": nature}, Silent.AUTOMATIC) for nature in Nature if nature is not Nature.MESSAGE),
        *(
            ({"fields": (*FIELDS, field)}, Silent.AUTOMATIC)
            for field in (
                ("x-loop", "a@b.example"),
                ("list-id", "<x.example>"),
                ("list-anything", ""),
                ("precedence", "bulk"),
                ("x-auto-response-suppress", "DR, OOF, AutoReply"),
                ("x-auto-response-suppress", "All"),
            )
        ),
        ({"is_marked_spam": True}, Silent.SPAM),
        ({"from_": (US,)}, Silent.OURS),
        ({"from_": (Address("", "aide+x@ASSO.example"),)}, Silent.OURS),
        ({"reply_to": (Address("", "aide@asso.example"),)}, Silent.OURS),
        ({"fields": (("return-path", "<aide@asso.example>"),)}, Silent.OURS),
        ({"message_id": SIGNER.message_id(conversation=ConversationId(3), token="0" * 12, domain="x")}, Silent.OURS),
        ({"to": (OTHER,)}, Silent.NOT_TO_US),
        ({"to": ()}, Silent.NOT_TO_US),
        ({"fields": (("return-path", "<>"),)}, Silent.NOBODY),
        ({"fields": (("return-path", ""),)}, Silent.NOBODY),
        ({"fields": (("return-path", "MAILER-DAEMON"),)}, Silent.NOBODY),
        ({"fields": (("return-path", "<été@x.example>"),)}, Silent.NOBODY),
        ({"from_": ()}, Silent.NOBODY),
        *(
            ({"from_": (Address("", f"{local}@x.example"),)}, Silent.NO_REPLY)
            for local in (
                "no-reply",
                "NoReply",
                "do_not_reply",
                "shop-noreply",
                "ne-pas-repondre",
                "mailer-daemon",
                "postmaster",
                "owner-news",
                "news-request",
                "news-owner",
                "bounces+12",
                "notifications",
                "www-data",
            )
        ),
        ({"reply_to": (Address("", "noreply@x.example"),)}, Silent.NO_REPLY),
        ({"fields": (("return-path", "<bounces+1234=contact@em.x.example>"),)}, Silent.NO_REPLY),
        ({"fields": ()}, Silent.UNREAD),
        ({"passed_on": PassedOn(MARIE, "", "", "")}, Silent.UNREAD),
    ],
)
def test_what_nobody_must_answer_by_itself_gets_nothing(mail: dict[str, Any], why: Silent) -> None:
    changed = replace(MAIL, **mail)
    assert why_silent(snapshot_of(), arrived(changed), START) is why
    assert drafts(came(changed)) == []


def test_a_sender_who_is_known_to_be_forged_gets_nothing() -> None:
    trusting = replace(ON, trusted_authserv=("mx.asso.example",))
    assert verdict_of(failed(MAIL), trusting).value == "failed"
    assert why_silent(snapshot_of(trusting), arrived(failed(MAIL)), START) is Silent.FORGED


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"was_shown": True}, Silent.OLD),
        ({"is_blocked": True}, Silent.SPAM),
        ({"ruled": Ruled((replace(RULE, reads=read_rule("if body:x then spam")),))}, Silent.SPAM),
        ({"ruled": Ruled((RULE,))}, Silent.ELSEWHERE),
        ({"opens_with": replace(ON, room=RoomId("!x:localhost"))}, Silent.ELSEWHERE),
        ({"continues": conversation(status=Status.CLOSED)}, Silent.ELSEWHERE),
        ({"auto_answered": True}, Silent.AGAIN),
        ({"auto_answers": (given_before(3),)}, Silent.AGAIN),
        ({"auto_answers": (given_before(3, Address("", "MARIE@Example.ORG")),)}, Silent.AGAIN),
        ({"auto_answers": (given_before(3, ago=timedelta(hours=23)),)}, Silent.AGAIN),
        ({"auto_answers": (given_before(3, ago=timedelta(hours=25)),)}, None),
        ({"auto_answers": (given_before(3, OTHER),)}, None),
        # Another program files its own in Sent.
        ({"auto_answers": (replace(given_before(3), message_id="webmail@x"),)}, None),
        ({"twin": Twin(conversation(), MailboxId("aide@asso.example"))}, Silent.AGAIN),
        ({"twin": Twin(conversation(), MailboxId("gone@asso.example"))}, None),
        ({"auto_answers": many(MOST_AN_HOUR)}, Silent.FLOOD),
        ({"auto_answers": many(MOST_AN_HOUR - 1)}, None),
        ({"sent_last_hour": ON.hourly_limit}, Silent.LIMIT),
        ({"sent_last_day": ON.daily_limit}, Silent.LIMIT),
    ],
)
def test_what_else_is_known_of_it(known: dict[str, Any], why: Silent | None) -> None:
    assert why_silent(snapshot_of(**known), arrived(), START) is why


@pytest.mark.parametrize(
    ("input", "why"),
    [
        (arrived(is_backlog=True), Silent.OLD),
        (arrived(is_late=True), Silent.OLD),
        (arrived(received_at=START - LONG), Silent.OLD),
        (arrived(role=FolderRole.JUNK), Silent.SPAM),
        (MailUnreadable(arrived().place, MAIL, None, 9, START, "too_big"), Silent.UNREAD),
    ],
)
def test_how_it_came(input: MailArrived | MailUnreadable, why: Silent) -> None:
    assert why_silent(snapshot_of(), input, START) is why


@pytest.mark.parametrize(
    ("auto", "why"),
    [
        ({"standing": Standing.OFF}, Silent.OFF),
        ({"standing": Standing.STOPPED}, Silent.OFF),
        ({"text": ""}, Silent.OFF),
        ({"since": START + timedelta(seconds=5)}, Silent.OLD),
        ({"hours": "mo-su 0:00-24:00"}, Silent.OFFICE),
        ({"hours": "mo-su 0:00-0:01"}, None),
    ],
)
def test_as_it_is_set(auto: dict[str, Any], why: Silent | None) -> None:
    mailbox = replace(ON, autoreply=replace(AUTO, **auto))
    assert why_silent(snapshot_of(mailbox), arrived(), START) is why


def test_what_answers_a_conversation_gets_none() -> None:
    assert drafts(came(conversation=conversation(), match=None)) == []


def test_it_goes_to_the_path_of_return_and_without_one_to_the_sender() -> None:
    assert goes_to(MAIL) == MARIE.address
    assert (
        goes_to(replace(MAIL, fields=(("return-path", "<m@path.example>"), ("return-path", "<x@y>"))))
        == "m@path.example"
    )
    assert goes_to(replace(MAIL, fields=(("from", "x"),))) == MARIE.address
    (draft,) = drafts(came(replace(MAIL, fields=(("return-path", "<m@path.example>"),))))
    assert (draft.record.to, draft.record.recipients) == ((Address("", "m@path.example"),), ("m@path.example",))


def test_too_many_within_an_hour_stop_it_and_those_who_run_it_are_told_once() -> None:
    decision = came(auto_answers=many(MOST_AN_HOUR))
    assert drafts(decision) == []
    (kept,) = [read_kept(one.value or "") for one in decision.changes if isinstance(one, SetValue)]
    assert (kept.standing, kept.text) == (Standing.STOPPED, AUTO.text)
    said = [(one.room, [part.key for part in one.sentences]) for one in decision.effects if isinstance(one, Say)]
    assert said == [(MAILBOX.room, ["autoreply.flood"]), (World().instance.config_room, ["autoreply.flood"])]
    after = replace(ON, autoreply=kept)
    assert came(mailbox=after, auto_answers=many(MOST_AN_HOUR)).effects == came(mailbox=MAILBOX).effects
    # Switched on again, it counts from then.
    again = replace(ON, autoreply=replace(AUTO, since=START - timedelta(minutes=1)))
    assert len(drafts(came(mailbox=again, auto_answers=many(MOST_AN_HOUR)))) == 1


def test_two_at_a_time_of_one_sender_are_one_row() -> None:
    first, second = (came(replace(MAIL, message_id=f"{n}@x", subject=str(n))) for n in range(2))
    (one,), (two,) = drafts(first), drafts(second)
    assert one.record.row == two.record.row
    assert one.record in [change.record for change in first.changes if isinstance(change, AddMail)]
