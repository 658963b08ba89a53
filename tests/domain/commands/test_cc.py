"""`cc` and `bcc`: who gets copies of the answers, and that nobody else does."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.addresses import normal
from bot.domain.conversation import MailRecord, OutState
from bot.domain.decision import AddMail, SaveConversation
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Unknown
from bot.domain.participants import Choice, addressed
from bot.domain.wishes import Wishes
from tests.domain.commands.cases import given, told
from tests.domain.deciding import MAILBOX, MARIE, PAUL, World, conversation, mail_in
from tests.fakes.chat import ALICE, BOB

KNOWN = ("marie@example.org", "paul@example.org")
LEA, ZOE = "lea@mairie.example", "zoe@mairie.example"


def world(*, cc: bool = True) -> World:
    """Marie has written, with Paul in Cc."""
    made = World()
    made.comes(cc=(PAUL,) if cc else ())
    return made


def next_mail(made: World, body: str = "!reply Bonjour") -> MailRecord:
    made.says(body)
    return made.out()[-1]


def whom(record: MailRecord) -> tuple[list[str], list[str], list[str]]:
    return ([a.address for a in record.to], [a.address for a in record.cc], [a.address for a in record.bcc])


@pytest.mark.parametrize(
    ("commands", "cc", "bcc"),
    [
        ((), [PAUL.address], []),
        ((f"!cc {LEA}",), [PAUL.address, LEA], []),
        ((f"!cc +{LEA} {ZOE}",), [PAUL.address, LEA, ZOE], []),
        ((f"!cc Léa Blanc <{LEA}>, {ZOE} “Paul” <p@example.net>",), [PAUL.address, LEA, ZOE, "p@example.net"], []),
        ((f"!cc -Paul <{PAUL.address}> +Zoé <{ZOE}>",), [ZOE], []),
        ((f"!cc {LEA}\n{ZOE}\n-{PAUL.address}",), [LEA, ZOE], []),
        ((f"!cc -{PAUL.address}",), [], []),
        ((f"!cc –{PAUL.address.upper()}",), [], []),
        ((f"!cc \u2011{PAUL.address}",), [], []),
        ((f"!cc {LEA} -{PAUL.address}",), [LEA], []),
        ((f"!cc -{PAUL.address}", f"!cc {PAUL.address}"), [PAUL.address], []),
        ((f"!cc {LEA}", f"!cc -{LEA}"), [PAUL.address], []),
        ((f"!cc {LEA}", f"!cc {LEA.upper()}"), [PAUL.address, LEA], []),
        ((f"!cc {MARIE.address}",), [PAUL.address], []),
        ((f"!bcc {LEA}",), [PAUL.address], [LEA]),
        ((f"!bcc {LEA}", f"!bcc -{LEA}"), [PAUL.address], []),
        ((f"!bcc {LEA}", f"!cc {LEA}"), [PAUL.address, LEA], []),
        ((f"!cc {LEA}", f"!bcc {LEA}"), [PAUL.address], [LEA]),
        ((f"!bcc {PAUL.address}",), [PAUL.address], []),
        ((f"!cc -{PAUL.address}", f"!bcc {PAUL.address}"), [], [PAUL.address]),
    ],
)
def test_the_next_answer_goes_to_whom_was_named(commands: tuple[str, ...], cc: list[str], bcc: list[str]) -> None:
    made = world()
    for one in commands:
        made.says(one)
        assert made.said()[0] == "copies.next", one
    record = next_mail(made)
    assert whom(record) == ([MARIE.address], cc, bcc)
    assert sorted(record.recipients) == sorted([MARIE.address, *cc, *bcc])


@pytest.mark.parametrize(("word", "has_copies"), [("--only", False), ("--others", True), ("--all", True)])
def test_a_word_that_means_one_side_alone_means_nobody_in_copy(word: str, has_copies: bool) -> None:
    made = world()
    made.says(f"!cc {LEA}")
    made.says(f"!bcc {ZOE}")
    record = next_mail(made, f"!reply {word} Bonjour")
    assert whom(record)[1:] == (([PAUL.address, LEA], [ZOE]) if has_copies else ([], []))


def test_to_somebody_new_alone_nobody_gets_a_copy() -> None:
    made = world()
    made.says(f"!cc {LEA}")
    made.says(f"!bcc {ZOE}")
    made.comes(sender=replace(PAUL, address="eve@elsewhere.example"))
    made.conversation = replace(made.conversation, participants=("marie@example.org", "paul@example.org"))
    made.says("!reply --them Bonjour")
    record = next_mail(made, "!reply --them Bonjour")
    assert whom(record) == (["eve@elsewhere.example"], [], [])


def test_it_holds_for_whoever_writes_next_and_until_it_is_taken_off() -> None:
    made = world()
    made.says(f"!bcc {ZOE}")
    for who in (ALICE, BOB):
        made.says("!reply Bonjour", sender=who)
        if made.was_asked and not made.calls:
            made.says("!reply Bonjour", sender=who)
        made.made(made.calls[0], MailAccepted("ok", ()))
    assert [whom(record)[2] for record in made.out()] == [[ZOE], [ZOE]]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!cc Paul", "error.cc_what"),
        ("!cc @bob", "error.cc_what"),
        ("!cc +", "error.cc_what"),
        (f"!cc {LEA} -{LEA}", "error.cc_what"),
        ("!cc hélène@example.org", "error.cc_address"),
        ("!cc contact+x@asso.example", "error.cc_own"),
        ("!bcc contact@asso.example", "error.cc_own"),
        (f"!cc -{MARIE.address}", "error.cc_is_to"),
        (f"!cc -{LEA}", "error.cc_not_there"),
        (f"!bcc -{PAUL.address}", "error.bcc_not_there"),
        (f"!cc #2 {LEA}", "error.other_thread"),
        ("!cc " + " ".join(f"a{n}@x.example" for n in range(9)), "error.cc_too_many"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(body: str, why: str) -> None:
    made = world()
    made.says(body)
    assert made.said() == [why]
    assert made.conversation.wishes == Wishes()


def test_alone_it_says_who_gets_the_next_answer() -> None:
    made = world()
    made.says(f"!bcc {ZOE}")
    made.says("!cc")
    assert made.said() == ["copies.next", "copies.cc", "copies.bcc"]
    assert not [c for c in made.decided.changes if isinstance(c, SaveConversation)]


def test_who_was_added_by_a_word_alone_is_forgotten_when_taken_off() -> None:
    made = world()
    made.says(f"!cc {LEA}")
    made.says(f"!cc -{LEA}")
    assert made.conversation.wishes == Wishes()
    made.says(f"!cc -{PAUL.address}")
    assert made.conversation.wishes.without == (PAUL.address,)


def test_a_mail_that_waits_stays_as_it_is_and_that_is_said() -> None:
    made = world()
    record = next_mail(made)
    made.says(f"!cc {LEA}")
    assert "copies.waits" in made.said()
    assert whom(made.mails[record.row])[1] == [PAUL.address]


def test_deleting_the_command_soon_takes_it_back_unless_it_was_changed_since() -> None:
    made = world()
    event = made.says(f"!cc {LEA} -{PAUL.address}").event
    made.redacts(event)
    assert made.conversation.wishes == Wishes()
    event = made.says(f"!cc {LEA}").event
    made.says(f"!bcc {ZOE}")
    made.redacts(event)
    assert [one.address for one in made.conversation.wishes.cc] == [LEA]


def test_a_question_that_was_put_before_is_put_anew() -> None:
    made = world()
    made.says("!reply Bonjour", sender=BOB)
    made.says("!reply Bonsoir")
    assert made.was_asked
    made.says(f"!bcc {ZOE}")
    made.reacts("✅", made.question())
    assert len(made.out()) == 1, "not to somebody who was not named when it was asked"
    made.reacts("✅", made.question())
    assert whom(made.out()[-1])[2] == [ZOE]


def test_sent_again_it_goes_to_those_whom_it_was_for() -> None:
    made = world()
    made.says(f"!bcc {ZOE}")
    next_mail(made)
    made.made(made.calls[0], Unknown("connection_lost"))
    made.says("!resend")
    made.made(made.calls[0], MailAccepted("ok", ()))
    assert [to for _, to, _ in made.sent] == [(MARIE.address, PAUL.address, ZOE)] * 2


def test_a_blind_copy_that_is_refused_leaves_the_answer_answered() -> None:
    made = world()
    made.says(f"!bcc {ZOE}")
    next_mail(made)
    made.made(made.calls[0], MailAccepted("ok", (), refused=(RecipientAnswer(ZOE, 550, "no"),)))
    (record,) = made.out()
    assert (record.state, record.failed, made.conversation.status) == (OutState.PARTLY, (ZOE,), "pending")
    assert ZOE not in made.conversation.participants, "who saw it unseen takes no part"


@pytest.mark.parametrize("body", ["!cc a@x.example", "!bcc a@x.example"])
@pytest.mark.parametrize("trust", ["unsigned_device", "identity_changed"])
def test_from_a_session_that_is_not_trusted_nobody_is_named(body: str, trust: str) -> None:
    decision = given(body, room_encrypted=True, was_encrypted=True, session_trust=trust)
    assert told(decision) == [f"error.trust.{trust}"]
    assert not [change for change in decision.changes if isinstance(change, SaveConversation | AddMail)]


people = st.sampled_from(("marie@example.org", "Paul@example.org", LEA, ZOE, "contact@asso.example", "a@x.example"))
commands = st.lists(st.tuples(st.sampled_from(("cc", "bcc")), st.sampled_from(("", "-")), people), max_size=8)


@settings(max_examples=200, deadline=None)
@given_any(commands, st.sampled_from((None, *Choice)))
def test_nobody_is_named_twice_or_seen_who_is_to_be_unseen(
    said: list[tuple[str, str, str]], choice: Choice | None
) -> None:
    wishes = Wishes()
    for name, sign, one in said:
        add, drop = ((), (normal(one),)) if sign else ((replace(MARIE, address=one),), ())
        wishes = wishes.with_cc(add, drop, KNOWN) if name == "cc" else wishes.with_bcc(add, drop)
    lists = [[normal(a.address) for a in wishes.cc], [normal(a.address) for a in wishes.bcc]]
    assert not set(lists[0]) & set(lists[1]) and not set(lists[0]) & set(wishes.without)
    last, own = mail_in(1, conversation().created_at, cc=(PAUL,)), MAILBOX.own_addresses
    found = addressed(
        choice, last=last, newest=last, ours=None, correspondent=MARIE, known=KNOWN,
        own=own, wishes=wishes,
    )  # fmt: skip
    every = [normal(a.address) for a in found.everybody]
    assert len(every) == len(set(every)) and MAILBOX.address not in every
    assert not {normal(a.address) for a in found.cc} & set(wishes.without)
    if choice in (Choice.ONLY, Choice.THEM):
        assert not found.cc and not found.bcc
