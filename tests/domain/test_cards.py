"""Where something is said in a thread without a card, the card is shown too; elsewhere nothing is added."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.conversation import Conversation, Status, Verdict
from bot.domain.decision import Decision, SaveConversation
from bot.domain.effects import Effect, Say, ShowCard
from bot.domain.ids import ConversationId, EventId, RoomId
from bot.domain.mail import Address
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.sentences import sentence
from bot.domain.stories.chain import with_cards
from tests.fakes.house import INSTANCE, MAILBOX

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BARE = Conversation(
    id=ConversationId(7),
    mailbox=MAILBOX.id,
    room=MAILBOX.room,
    subject="A broken kettle",
    correspondent=Address("Marie", "marie@example.net"),
    status=Status.CLOSED,
    status_before=Status.ACTIVE,
    assignee=None,
    followers=(),
    verdict=Verdict.UNKNOWN,
    words="",
    mails=1,
    earlier=(),
    created_at=NOW,
    waiting_since=NOW,
    changed_at=NOW,
    version=3,
)
SHOWN = replace(BARE, root=EventId("$card"))


def say(conversation: int | None = 7, *, in_thread: bool = True) -> Say:
    number = None if conversation is None else ConversationId(conversation)
    return Say(RoomId("!r:localhost"), (sentence("reply.uncertain"),), conversation=number, in_thread=in_thread)


def cards(*effects: Effect, known: Conversation = BARE, saved: Conversation | None = None) -> list[Conversation]:
    changes = (SaveConversation(saved),) if saved else ()
    decided = with_cards(RoomSnapshot(INSTANCE, None, (known,), False), Decision(changes, effects))
    assert decided.changes == changes
    assert [e for e in decided.effects if e in effects] == list(effects)
    return [e.conversation for e in decided.effects if isinstance(e, ShowCard)]


def test_what_is_said_in_a_thread_without_a_card_brings_the_card_once() -> None:
    assert cards(say(), say()) == [BARE]


def test_the_card_shows_what_was_decided() -> None:
    after = replace(BARE, status=Status.ACTIVE)
    assert cards(say(), saved=after) == [after]


def test_a_card_that_is_shown_anyway_is_shown_once() -> None:
    assert cards(say(), ShowCard(BARE)) == [BARE]


@pytest.mark.parametrize("said", [say(in_thread=False), say(None), say(8)])
def test_what_is_said_elsewhere_brings_none(said: Say) -> None:
    assert cards(said) == []


def test_a_thread_with_its_card_is_left_alone() -> None:
    assert cards(say(), known=SHOWN) == []
