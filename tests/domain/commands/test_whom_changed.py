"""Who gets an answer was changed by a colleague since its words were written, or since its writer looked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import Decision
from bot.domain.grants import Grant, Right
from bot.domain.ids import EventId, MessageRow, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.letter import Letter
from bot.domain.needs import Facts
from bot.domain.returned import Returned
from bot.domain.rules.asking import others_changed
from bot.domain.rules.reply import reply, work_of
from tests.domain.commands.cases import given, told
from tests.domain.deciding import CARD, FIRST, MAILBOX, MARIE, PAUL, START, World
from tests.fakes.chat import ALICE, BOB, ROOM

CAROL = UserId("@carol:localhost")

ALIAS = "asso@asso.example"
CHANGES = [
    "!customer zoe@home.example",
    "!cc +zoe@home.example",
    "!cc -paul@example.org",
    "!bcc +zoe@home.example",
    "!only",
    f"!from {ALIAS}",
]


def world() -> World:
    made = World(mailbox=replace(MAILBOX, aliases=(ALIAS,)))
    made.comes(cc=(PAUL,))
    return made


def later(made: World) -> World:
    made.now += timedelta(seconds=5)
    return made


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("send", ["!send", "!reply Bonjour Marie"])
def test_it_is_asked_about_before_it_leaves_with_who_it_goes_to(change: str, send: str) -> None:
    made = world()
    made.says("!draft Bonjour Marie")
    later(made).says(change, sender=BOB)
    later(made).says(send)
    assert made.was_asked and not made.out()
    assert made.said()[:2] == ["question.whom_changed", "copies.next"]
    made.says(send)
    assert [one.author for one in made.out()] == [ALICE]


def test_the_question_names_all_who_get_it() -> None:
    made = world()
    made.says("!draft Bonjour Marie")
    later(made).says("!bcc +zoe@home.example", sender=BOB)
    later(made).says("!send")
    assert made.said() == ["question.whom_changed", "copies.next", "copies.cc", "copies.bcc", "question.confirm"]


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changed_it_themselves_is_not_asked(change: str) -> None:
    made = world()
    made.says("!draft Bonjour Marie", sender=BOB)
    later(made).says(change)
    later(made).says("!send")
    assert made.out() and not made.was_asked


@pytest.mark.parametrize("words", ["!draft Bonjour Zoé", ""])
@pytest.mark.parametrize("has_read", [True, False])
def test_whoever_has_read_the_change_is_not_asked_about_what_they_write_after_it(words: str, has_read: bool) -> None:
    made = world()
    made.says("!customer zoe@home.example", sender=BOB)
    if has_read:
        made.read_at[ALICE] = later(made).now
    if words:
        later(made).says(words)
    later(made).says("!send" if words else "!reply Bonjour Zoé")
    assert bool(made.out()) is has_read and made.was_asked is not has_read


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("act", ["!note ok", "!assign me", "!tag x", "!draft Bonjour Marie"])
def test_an_act_of_one_s_own_is_no_proof_of_having_seen_it(change: str, act: str) -> None:
    made = world()
    later(made).says(change, sender=BOB)
    later(made).says(act)
    later(made).says("!reply Bonjour Marie, enfin")
    assert made.was_asked and not made.out() and "question.whom_changed" in made.said()


def test_a_message_that_was_written_after_it_is_asked_about_as_well() -> None:
    made = world()
    made.says("!customer zoe@home.example", sender=BOB)
    note = KnownEvent(EventId("$n"), ROOM, EventKind.NOTE, FIRST, ALICE, None, later(made).now, "Bonjour Marie")
    made.events[note.event] = note
    later(made).reacts("📤", note.event)
    assert made.was_asked and not made.out()


@pytest.mark.parametrize("change", [one for one in CHANGES if "from" not in one])
@pytest.mark.parametrize(
    "named", ["!only", "!all", "!cc", "!bcc", "!cc +lea@home.example", "!customer lea@home.example"]
)
def test_whoever_was_told_since_who_gets_it_is_not_asked_about_what_they_write_then(change: str, named: str) -> None:
    made = world()
    made.says(change, sender=BOB)
    later(made).says(named)
    later(made).says("!reply Bonjour")
    assert [one.author for one in made.out()] == [ALICE]
    later(made).says("!cc +max@home.example", sender=BOB)
    later(made).says("!reply Encore")
    assert made.was_asked


def test_whoever_has_answered_the_question_is_not_asked_again() -> None:
    made = world()
    made.says("!customer zoe@home.example", sender=BOB)
    for _ in range(2):
        later(made).says("!reply Bonjour Zoé")
    assert len(made.out()) == 1
    later(made).says("!reply Encore un mot")
    assert len(made.out()) == 2
    later(made).says("!reply Bonjour de Carol", sender=CAROL)
    assert made.was_asked and len(made.out()) == 2


def test_a_command_that_changed_nothing_is_nobodys_change() -> None:
    made = world()
    made.says("!cc +zoe@home.example")
    made.says("!draft Bonjour")
    later(made).says("!cc +zoe@home.example", sender=BOB)
    later(made).says("!send")
    assert made.out() and not made.was_asked


def test_a_change_that_is_taken_back_is_a_change() -> None:
    made = world()
    event = made.says("!customer zoe@home.example", sender=BOB).event
    later(made).says("!draft Bonjour Zoé")
    later(made).redacts(event, sender=BOB)
    assert made.conversation.correspondent == MARIE
    later(made).says("!send")
    assert made.was_asked and not made.out()


def test_a_message_of_before_is_not_sent_to_others_by_a_reaction() -> None:
    made = world()
    note = KnownEvent(EventId("$n"), ROOM, EventKind.NOTE, FIRST, ALICE, None, made.now, "Bonjour Marie")
    made.events[note.event] = note
    later(made).says("!customer zoe@home.example", sender=BOB)
    later(made).reacts("📤", note.event)
    assert made.was_asked and not made.out()


def test_a_question_whose_recipients_or_sender_a_colleague_changed_is_put_anew() -> None:
    made = world()
    made.says("!draft Bonjour Marie")
    later(made).says("!cc +zoe@home.example", sender=BOB)
    later(made).says("!send")
    later(made).says(f"!from {ALIAS}", sender=BOB)
    later(made).says("!send")
    assert made.was_asked and not made.out()


@pytest.mark.parametrize(("who", "is_asked"), [(ALICE, False), (BOB, True)])
def test_whoever_has_seen_the_change_answers_unasked(who: UserId, is_asked: bool) -> None:
    made = world()
    made.says("!cc +zoe@home.example", sender=who)
    at = made.conversation.wishes.at
    assert at is not None
    work = made.work(ALICE)
    assert others_changed(work, ALICE, None) == (BOB if is_asked else None)
    assert (others_changed(work, ALICE, at - timedelta(seconds=1)) is not None) == is_asked
    assert not others_changed(work, ALICE, at + timedelta(seconds=1))


@pytest.mark.parametrize("change", [one for one in CHANGES if "only" not in one])
def test_one_s_own_change_after_it_does_not_hide_a_colleague_s(change: str) -> None:
    made = world()
    made.says("!draft Bonjour Marie")
    later(made).says(change, sender=BOB)
    later(made).says("!only")
    later(made).says("!cc +lea@home.example")
    later(made).says("!send")
    assert made.was_asked and not made.out()
    assert "question.whom_changed" in made.said()
    later(made).says("!send")
    assert [one.author for one in made.out()] == [ALICE]


def test_a_colleague_s_change_before_the_draft_is_asked_about_by_none_of_one_s_own() -> None:
    made = world()
    made.says("!cc +zoe@home.example", sender=BOB)
    later(made).says("!draft Bonjour Marie")
    later(made).says("!only")
    later(made).says("!send")
    assert [one.author for one in made.out()] == [ALICE]


@pytest.mark.parametrize("body", [*CHANGES, "!all", "!cc", "!bcc"])
def test_whoever_may_not_send_does_not_say_who_gets_answers(body: str) -> None:
    taken = Grant(MAILBOX.id, BOB, Right.SEND, False, ALICE, START, EventId("$revoke"), was_on=True)
    instance = replace(world().instance, grants=(taken,))
    assert told(given(body, by=BOB, instance=instance)) == ["error.no_right"]
    assert told(given(body, by=ALICE, instance=instance)) != ["error.no_right"]


# --- all that speaks against it


def test_the_question_names_every_reason_that_holds() -> None:
    made = world()
    made.says('!reply --at "tomorrow 9:00" Bonjour Marie', sender=BOB)
    later(made).says("!cc +zoe@home.example", sender=BOB)
    made.comes(cc=(PAUL,))
    bounced = Returned(MAILBOX.id, MARIE.address, 2, MessageRow(1), None, made.now)
    later(made)
    work = replace(made.work(ALICE), returned=(bounced,), seen_at=START)
    asked = made.asked(TeamMessage(ROOM, made.event(), ALICE, "m.text", "!reply Bonjour", "", (), CARD, None, made.now))
    asked = replace(asked, facts=Facts({work_of(asked): work}))
    decision = reply(asked, work, Letter(asked.event, "Bonjour"))
    assert isinstance(decision, Decision)
    assert told(decision) == [
        "question.newer_mail",
        "question.colleague_later",
        "question.whom_changed",
        "copies.next",
        "copies.cc",
        "question.bad_address",
        "question.confirm",
    ]


@pytest.mark.parametrize("at", ["", '--at "tomorrow 9:00" '])
def test_an_answer_of_a_colleague_that_waits_for_approval_is_named_as_that(at: str) -> None:
    made = world()
    made.mailbox = replace(made.mailbox, approval=True)
    made.says(f"!reply {at}Bonjour", sender=BOB)
    made.now += timedelta(hours=3)
    made.says("!reply Bonjour Marie")
    assert made.said()[0] == "question.colleague_unapproved"
