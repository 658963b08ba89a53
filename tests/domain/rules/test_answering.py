"""Who may answer a notification by mail, and what becomes of everybody else's words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.ids import BlobId, ConversationId, MailboxId, UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Address, Authentication, Mail, Nature
from bot.domain.mailed import GOOD_FOR, Claim
from bot.domain.marks import ABOVE
from bot.domain.rules.answering import Goes, Ordinary, Refused, Swallowed, judged
from bot.domain.signing import Notified
from tests.domain.deciding import MAILBOX, START, World
from tests.fakes.chat import ALICE, BOB

OURS = "mx.asso.example"
HOUSE = replace(MAILBOX, trusted_authserv=(OURS,))
PROOF = (Authentication(OURS, dmarc="pass", dmarc_domain="home.example"),)
MAIL = Mail(
    message_id="a@home.example",
    from_=(Address("Alice", "alice@home.example"),),
    fields=(("from", "Alice <alice@home.example>"),),
    visible_text="Bonjour",
    subject="Re: [#1] Question",
    authentication=PROOF,
)
NOW = START + timedelta(days=1)
TICKET = Notified(ALICE, ConversationId(1), START)


def claim(**changes: Any) -> Claim:
    world = World(mailbox=HOUSE)
    known = Claim(TICKET, ALICE, world.conversation, HOUSE, is_joined=True)
    return replace(known, **changes)


def verdict(mail: Mail = MAIL, of: Claim | None = None, house: Any = HOUSE, **changes: Any) -> Any:
    place = MailPlace(house.id, "INBOX", 1, 9, changes.pop("role", FolderRole.INBOX))
    came = replace(MailArrived(place, mail, BlobId("b" * 64), 1, NOW), **changes)
    return judged(came, of or claim(), house, NOW)


def why(*args: Any, **changes: Any) -> tuple[str, bool]:
    found = verdict(*args, **changes)
    assert isinstance(found, Refused), found
    return found.why.key, found.may_send


def test_the_member_s_proven_answer_goes_on() -> None:
    assert verdict() == Goes(TICKET)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_auto_reply": True}, Swallowed()),
        ({"is_bounce": True}, Swallowed()),
        ({"is_feedback_report": True}, Swallowed()),
        ({"is_bulk": True}, Swallowed()),
        ({"nature": Nature.ABSENCE}, Swallowed()),
        ({"nature": Nature.READ}, Swallowed()),
        ({"nature": Nature.DELIVERED}, Swallowed()),
        ({"nature": Nature.REACTION}, Swallowed()),
        ({"nature": Nature.NEWSLETTER}, Swallowed()),
        ({"fields": (*MAIL.fields, ("return-path", "<>"))}, Swallowed()),
    ],
)
def test_what_a_program_answers_goes_nowhere_and_is_told_to_nobody(changes: Any, expected: Any) -> None:
    assert verdict(replace(MAIL, **changes)) == expected
    if "is_bulk" not in changes and changes.get("nature") is not Nature.NEWSLETTER:
        assert verdict(replace(MAIL, **changes), claim(owner=None)) == expected, "nor what a stranger's does"


BULK = replace(MAIL, is_bulk=True, nature=Nature.NEWSLETTER, text=f"C’est oui.\n\n> {ABOVE}\n> #1 internal")


def test_an_answer_whose_provider_adds_headers_of_bulk_mail_waits_for_its_writer() -> None:
    assert why(BULK) == ("mailed.bulk", True)
    assert why(BULK, claim(ticket=replace(TICKET, person=BOB))) == ("mailed.colleague", True)
    quoted = f"Le 23/11/2026 à 10:05, Mon Asso a écrit :\n> {ABOVE}\n> #1 internal"
    for words in ("C’est oui.", f"{quoted}\n\nC’est oui.", f"note: il ment\n\n{quoted}"):
        assert why(replace(BULK, text=words, visible_text=words)) == ("mailed.bulk", True), words


@pytest.mark.parametrize(
    "changes",
    [
        {"text": f"Cordialement,\nAlice\n\n> {ABOVE}\n> #1 internal"},
        {"subject": "Absence : Re: [#1] Question"},
        {"subject": "Question"},
        {"is_auto_reply": True},
        {"nature": Nature.ABSENCE},
        {"is_bounce": True},
        {"authentication": ()},
        {"fields": (*MAIL.fields, ("x-auto-response-suppress", "All"))},
        {"fields": (*MAIL.fields, ("return-path", "<>"))},
    ],
)
def test_such_a_mail_with_anything_else_of_a_program_goes_nowhere(changes: Any) -> None:
    assert verdict(replace(BULK, **changes)) == Swallowed()
    assert verdict(replace(BULK, **changes), house=replace(HOUSE, answer_unproven=True)) == Swallowed()
    assert verdict(BULK, claim(owner=None)) == Swallowed()


def test_the_same_mail_read_again_is_nothing_new() -> None:
    assert verdict(of=claim(is_known=True)) == Swallowed()


def test_a_stranger_s_words_are_a_mail_like_any_other_and_the_team_is_told_what_they_answer() -> None:
    found = verdict(of=claim(owner=None))
    assert isinstance(found, Ordinary) and found.note is not None and found.note.key == "mailed.stranger"
    assert verdict(of=claim(owner=None, ticket=None)) == Ordinary(), "who makes an id up is told nothing"
    assert verdict(of=claim(owner=None, is_noted=True)) == Ordinary(), "once is enough"


@pytest.mark.parametrize(
    "proof",
    [
        (),
        (Authentication(OURS, dmarc="fail", dmarc_domain="home.example"),),
        (Authentication("elsewhere.example", dmarc="pass", dmarc_domain="home.example"), *PROOF),
        (Authentication(OURS, dmarc="pass", dmarc_domain="evil.example"),),
    ],
)
def test_without_the_server_s_proof_nothing_goes_on_and_not_even_by_a_reaction(proof: Any) -> None:
    forged = replace(MAIL, authentication=proof)
    assert why(forged) == ("mailed.unproven", False)
    assert verdict(forged, house=replace(HOUSE, answer_unproven=True)) == Goes(TICKET), "unless that is waived"


def test_an_operator_who_named_no_server_is_told_its_name() -> None:
    assert why(house=replace(HOUSE, trusted_authserv=())) == ("mailed.no_server", False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ticket": None}, ("mailed.forged", False)),
        ({"conversation": None}, ("mailed.gone", False)),
        ({"mailbox": None}, ("mailed.gone", False)),
        ({"is_joined": False}, ("mailed.left", False)),
        ({"ticket": replace(TICKET, person=BOB)}, ("mailed.colleague", True)),
        ({"ticket": replace(TICKET, at=NOW - GOOD_FOR - timedelta(seconds=1))}, ("mailed.expired", True)),
        ({"mailbox": replace(HOUSE, answer_by_mail=False)}, ("mailed.off", True)),
    ],
)
def test_what_is_refused_says_why(changes: Any, expected: Any) -> None:
    assert why(of=claim(**changes)) == expected


def test_a_ticket_is_good_to_its_last_day() -> None:
    old = replace(TICKET, at=NOW - GOOD_FOR)
    assert verdict(of=claim(ticket=old)) == Goes(old)


def test_the_mailbox_that_got_the_mail_may_switch_it_off_as_well() -> None:
    assert why(house=replace(HOUSE, answer_by_mail=False)) == ("mailed.off", True)


def test_what_is_written_to_somebody_else_as_well_waits_for_its_writer() -> None:
    us, alice, bob = Address("", HOUSE.address), Address("", "alice@home.example"), Address("Bob", "bob@home.example")
    assert verdict(replace(MAIL, to=(us,), cc=(alice,))) == Goes(TICKET)
    for to, cc in (((us, bob), ()), ((us,), (bob,)), ((bob,), (us,))):
        assert why(replace(MAIL, to=to, cc=cc)) == ("mailed.to_others", True)


def test_what_the_correspondent_has_from_its_writer_already_waits_and_would_reach_them_twice() -> None:
    about = claim().conversation
    assert about is not None
    us, marie = Address("", HOUSE.address), about.correspondent
    for to, cc in (((us, marie), ()), ((us,), (marie,)), ((us,), (replace(marie, address=marie.address.upper()),))):
        assert why(replace(MAIL, to=to, cc=cc)) == ("mailed.to_them", True)


def test_another_subject_than_the_notification_s_waits_for_its_writer() -> None:
    for subject in ("Mes absences de mai", "Out of Office", "", "Re: [#2] Question", "[#1] Question", "Auto: [#1] Q"):
        assert why(replace(MAIL, subject=subject)) == ("mailed.other_subject", True)
    for subject in ("Re: TR: [#1] Question", "[EXT] Fwd: [#1] Question"):
        assert why(replace(MAIL, subject=subject)) == ("mailed.to_others", True)


def test_a_header_that_programs_write_into_their_mails_makes_an_answer_wait() -> None:
    made = replace(MAIL, fields=(*MAIL.fields, ("x-auto-response-suppress", "All")))
    assert why(made) == ("mailed.absence", True)


@pytest.mark.parametrize("name", ["x-ms-exchange-inbox-rules-loop", "x-loop"])
def test_what_the_rule_of_somebody_s_mailbox_left_there_makes_an_answer_wait_and_a_rule_of_ours_does_not(
    name: str,
) -> None:
    for value in ("alice@home.example", "alice"):
        made = replace(MAIL, fields=(*MAIL.fields, (name, value)))
        assert why(made) == ("mailed.absence", True)
    ours = replace(MAIL, fields=(*MAIL.fields, (name, HOUSE.address.upper())))
    assert verdict(ours) == Goes(TICKET)


def test_what_lay_in_junk_or_is_read_late_waits_for_its_writer() -> None:
    assert why(role=FolderRole.JUNK) == ("mailed.junk", True)
    assert why(replace(MAIL, is_marked_spam=True)) == ("mailed.junk", True)
    assert why(is_backlog=True) == ("mailed.late", True)
    assert why(is_late=True) == ("mailed.late", True)
    assert why(received_at=NOW - timedelta(days=4)) == ("mailed.late", True)


def test_a_mail_that_could_not_be_read_goes_nowhere() -> None:
    place = MailPlace(HOUSE.id, "INBOX", 1, 9, FolderRole.INBOX)
    found = judged(MailUnreadable(place, MAIL, None, 1, NOW, "too_big"), claim(), HOUSE, NOW)
    assert isinstance(found, Refused) and found.why.key == "mailed.unreadable" and not found.may_send


@pytest.mark.parametrize("owner", [None, ALICE, BOB, UserId("@eve:evil.example")])
@pytest.mark.parametrize("is_joined", [True, False])
@pytest.mark.parametrize("is_proven", [True, False])
@pytest.mark.parametrize("person", [ALICE, BOB])
def test_nobody_but_the_person_of_the_ticket_ever_goes_on(
    owner: UserId | None, person: UserId, *, is_joined: bool, is_proven: bool
) -> None:
    mail = MAIL if is_proven else replace(MAIL, authentication=())
    found = verdict(mail, claim(owner=owner, is_joined=is_joined, ticket=replace(TICKET, person=person)))
    assert isinstance(found, Goes) is (owner == person and is_joined and is_proven)


def test_what_came_to_another_mailbox_has_to_be_proven_for_both() -> None:
    """What one association waives opens the mailbox of no other one."""
    lax = replace(
        HOUSE, id=MailboxId("b@asso.example"), address="b@asso.example", trusted_authserv=(), answer_unproven=True
    )
    assert why(replace(MAIL, authentication=()), house=lax) == ("mailed.unproven", False)
    other = replace(lax, answer_unproven=False, trusted_authserv=("mx.other.example",))
    theirs = (Authentication("mx.other.example", dmarc="pass", dmarc_domain="home.example"),)
    assert why(replace(MAIL, authentication=theirs), house=other)[1] is False
    assert verdict(house=replace(lax, answer_unproven=False, trusted_authserv=(OURS,))) == Goes(TICKET)
