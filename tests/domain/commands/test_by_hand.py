"""A reaction is the command given by hand: what it changes and what it may is the row's."""

from dataclasses import replace

import pytest

from bot.domain.calls import MoveOnServer
from bot.domain.command import Called, Command, Right, Sealed, Where
from bot.domain.commands.delete import DELETE, RESTORE
from bot.domain.commands.merge import MERGE
from bot.domain.commands.move import MOVE
from bot.domain.commands.snooze import SNOOZE
from bot.domain.commands.split import SPLIT
from bot.domain.commands.status import CLOSE
from bot.domain.commands.subject import SUBJECT
from bot.domain.commands.table import BY_HAND, TABLE
from bot.domain.commands.tag import TAG
from bot.domain.commands.who_merge import WHO_MERGE, WHO_SPLIT
from bot.domain.conversation import LISTED, EventKind, KnownEvent, Status
from bot.domain.decision import AddDeed, AddEvent, AddHistory, AddReaction, Change, Decision
from bot.domain.effects import Do, Mark
from bot.domain.ids import EventId, UserId
from bot.domain.inputs.said import Reaction, TeamMessage
from bot.domain.settings import DEFAULT_REACTIONS, Meaning
from bot.domain.snapshots import Reacted
from bot.domain.stories.reaction import decide_reaction, needs_of_hand
from tests.domain.commands.cases import ELSEWHERE, NOW, given, is_marked, other, saved, told, world
from tests.domain.deciding import CARD, FIRST, MAILBOX, World, asked_by, conversation
from tests.fakes.chat import ALICE, BOB, ROOM

EMOJI = {meaning: emoji for emoji, meaning in DEFAULT_REACTIONS}
MOVES = [Meaning.MINE, Meaning.CLOSE, Meaning.PENDING, Meaning.SPAM, Meaning.FOLLOW]
THEREFORE = (AddReaction, AddDeed, AddEvent)
"""What a reaction, and what a message, is kept as."""


def reacted(house: World, emoji: str, target: KnownEvent) -> Decision:
    house.events[target.event] = target
    house.reacts(emoji, target.event)
    return house.decided


def card(kind: EventKind = EventKind.CONVERSATION) -> KnownEvent:
    return KnownEvent(CARD, ROOM, kind, FIRST, None, None, NOW)


def without(changes: tuple[Change, ...]) -> list[Change]:
    """The changes of the conversation alone; a line of history names its message, a reaction is none."""
    lines = [
        AddHistory(replace(change.entry, event=None)) if isinstance(change, AddHistory) else change
        for change in changes
    ]
    return [change for change in lines if not isinstance(change, THEREFORE)]


@pytest.mark.parametrize("meaning", MOVES)
@pytest.mark.parametrize("status", LISTED)
def test_a_hand_changes_what_its_command_changes(meaning: Meaning, status: Status) -> None:
    there = conversation(status=status)
    house = world()
    house.conversation = there
    body = f"!{BY_HAND[meaning].name}" + (" me" if meaning is Meaning.MINE else "")
    by_word = given(body, there=(there,), now=house.now, within=world())
    by_hand = reacted(house, EMOJI[meaning], card())
    assert without(by_hand.changes) == without(by_word.changes)
    assert [e for e in by_word.effects if not isinstance(e, Mark)] == list(by_hand.effects)
    assert not is_marked(by_hand), "the card shows it"


def test_one_s_own_words_are_sent_by_hand_and_once() -> None:
    house = world()
    words = replace(card(EventKind.NOTE), event=EventId("$talk"), sender=ALICE, body="Bonjour")
    assert reacted(house, EMOJI[Meaning.SEND], words).effects
    assert [call.text for call in house.calls] == ["Bonjour"]
    assert told(reacted(house, EMOJI[Meaning.SEND], words)) == ["error.send_twice"]
    others = replace(words, event=EventId("$other"), sender=BOB)
    assert told(reacted(house, EMOJI[Meaning.SEND], others)) == ["error.send_own_only"]


def test_nothing_to_send_again_is_told_under_what_was_reacted_to() -> None:
    assert told(reacted(world(), EMOJI[Meaning.RETRY], card())) == ["error.nothing_to_resend"]


def test_what_means_nothing_does_nothing() -> None:
    assert reacted(world(), "🎉", card()) == Decision()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (replace(CLOSE, right=Right.ADMIN), "error.admins_only"),
        (replace(CLOSE, sealed=Sealed.ALWAYS), "error.only_encrypted"),
        (replace(CLOSE, where=Where.CONFIG), "error.in_config_room"),
        (CLOSE, None),
    ],
)
def test_what_the_row_forbids_no_hand_may(row: Command, why: str | None) -> None:
    there = conversation()
    message = TeamMessage(ROOM, CARD, BOB, "m.text", "", "", (), CARD, None, NOW)
    asked = replace(asked_by(message, World().instance, NOW), reading=Called(row), is_by_hand=True, here=there,
                    about=(there,), target=card())  # fmt: skip
    needs = needs_of_hand(asked)
    decision = decide_reaction(Reacted(asked, MAILBOX), Reaction(ROOM, EventId("$r"), BOB, CARD, "✅", NOW))
    assert (told(decision), bool(saved(decision)), needs) == (
        [] if why is None else [why],
        why is None,
        [] if why is None else (),
    )


# --- all rows that are about conversations

ANSWERED_IN_WORDS = (SNOOZE, MERGE, MOVE, SPLIT, WHO_MERGE, WHO_SPLIT)
ABOUT = pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.is_about_conversations and not row.is_asked_first],
    ids=lambda row: row.name,
)


@ABOUT
def test_a_conversation_of_another_room_is_as_if_it_did_not_exist(row: Command) -> None:
    words = " Bonjour" if row.text is not None else ""
    decision = given(f"!{row.name} #2{words}", there=(conversation(), other(2, room=ELSEWHERE)), in_thread=False)
    assert (told(decision), saved(decision)) == (["error.no_such_conversation"], [])


@ABOUT
def test_without_a_thread_and_a_number_it_asks_which(row: Command) -> None:
    assert told(given(f"!{row.name}", in_thread=False)) == ["error.which_conversation"]


@ABOUT
def test_several_at_once_only_where_the_row_says_so(row: Command) -> None:
    words = " Bonjour" if row.text is not None else ""
    decision = given(f"!{row.name} #1 #2{words}", there=(conversation(), other(2)), in_thread=False)
    assert (told(decision) == ["error.only_one"]) == (not row.takes_several)


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.leaves_deed and row.group != "write" and row not in ANSWERED_IN_WORDS],
    ids=lambda row: row.name,
)
@pytest.mark.parametrize("status", LISTED)
def test_a_move_that_is_repeated_changes_nothing_and_is_marked(row: Command, status: Status) -> None:
    body = f"!{row.name}" + (" me" if row.takes_people else " urgent" if row in (TAG, SUBJECT) else "")
    first = given(body, there=(conversation(status=status),))
    (after, *_) = saved(first) or [conversation(status=status)]
    again = given(body, there=(after,))
    assert (saved(again), is_marked(again)) == ([], True)
    assert row.right in (Right.READ, Right.MEMBER) or row in (DELETE, RESTORE)


# --- taking it away


def given_and_taken(meaning: Meaning, status: Status = Status.ACTIVE, *, also_by: UserId | None = None) -> World:
    house = world()
    house.conversation = conversation(status=status, assignee=None)
    reacted(house, EMOJI[meaning], card())
    if also_by is not None:
        house.reacts(EMOJI[meaning], CARD, sender=also_by)
    house.redacts(next(iter(house.reactions)))
    return house


@pytest.mark.parametrize("meaning", [Meaning.CLOSE, Meaning.PENDING, Meaning.SPAM])
@pytest.mark.parametrize("before", LISTED)
def test_a_hand_that_is_taken_away_gives_the_status_back(meaning: Meaning, before: Status) -> None:
    became = {Meaning.CLOSE: Status.CLOSED, Meaning.PENDING: Status.PENDING, Meaning.SPAM: Status.SPAM}[meaning]
    back = Status.ACTIVE if before is became else before
    assert given_and_taken(meaning, before).conversation.status is back
    assert given_and_taken(meaning, before, also_by=BOB).conversation.status is became, "somebody else still says so"


def test_mails_follow_into_junk_and_out_of_it() -> None:
    for meaning, before, to_junk in ((Meaning.SPAM, Status.ACTIVE, False), (Meaning.CLOSE, Status.SPAM, True)):
        calls = [effect.call for effect in given_and_taken(meaning, before).effects if isinstance(effect, Do)]
        assert [not call.target for call in calls if isinstance(call, MoveOnServer)] == [to_junk]


def test_who_had_it_or_followed_has_it_and_follows_no_more() -> None:
    assert given_and_taken(Meaning.MINE).conversation.assignee is None
    assert given_and_taken(Meaning.FOLLOW).conversation.followers == ()
    assert given_and_taken(Meaning.MINE, also_by=BOB).conversation.assignee == BOB, "it is another's by now"


def test_whoever_gave_it_twice_has_it_until_both_are_taken_away() -> None:
    for meaning in (Meaning.MINE, Meaning.FOLLOW):
        house = world()
        house.conversation = conversation(assignee=None)
        reacted(house, EMOJI[meaning], card())
        house.reacts(EMOJI[meaning], CARD, sender=ALICE)
        first, second = house.reactions
        house.redacts(first)
        assert (house.conversation.assignee, *house.conversation.followers) != (None,), meaning
        house.redacts(second)
        assert (house.conversation.assignee, *house.conversation.followers) == (None,), meaning


def test_an_envelope_that_is_taken_away_takes_the_mail_back() -> None:
    house = world()
    words = replace(card(EventKind.NOTE), event=EventId("$talk"), sender=ALICE, body="Bonjour")
    reacted(house, EMOJI[Meaning.SEND], words)
    house.redacts(next(iter(house.reactions)))
    assert house.calls == []
