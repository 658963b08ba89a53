"""`reply`, `send`, `attach`, `undo`, `resend`: who may send what from where. What leaves then: `test_leaves_once.py`."""

from dataclasses import replace

import pytest

from bot.domain.conversation import EventKind, KnownEvent, OutState
from bot.domain.decision import AddMail, UpdateMail
from bot.domain.effects import Say
from bot.domain.files import Enclosure, SharedFile
from bot.domain.ids import EventId
from bot.domain.needs import EnclosedBy
from tests.domain.commands.cases import NOW, given, is_marked, other, told, world
from tests.domain.deciding import FIRST, conversation
from tests.fakes.chat import ALICE, BOB, ROOM

FILE = SharedFile("mxc://localhost/a", "a.pdf", "application/pdf", 10)


def message(sender: str = ALICE, body: str = "Bonjour", **more: object) -> KnownEvent:
    known = KnownEvent(EventId("$talk"), ROOM, EventKind.NOTE, FIRST, sender, None, NOW, body)  # type: ignore[arg-type]
    return replace(known, **more)  # type: ignore[arg-type]


def test_an_answer_is_queued_for_who_takes_part() -> None:
    (mail,) = [change.record for change in given("!reply Bonjour").changes if isinstance(change, AddMail)]
    assert (mail.text, [one.address for one in mail.to]) == ("Bonjour", ["marie@example.org"])
    assert mail.state is OutState.QUEUED and not is_marked(given("!reply Bonjour"))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!reply", "error.empty_reply"),
        ("!reply #2 Bonjour", "error.other_thread"),
        ("!reply #9 Bonjour", "error.no_such_conversation"),
        ("!reply --everybody Bonjour", "error.unknown_option"),
        ("!reply --all", "error.option_alone"),
        ("!reply --them Bonjour", "error.no_newcomer"),
        ("!send", "error.send_what"),
        ("!send #2", "error.other_thread"),
        ("!attach", "error.attach_nothing"),
        ("!undo", "error.nothing_to_undo"),
        ("!resend", "error.nothing_to_resend"),
        ("!resend refused", "error.nobody_refused"),
    ],
)
def test_what_cannot_be_done_is_told_where_it_was_asked(body: str, why: str) -> None:
    decision = given(body, there=(conversation(), other(2)))
    (say,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert ([one.key for one in say.sentences], say.mention, say.conversation) == ([why], (ALICE,), FIRST)
    assert not any(isinstance(change, AddMail | UpdateMail) for change in decision.changes)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (message(), None),
        (message(BOB), "error.send_own_only"),
        (message(kind=EventKind.MAIL), "error.send_what"),
        (message(conversation=None), "error.send_what"),
        (message(kind=EventKind.COMMAND, body=""), "error.send_what"),
    ],
)
def test_one_sends_one_s_own_words_as_they_stand(target: KnownEvent, why: str | None) -> None:
    decision = given("!send", target=target)
    mails = [change.record.text for change in decision.changes if isinstance(change, AddMail)]
    assert (mails, told(decision)) == ((["Bonjour"], []) if why is None else ([], [why]))


def test_one_sends_once() -> None:
    within = world()
    first = given("!send", target=message(), within=within)
    within.take(first)
    assert told(given("!send", target=message(), within=within)) == ["error.send_twice"]


def test_files_of_the_thread_are_held_for_the_next_answer() -> None:
    loose = (Enclosure(EventId("$file"), FILE),)
    assert told(given("!attach", knows={EnclosedBy: ((), loose)})) == ["attach.held"]
    assert told(given("!attach", target=message(file=FILE))) == ["attach.held"]
    assert told(given("!attach", target=message())) == ["error.attach_what"]
    assert told(given("!attach none", knows={EnclosedBy: ((), loose)})) == ["attach.none"]
    assert told(given("!joindre aucun", knows={EnclosedBy: ((), loose)})) == ["attach.none"]


def test_what_waits_is_taken_back_and_what_left_is_not() -> None:
    within = world()
    within.says("!reply Bonjour")
    decision = given("!undo", within=within)
    states = [change.record.state for change in decision.changes if isinstance(change, UpdateMail)]
    assert states == [OutState.CANCELLED]
    within.calls[0].attempt = 1
    assert told(given("!undo", within=within)) == ["error.too_late"]


@pytest.mark.parametrize("body", ["!reply Bonjour", "!send", "!attach", "!resend"])
@pytest.mark.parametrize("trust", ["unsigned_device", "identity_changed"])
def test_from_a_session_that_is_not_trusted_nothing_is_sent(body: str, trust: str) -> None:
    decision = given(body, room_encrypted=True, was_encrypted=True, session_trust=trust)
    assert told(decision) == [f"error.trust.{trust}"]
