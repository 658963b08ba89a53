"""Which acts are repeated after the database was put back, and what our own events of before tell."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversation import Status
from bot.domain.decision import NOTHING, Decision, SaveConversation
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs.said import Reaction, TeamMessage
from bot.domain.rules.held import sends
from bot.domain.stories.restored import Before, ruled
from bot.domain.traces import Mark, OwnEvent, is_put_back, row_of_effect, take_up, worth_asking
from tests.domain.deciding import CARD, World, conversation

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROOM = RoomId("!team:localhost")


def own(number: int, **more: object) -> OwnEvent:
    return OwnEvent(EventId(f"$own{number}"), ROOM, NOW + timedelta(seconds=number), **more)  # type: ignore[arg-type]


_OLD, _NEW = Mark(4, NOW), Mark(9, NOW)


@pytest.mark.parametrize(
    ("noted", "outside", "forgotten", "expected"),
    [
        (None, None, (), False),
        (_OLD, None, (), False),
        (_NEW, _OLD, (), False),
        (_NEW, _NEW, (), False),
        (_OLD, _NEW, (), True),
        (None, _NEW, (), True),
        (_NEW, _NEW, (own(1),), True),
        (None, None, (own(1),), True),
    ],
)
def test_a_newer_mark_or_an_unknown_event_of_ours_proves_it(
    noted: Mark | None, outside: Mark | None, forgotten: tuple[OwnEvent, ...], expected: bool
) -> None:
    assert is_put_back(noted, outside, forgotten) is expected


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ("pr-0a1b-12", ("", 12)),
        ("pr-0a1b-77ff-12", ("77ff", 12)),
        ("", None),
        ("pr-0a1b", None),
        ("pr-0a1b-77ff-x", None),
        ("other-0a1b-12", None),
        ("pr-a-b-c-12", None),
        ("pr-0a1b-" + "9" * 30, None),
    ],
)
def test_a_transaction_id_names_its_run_and_row(effect: str, expected: tuple[str, int] | None) -> None:
    assert row_of_effect(effect) == expected


def test_events_of_other_databases_and_old_ones_prove_nothing() -> None:
    ours, other = own(1, effect="pr-mine-r-1"), own(2, effect="pr-theirs-r-1")
    old = OwnEvent(EventId("$old"), ROOM, NOW - timedelta(days=8), effect="pr-mine-r-2")
    asked = worth_asking((ours, other, old, own(3)), instance="mine", noted=None, now=NOW)
    assert asked == (ours,)
    assert worth_asking((ours,), instance="mine", noted=Mark(1, NOW + timedelta(hours=2)), now=NOW) == ()


def test_the_newest_card_and_the_newest_state_count() -> None:
    bob = UserId("@bob:localhost")
    taken = take_up(
        (
            own(1, kind="conversation", conversation=ConversationId(7), status="active"),
            own(2, kind="mail", conversation=ConversationId(7), message_id="m@x"),
            own(3, kind="receipt", conversation=ConversationId(7), message_id="r@x", state="queued", answers="$said"),
            own(4, kind="receipt", message_id="r@x", state="sent", edits=EventId("$own3"), answers="$said"),
            own(
                5,
                kind="conversation",
                conversation=ConversationId(7),
                status="closed",
                assignee=bob,
                edits="$own1",
                tags=("a",),
            ),
            own(6, answers=EventId("$command")),
        )
    )
    assert taken.answered == ("$said", "$command")
    assert [(c.conversation, c.status, c.assignee, c.tags) for c in taken.cards] == [(7, Status.CLOSED, bob, ("a",))]
    assert taken.highest == 7
    assert [(p.event, p.state) for p in taken.posts] == [("$own1", ""), ("$own2", ""), ("$own3", "sent")]


@pytest.mark.parametrize(
    ("words", "was_sent", "held"),
    [("!reply Bonjour", False, True), ("!close", False, False), ("📤", False, True), ("📤", True, False)],
)
def test_what_sends_is_held_where_a_forgotten_run_may_have_done_it(words: str, was_sent: bool, held: bool) -> None:
    world = World()
    world.comes()
    act: TeamMessage | Reaction = world.says("Bonjour, oui." if words == "📤" else words)
    if words == "📤":
        world.reacts(words, act.event)
        act = Reaction(act.room, EventId("$hand"), act.sender, act.event, words, world.now)
    assert sends(world.decided) == (words != "!close")
    found = ruled(world.decided, act, world.instance, Before(is_shown=False, was_sent=was_sent))
    assert (found == world.decided) == (words == "!close")
    assert (found == NOTHING) == was_sent
    assert any("restored.held" in str(effect) for effect in found.effects) == held


@pytest.mark.parametrize(("is_shown", "moves"), [(True, False), (False, True)])
def test_a_reaction_is_done_again_only_where_nothing_of_ours_stands_after_it(is_shown: bool, moves: bool) -> None:
    act = Reaction(ROOM, EventId("$hand"), UserId("@bob:localhost"), CARD, "✅", NOW)
    decided = Decision((SaveConversation(conversation(status=Status.CLOSED)),))
    found = ruled(decided, act, World().instance, Before(is_shown=is_shown, was_sent=False))
    assert any(isinstance(change, SaveConversation) for change in found.changes) == moves
