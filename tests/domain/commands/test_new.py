"""`new`: a conversation that a member begins. What leaves, to whom, and what is told instead."""

from dataclasses import replace
from datetime import timedelta
from unicodedata import normalize as nfc

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from bot.domain.addresses import is_one_of, normal
from bot.domain.conversation import Direction, MailRecord, OutState, Status
from bot.domain.decision import AddEvent, AddMail, Decision, SetTimer
from bot.domain.effects import ShowCard, ShowState, SubmitMail
from bot.domain.files import SharedFile
from bot.domain.ids import EventId
from bot.domain.mail import Address
from bot.domain.needs import AcquaintanceWith
from bot.domain.rules.held import held
from bot.domain.rules.scheduling import timer_of_mail
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings
from bot.domain.work import Acquaintance
from tests.domain.commands.cases import NOW, ask, given, is_marked, other, saved, told
from tests.domain.deciding import MAILBOX, MARIE, PAUL, World, conversation, mail_in
from tests.fakes.chat import ALICE, CONFIG

LETTER = '!new marie@example.org "Rentrée"\nBonjour **Marie**,\n\nà samedi.'
NUMBER = conversation().id
ALIAS = replace(MAILBOX, aliases=("asso@asso.example",))


def begins(body: str = LETTER, **more: object) -> Decision:
    return given(body, in_thread=False, **more)


def written(decision: Decision) -> MailRecord:
    (record,) = [change.record for change in decision.changes if isinstance(change, AddMail)]
    return record


def knows(*people: object, **more: object) -> dict[object, object]:
    return {AcquaintanceWith: Acquaintance(number=NUMBER, people=people, **more)}  # type: ignore[arg-type]


def earlier(status: Status, state: OutState, *, failed: tuple[str, ...] = (), text: str = "x") -> dict[object, object]:
    """One conversation with Marie, in which we wrote last."""
    before = other(3, status=status)
    record = replace(
        mail_in(9, NOW - timedelta(minutes=5)), direction=Direction.OUT, conversation=before.id, state=state,
        failed=failed, text=text, subject="Rentrée", author=ALICE,
    )  # fmt: skip
    return knows(MARIE, earlier=(before,), written=(record,))


def test_a_conversation_begins_with_a_mail_that_waits_for_its_undo_window() -> None:
    decision = begins()
    record, (after,) = written(decision), saved(decision)
    assert [one.address for one in record.to] == ["marie@example.org"]
    assert (record.subject, record.text, record.cc, record.in_reply_to) == (
        "Rentrée", "Bonjour **Marie**,\n\nà samedi.", (), (),
    )  # fmt: skip
    assert (record.state, record.recipients, record.conversation) == (OutState.QUEUED, ("marie@example.org",), after.id)
    assert (after.version, after.mails, after.assignee, after.status) == (0, 0, ALICE, Status.ACTIVE)
    assert after.participants == ("marie@example.org",)
    (submit,) = [effect for effect in decision.effects if isinstance(effect, SubmitMail)]
    assert (submit.delay_seconds, submit.draft.is_answer) == (MAILBOX.undo_seconds, False)
    (card,) = [effect for effect in decision.effects if isinstance(effect, ShowCard)]
    assert (card.opened_by, card.is_backlog) == (record.message_id, True), "found again after a restore; rings nobody"
    assert any(isinstance(effect, ShowState) for effect in decision.effects)
    assert told(decision) == [] and not is_marked(decision)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!new", "error.new_whom"),
        ('!new "Rentrée"\nBonjour', "error.new_whom"),
        ("!new marie@example.org\nBonjour", "error.new_subject"),
        ('!new marie@example.org ""\nBonjour', "error.new_subject"),
        ('!new marie@example.org "Rentrée"', "error.new_empty"),
        ('!new marie@example.org "Rentrée"\n  \n', "error.new_empty"),
        ('!new a@x.example, b@x.example "Rentrée"\nBonjour', "error.new_address"),
        ('!new a@x.example "Écran 24" et clavier"\nBonjour', "error.new_quotes"),
        ('!new a@x.example b@x.example "S"\nBonjour', "error.new_address"),
        ('!new marie@ "Rentrée"\nBonjour', "error.new_address"),
        ('!new hélène@example.org "Rentrée"\nBonjour', "error.new_address"),
        ('!new @bob:localhost "Rentrée"\nBonjour', "error.new_address"),
        ('!new contact@asso.example "Rentrée"\nBonjour', "error.new_own"),
        ('!new Contact+x@ASSO.example "Rentrée"\nBonjour', "error.new_own"),
        ('!new marie@example.org from x@y.example "Rentrée"\nBonjour', "error.new_from"),
        ('!new Paul Martin "Rentrée"\nBonjour', "error.new_nobody"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_leaves(body: str, why: str) -> None:
    decision = begins(body)
    assert told(decision) == [why]
    assert not any(isinstance(change, AddMail) for change in decision.changes)
    assert not saved(decision)


def test_in_a_thread_nothing_is_begun() -> None:
    decision = given(LETTER)
    assert told(decision) == ["error.new_in_thread"]
    assert not any(isinstance(change, AddMail) for change in decision.changes)


def test_a_room_without_a_mailbox_writes_to_nobody() -> None:
    assert told(begins(room=CONFIG)) == ["error.no_mailbox_here"]


def test_in_a_room_of_several_mailboxes_one_is_named() -> None:
    second = MailboxSettings(MAILBOX.id.__class__("info@asso.example"), "info@asso.example", "Info", MAILBOX.room)
    house = replace(World().instance, mailboxes=(MAILBOX, second))
    assert told(begins(instance=house)) == ["error.new_from_which"]
    record = written(begins(LETTER.replace(' "', ' from info@asso.example "'), instance=house))
    assert (record.mailbox, record.from_[0].address, record.from_[0].name) == (second.id, "info@asso.example", "Info")
    assert told(begins(LETTER.replace("marie@example.org", "info@asso.example from contact@asso.example"),
                       instance=house)) == ["error.new_own"]  # fmt: skip


def test_an_alias_that_is_named_is_where_it_comes_from() -> None:
    house = replace(World().instance, mailboxes=(ALIAS,))
    record = written(begins(LETTER.replace(' "', ' de ASSO@asso.example "'), instance=house))
    assert (record.from_[0].address, record.from_[0].name) == ("asso@asso.example", "Mon Asso")


BY_NAME = LETTER.replace("marie@example.org", "Marie")
STRANGER = Address("Marie", "marie@elsewhere.example")


def wrote_to(*people: Address, state: OutState = OutState.SENT) -> MailRecord:
    before = mail_in(9, NOW - timedelta(days=1))
    return replace(before, direction=Direction.OUT, from_=before.to, to=people, state=state, author=ALICE)


@pytest.mark.parametrize(
    ("people", "mails", "to", "why"),
    [
        ((MARIE,), (wrote_to(MARIE),), (MARIE,), []),
        ((MARIE, STRANGER), (wrote_to(MARIE),), (MARIE,), []),
        ((MARIE, STRANGER), (wrote_to(MARIE), wrote_to(STRANGER)), (), ["error.new_several"]),
        ((STRANGER,), (), (), ["error.new_unwritten"]),
        ((STRANGER, PAUL), (), (), ["error.new_unwritten"]),
        # Under another name: the new one is what they say of themselves.
        ((STRANGER,), (wrote_to(Address("Eve", STRANGER.address)),), (), ["error.new_unwritten"]),
        ((MARIE,), (wrote_to(MARIE, state=OutState.CANCELLED),), (), ["error.new_unwritten"]),
        ((MARIE,), (wrote_to(PAUL),), (), ["error.new_unwritten"]),
    ],
)
def test_a_name_is_that_of_somebody_to_whom_we_wrote_under_it(
    people: tuple[Address, ...], mails: tuple[MailRecord, ...], to: tuple[Address, ...], why: list[str]
) -> None:
    decision = begins(BY_NAME, knows=knows(*people, written=mails))
    assert told(decision) == why
    assert [change.record.to for change in decision.changes if isinstance(change, AddMail)] == [to][: len(to)]


def test_an_address_gets_the_name_that_is_known_here() -> None:
    assert written(begins(knows=knows(MARIE))).to == (MARIE,)
    named = LETTER.replace("marie@example.org", "M. Durand <marie@example.org>")
    assert written(begins(named, knows=knows(MARIE))).to[0].name == "M. Durand"


def test_the_same_letter_twice_is_one() -> None:
    words = "Bonjour **Marie**,\n\nà samedi."
    twice = begins(knows=earlier(Status.PENDING, OutState.QUEUED, text=words))
    assert told(twice) == ["error.new_twice"]
    assert not any(isinstance(change, AddMail) for change in twice.changes)
    for state in (OutState.CANCELLED, OutState.REFUSED):
        assert written(begins(knows=earlier(Status.CLOSED, state, text=words))), "nobody got that one"
    later = begins(knows=earlier(Status.PENDING, OutState.SENT, text=words), now=NOW + timedelta(hours=1))
    assert written(later)


@pytest.mark.parametrize(
    ("known", "what"),
    [
        (earlier(Status.CLOSED, OutState.BOUNCED), ["new.came_back"]),
        (earlier(Status.CLOSED, OutState.BOUNCED, failed=("MARIE@example.org",)), ["new.came_back"]),
        (earlier(Status.CLOSED, OutState.BOUNCED, failed=("paul@example.org",)), []),
        (earlier(Status.ACTIVE, OutState.SENT), ["new.goes_on"]),
        (earlier(Status.ACTIVE, OutState.BOUNCED), ["new.came_back", "new.goes_on"]),
        (earlier(Status.CLOSED, OutState.SENT), []),
    ],
)
def test_what_is_known_of_them_is_told_while_it_can_be_taken_back(known: object, what: list[str]) -> None:
    decision = begins(knows=known)
    assert written(decision).state is OutState.QUEUED
    assert told(decision) == what


def test_a_file_with_the_command_as_its_caption_goes_along() -> None:
    plan = SharedFile("mxc://localhost/a", "plan.pdf", "application/pdf", 10)
    record = written(begins('!new marie@example.org "Le plan"', file=plan))
    assert [one.file.filename for one in record.files] == ["plan.pdf"]


def test_limits_of_the_mailbox_hold_for_first_mails_too() -> None:
    much = knows(MARIE, sent_last_hour=MAILBOX.hourly_limit)
    assert told(begins(knows=much)) == ["error.hourly_limit"]


@pytest.mark.parametrize("trust", ["unsigned_device", "identity_changed"])
def test_from_a_session_that_is_not_trusted_nothing_is_begun(trust: str) -> None:
    decision = begins(room_encrypted=True, was_encrypted=True, session_trust=trust)
    assert told(decision) == [f"error.trust.{trust}"]


def test_what_comes_too_late_to_be_done_names_no_conversation_that_never_was() -> None:
    asked, message = ask(LETTER, in_thread=False)
    late = held(begins(), message, asked.instance, told=sentence("restored.held"), listed=sentence("restored.held"))
    assert {effect.conversation for effect in late.effects} == {None}  # type: ignore[union-attr]


@given_any(
    st.sampled_from(("marie@example.org", "Marie", "contact@asso.example", "x", "a@b, c@d")), st.text(max_size=40)
)
def test_a_first_mail_goes_to_one_person_who_is_not_us_after_an_undo_window(who: str, text: str) -> None:
    decision = begins(f'!new {who} "S"\n{text}', knows=knows(MARIE))
    mails = [change.record for change in decision.changes if isinstance(change, AddMail)]
    assert len(mails) <= 1
    for record in mails:
        assert len(record.recipients) == len(record.to) == 1 and not record.cc
        assert not is_one_of(MAILBOX.own_addresses, record.to[0].address)
        assert normal(record.to[0].address) in (normal(who), MARIE.address)
        # The beginning of a message is read in one form of Unicode, so that a command's name is known.
        assert text.strip() and nfc("NFC", record.text.strip()) in nfc("NFC", text)
    assert all(e.delay_seconds == MAILBOX.undo_seconds for e in decision.effects if isinstance(e, SubmitMail))


def test_in_a_thread_its_words_are_kept_for_nothing() -> None:
    """📤 on it would send them to somebody else than it names."""
    kept = [change.event for change in given(LETTER).changes if isinstance(change, AddEvent)]
    assert [(one.event, one.body) for one in kept] == [(EventId("$command"), "")]


MONDAY = NOW + timedelta(days=7, hours=-1)


@pytest.mark.parametrize(
    "head",
    [
        '--at "monday 9:00" marie@example.org "Rentrée"', 'marie@example.org --at "monday 9:00" "Rentrée"',
        'marie@example.org "Rentrée" --at "monday 9:00"', 'marie@example.org "Rentrée" --at monday 9:00',
        '—at “monday 9:00” marie@example.org "Rentrée"', '--à « lundi 9h » marie@example.org « Rentrée »',
        'marie@example.org "Rentrée" —le "lundi 9h"', '--at monday 9:00\nmarie@example.org "Rentrée"',
    ],
)  # fmt: skip
def test_it_leaves_at_the_time_that_is_named_wherever_that_stands(head: str) -> None:
    decision = begins(f"!new {head}\nBonjour")
    record = written(decision)
    assert (record.leaves_at, record.text, record.subject, record.to[0].address, record.is_scheduled) == (
        MONDAY, "Bonjour", "Rentrée", "marie@example.org", True,
    )  # fmt: skip
    assert SetTimer(timer_of_mail(record.row), MONDAY) in decision.changes
    assert not [e for e in decision.effects if isinstance(e, SubmitMail)]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ('--at "once" marie@example.org "Rentrée"', "error.at_when"),
        ('marie@example.org "Rentrée" --at monday 9:00 Bonjour', "error.at_when"),
        ('marie@example.org --at "yesterday" "Rentrée"', "error.at_when"),
        ('--at "2020-01-01" marie@example.org "Rentrée"', "error.at_past"),
        ('--only marie@example.org "Rentrée"', "error.unknown_option_at"),
    ],
)
def test_at_a_time_that_means_nothing_nothing_leaves(head: str, why: str) -> None:
    decision = begins(f"!new {head}\nBonjour")
    assert (told(decision), saved(decision)) == ([why], [])


@pytest.mark.parametrize(
    ("head", "subject", "text"),
    [
        ('marie@example.org "Meet --at noon"', "Meet --at noon", "Bonjour"),
        ('marie@example.org "Rentrée" Salut —le retour', "Rentrée", "Salut —le retour\nBonjour"),
        ('marie@example.org "Rentrée" Salut --ok', "Rentrée", "Salut --ok\nBonjour"),
    ],
)
def test_what_only_looks_like_the_flag_is_the_writer_s_own(head: str, subject: str, text: str) -> None:
    record = written(begins(f"!new {head}\nBonjour"))
    assert (record.leaves_at, record.subject, record.text) == (None, subject, text)
