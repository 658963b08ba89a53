"""What leaves, leaves once and as its writer meant it: tables of cases over the decisions, without a database."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import Direction, OutState, Status
from bot.domain.dialogue import question_of
from bot.domain.ids import EventId
from bot.domain.outcomes import AnyOutcome, MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from tests.domain.deciding import PAUL, World
from tests.fakes.chat import ALICE, BOB

NO = RecipientAnswer("marie@example.org", 550, "no such user")
LATER = RecipientAnswer("paul@example.org", 450, "later")
NOT_PAUL = RecipientAnswer("paul@example.org", 550, "no such user")


def _world(*, cc: bool = False) -> World:
    world = World()
    world.comes(cc=(PAUL,) if cc else ())
    return world


def _replied(body: str = "!reply Bonjour", *, cc: bool = False) -> tuple[World, EventId]:
    world = _world(cc=cc)
    return world, world.says(body).event


def _ends(world: World, outcome: AnyOutcome) -> None:
    (call,) = world.calls
    world.made(call, outcome)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ("!reply Bonsoir", "Bonsoir"),
        ("/reply Bonsoir", "Bonsoir"),
        ("@postroom:localhost: reply Bonsoir", "Bonsoir"),
        ("!note between us", None),
        ("!undo", None),
        ("!close", None),
        (" !reply Bonsoir", None),
        ("！reply Bonsoir", None),
        ("!repyl Bonsoir", None),
        ("Bonsoir", None),
        ("!reply", None),
        ("!reply #2 Bonsoir", None),
        ("!reply #1 Bonsoir", "Bonsoir"),
    ],
)
def test_an_edit_is_read_like_a_message(edit: str, words: str | None) -> None:
    world, event = _replied()
    world.edits(event, edit)
    assert [call.text for call in world.calls] == ([] if words is None else [words])
    is_taken_back = bool({"reply.taken_back", "edited.other"} & set(world.said()))
    assert is_taken_back == (words is None)
    assert world.conversation.assignee == (None if words is None else ALICE)
    assert world.conversation.status is Status.ACTIVE


def test_what_is_quoted_is_fixed_when_the_answer_is_decided() -> None:
    world, event = _replied()
    world.comes()
    world.edits(event, "!reply Bonsoir")
    (record,) = world.out()
    assert record.quotes == (1,)


@pytest.mark.parametrize("back", ["!undo", "redact"])
def test_undo_gives_back_what_the_answer_took(back: str) -> None:
    world, event = _replied()
    assert world.conversation.assignee == ALICE
    world.says("!undo") if back == "!undo" else world.redacts(event)
    assert world.conversation.assignee is None
    assert world.calls == []


def test_undo_leaves_a_conversation_with_whom_it_was_before() -> None:
    world = _world()
    world.says("!assign me")
    world.says("!reply Bonjour")
    world.says("!undo")
    assert world.conversation.assignee == ALICE


def test_an_uncertain_mail_that_goes_again_is_undone_to_what_is_true_and_not_edited() -> None:
    world, event = _replied()
    _ends(world, Unknown("connection_lost"))
    world.says("!resend")
    world.edits(event, "!reply Other words")
    assert (world.said(), [call.text for call in world.calls]) == (["error.edit_as_it_was"], ["Bonjour"])
    world.says("!undo")
    assert world.said() == ["reply.resend_undone"]
    assert ([r.state for r in world.out()], world.calls) == ([OutState.UNKNOWN], [])


# --- taken back while it is being handed over


@pytest.mark.parametrize("way", ["!undo", "redact", "edit away", "edit"])
@pytest.mark.parametrize("tries", [0, 1])
@pytest.mark.parametrize(
    ("outcome", "state", "told"),
    [
        (TryLater("450", "4.7.1 greylisted"), OutState.CANCELLED, "reply.stopped"),
        (TryLater("away", is_outage=True), OutState.CANCELLED, "reply.stopped"),
        (MailAccepted("ok", ("marie@example.org",)), OutState.SENT, "reply.left_meanwhile"),
        (MailAccepted("ok", (), deferred=(LATER,)), OutState.PARTLY, "reply.left_meanwhile"),
        (Refused("550", "no"), OutState.REFUSED, "reply.refused"),
        (Unknown("connection_lost"), OutState.UNKNOWN, "reply.uncertain"),
    ],
)
def test_a_mail_that_is_taken_back_while_it_is_tried_is_tried_no_more_and_what_became_of_it_is_told(
    way: str, tries: int, outcome: AnyOutcome, state: OutState, told: str
) -> None:
    world, event = _replied(cc=True)
    for _ in range(tries):
        _ends(world, TryLater("450", "4.7.1 greylisted"))
    world.begins(world.calls[0])
    match way:
        case "!undo":
            world.says("!undo")
        case "redact":
            world.redacts(event)
        case "edit away":
            world.edits(event, "!note inside")
        case _:
            world.edits(event, "!reply Bonsoir")
    assert world.said() == ["reply.stopping"]
    assert len(world.calls) == 1, "the try that is under way is not taken from under it"
    _ends(world, outcome)
    assert ([r.state for r in world.out()], world.said(), world.calls) == ([state], [told], [])
    assert world.conversation.assignee == (None if state is OutState.CANCELLED else ALICE)


def test_a_second_sending_that_is_taken_back_while_it_is_tried_is_what_it_was() -> None:
    world, _ = _replied()
    _ends(world, Unknown("connection_lost"))
    world.says("!resend")
    world.begins(world.calls[0])
    world.says("!undo")
    assert world.said() == ["reply.stopping"]
    _ends(world, TryLater("450", "later"))
    assert ([r.state for r in world.out()], world.said()) == ([OutState.UNKNOWN], ["reply.resend_undone"])
    assert world.calls == []


def test_what_some_have_already_is_not_called_back() -> None:
    world, event = _replied(cc=True)
    _ends(world, MailAccepted("ok", (), deferred=(LATER,)))
    world.begins(world.calls[0])
    world.redacts(event)
    world.says("!undo")
    assert (world.said(), world.calls[0].is_wanted_back) == (["error.nothing_to_undo"], False)


# --- partly sent


@pytest.mark.parametrize(
    ("taken", "state", "status"),
    [
        (MailAccepted("ok", ()), OutState.SENT, Status.PENDING),
        (MailAccepted("ok", (), refused=(NOT_PAUL,)), OutState.PARTLY, Status.PENDING),
        (MailAccepted("ok", (), deferred=(LATER,)), OutState.PARTLY, Status.PENDING),
        (MailAccepted("ok", (), refused=(NO,)), OutState.PARTLY, Status.ACTIVE),
        (MailAccepted("ok", (), refused=(NO,), deferred=(LATER,)), OutState.PARTLY, Status.ACTIVE),
        (Refused("550", "no"), OutState.REFUSED, Status.ACTIVE),
    ],
)
def test_the_status_follows_the_correspondent(taken: AnyOutcome, state: OutState, status: Status) -> None:
    world, _ = _replied(cc=True)
    _ends(world, taken)
    assert ([r.state for r in world.out()], world.conversation.status) == ([state], status)


def test_a_correspondent_who_was_put_off_ends_the_work_when_they_have_it() -> None:
    world, _ = _replied(cc=True)
    _ends(world, MailAccepted("ok", (), deferred=(RecipientAnswer("marie@example.org", 450, "later"),)))
    assert world.conversation.status is Status.ACTIVE
    _ends(world, MailAccepted("ok", ("marie@example.org",)))
    assert ([r.state for r in world.out()], world.conversation.status) == ([OutState.SENT], Status.PENDING)
    assert world.conversation.mails == 3


def test_a_retry_that_waits_is_moved_forward_not_doubled() -> None:
    world, _ = _replied(cc=True)
    _ends(world, MailAccepted("ok", (), deferred=(LATER,)))
    (call,) = world.calls
    assert call.due > world.now
    world.says("!resend")
    assert (len(world.calls), call.due) == (1, world.now)
    _ends(world, TryLater("450", "4.7.1"))
    world.says("!resend")
    assert len(world.calls) == 1


def test_who_was_refused_is_sent_to_by_a_word_alone() -> None:
    world, _ = _replied(cc=True)
    _ends(world, MailAccepted("ok", (), refused=(NOT_PAUL,)))
    world.says("!resend")
    assert (world.calls, world.said()) == ([], ["error.resend_refused"])
    world.says("!resend nobody@example.org")
    assert (world.calls, world.said()) == ([], ["error.nobody_refused"])
    world.says("!resend refused")
    _ends(world, MailAccepted("ok", ("paul@example.org",)))
    assert [to for _, to, _ in world.sent] == [("marie@example.org", "paul@example.org"), ("paul@example.org",)]
    assert [r.state for r in world.out()] == [OutState.SENT]


def test_a_retry_of_the_rest_that_fails_leaves_what_the_others_have() -> None:
    world, _ = _replied(cc=True)
    _ends(world, MailAccepted("ok", (), deferred=(LATER,)))
    _ends(world, Refused("550", "no such user"))
    (record,) = world.out()
    assert (record.state, record.failed, world.conversation.status) == (
        OutState.PARTLY,
        ("paul@example.org",),
        Status.PENDING,
    )


@pytest.mark.parametrize("first", [Unknown("connection_lost"), Refused("550", "no")])
def test_the_blind_copy_goes_along_each_time(first: AnyOutcome) -> None:
    from dataclasses import replace

    world = _world()
    world.mailbox = replace(world.mailbox, auto_bcc="archive@asso.example")
    world.says("!reply Bonjour")
    _ends(world, first)
    world.says("!resend")
    _ends(world, MailAccepted("ok", ()))
    assert [to for _, to, _ in world.sent] == [("marie@example.org", "archive@asso.example")] * 2


# --- in its thread


@pytest.mark.parametrize("command", ["!reply #2 Bonjour", "!send #2", "!attach #2", "!resend #2"])
def test_in_a_thread_what_sends_is_about_that_thread(command: str) -> None:
    world = _world()
    world.says(command)
    assert (world.said(), world.calls) == (["error.other_thread"], [])


# --- commands that are taken back


@pytest.mark.parametrize("command", ["!close", "!pending", "!assign me", "!follow", "!spam"])
def test_deleting_a_command_soon_takes_it_back(command: str) -> None:
    world = _world()
    before = world.conversation
    event = world.says(command).event
    world.now += timedelta(seconds=10)
    world.redacts(event)
    now = world.conversation
    assert (now.status, now.assignee, now.followers) == (before.status, before.assignee, before.followers)
    assert world.deeds == []


def test_deleting_a_command_late_or_after_others_changed_it_changes_nothing() -> None:
    world = _world()
    late = world.says("!close").event
    world.now += timedelta(seconds=21)
    world.redacts(late)
    assert world.conversation.status is Status.CLOSED
    soon = world.says("!pending").event
    world.says("!close", sender=BOB)
    world.redacts(soon)
    assert world.conversation.status is Status.CLOSED


@pytest.mark.parametrize(
    ("emoji", "changed"), [("✋", "assignee"), ("✅", "status"), ("⏳", "status"), ("👀", "followers")]
)
def test_a_reaction_on_a_command_counts_like_one_on_any_message_of_the_thread(emoji: str, changed: str) -> None:
    world, event = _replied()
    before = getattr(world.conversation, changed)
    world.reacts(emoji, event, sender=BOB)
    assert getattr(world.conversation, changed) != before


def test_a_failed_mail_is_tried_again_by_its_own_message() -> None:
    world, first = _replied("!reply One")
    _ends(world, Refused("550", "no"))
    world.says("!reply Two")
    _ends(world, Refused("550", "no"))
    world.reacts("🔁", first)
    assert [call.text for call in world.calls] == ["One"]


# --- who hears of it


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("!close", ["history.closed"]),
        ("!pending", ["history.pending"]),
        ("!note as said", ["history.noted"]),
        ("!assign me", ["history.taken"]),
    ],
)
def test_assignee_and_followers_hear_of_a_colleagues_act_with_one_ring(body: str, told: list[str]) -> None:
    from dataclasses import replace

    from bot.domain.effects import Say

    world = _world()
    world.conversation = replace(world.conversation, assignee=ALICE, followers=(BOB,))
    world.says(body, sender=BOB)
    rings = [e.mention for e in world.effects if isinstance(e, Say) and e.mention]
    assert world.said() == told
    assert rings == [(ALICE,)] * len(told)
    world.says(body, sender=ALICE)
    own = [e.mention for e in world.effects if isinstance(e, Say) and e.mention]
    assert all(ALICE not in mention for mention in own)


# --- whatever order

STEPS = st.lists(
    st.sampled_from(
        [
            *(
                "reply",
                "reply",
                "other",
                "again",
                "confirm",
                "edit",
                "edit away",
                "redact",
                "undo",
                "resend",
                "refused",
            ),
            *("mail", "wait", "begin", "accept", "partly", "later", "lost", "refuse", "bob"),
        ]
    ),
    max_size=30,
)
OUTCOMES: dict[str, AnyOutcome] = {
    "accept": MailAccepted("ok", ()),
    "partly": MailAccepted("ok", (), refused=(NO,), deferred=(LATER,)),
    "later": TryLater("450", "later"),
    "lost": Unknown("connection_lost"),
    "refuse": Refused("550", "no"),
}


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_in_whatever_order_a_decided_mail_has_one_submission_and_leaves_as_it_reads(steps: list[str]) -> None:
    """`World.take` fails where a second submission of one mail would be open, or a question be answered twice."""
    world = _world(cc=True)
    written: list[EventId] = []
    resent = 0
    for number, step in enumerate(steps):
        match step:
            case "reply" | "again":
                written.append(world.says("!reply Bonjour").event)
            case "other" | "bob":
                who = BOB if step == "bob" else ALICE
                written.append(world.says(f"!reply Words {number}", sender=who).event)
            case "confirm" if world.was_asked:
                world.reacts("✅", world.question())
            case "edit" if written:
                world.edits(written[-1], f"!reply Edited {number}")
            case "edit away" if written:
                world.edits(written[-1], "!note inside")
            case "redact" if written:
                world.redacts(written[-1])
            case "undo":
                world.says("!undo")
            case "resend" | "refused":
                before = len(world.calls)
                world.says("!resend" if step == "resend" else "!resend refused")
                resent += len(world.calls) - before
            case "mail":
                world.comes(cc=(PAUL,))
            case "wait":
                world.now += timedelta(minutes=6)
            case "accept" | "partly" | "later" | "lost" | "refuse" if world.calls:
                call = world.calls[0]
                record = world.mails[call.call.row]
                assert record.state in (OutState.QUEUED, OutState.RETRYING, OutState.PARTLY)
                assert call.text == record.text
                world.made(call, OUTCOMES[step])
            case "begin" if world.calls:
                world.begins(world.calls[0])
            case _:
                pass
        assert len({call.key for call in world.calls}) == len(world.calls)
        queued = [r.row for r in world.out() if r.state is OutState.QUEUED]
        assert set(queued) <= {call.call.row for call in world.calls}
    for record in (r for r in world.mails.values() if r.direction is Direction.OUT):
        assert record.state is not OutState.CANCELLED or record.row not in world.taken
    used = [q.row for d in world.dialogues.values() if (q := question_of(d)) is not None and q.is_used]
    assert len(set(used)) == len(used)
