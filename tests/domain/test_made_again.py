"""Which of the calls that a homeserver lost are made once more, and on what that depends."""

import json

import pytest

from bot.domain.calls import ChatCall, DescribeCommand, PinEvent, RedactEvent, SendEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import ConversationId, EffectId, EventId
from bot.domain.made import MadeCall
from bot.domain.rules.again import is_post, place_of, stands_by_itself, stands_on
from tests.fakes.chat import ROOM

LOST, CARD, STANDING, COMMAND = EventId("$lost"), EventId("$card"), EventId("$standing"), EventId("$command")
SEVEN = ConversationId(7)
REACTION = json.dumps({"m.relates_to": {"rel_type": "m.annotation", "event_id": COMMAND, "key": "✅"}})


def _made(
    call: ChatCall, kind: EventKind | None = None, *, in_slot: EventId | None = None, root: EventId | None = CARD
) -> MadeCall:
    return MadeCall(EffectId(1), call, LOST, kind, SEVEN, in_slot, root)


def _event(
    *,
    slot: str = "",
    reply_to: EventId | None = None,
    under: EventId | None = None,
    edits: EventId | None = None,
    in_thread: bool = False,
    is_new: bool = False,
) -> SendEvent:
    thread = SEVEN if in_thread else None
    return SendEvent(ROOM, "m.room.message", "{}", thread, reply_to, slot, under=under, edits=edits, is_new=is_new)


@pytest.mark.parametrize(
    ("made", "base"),
    [
        (_made(_event(slot="card:7"), EventKind.CONVERSATION, in_slot=CARD), CARD),
        (_made(_event(slot="card:7"), EventKind.CONVERSATION, in_slot=LOST), None),
        (_made(_event(slot="state:3", reply_to=COMMAND), EventKind.MAIL, in_slot=STANDING), STANDING),
        (_made(_event(edits=STANDING)), STANDING),
        (_made(SendEvent(ROOM, "m.reaction", REACTION)), COMMAND),
        (_made(_event(reply_to=COMMAND, in_thread=True), EventKind.QUESTION), COMMAND),
        (_made(_event(under=COMMAND), EventKind.ANSWER), COMMAND),
        (_made(_event(slot="told:3", reply_to=COMMAND), EventKind.RECEIPT, in_slot=LOST), COMMAND),
        (_made(_event(in_thread=True), EventKind.NOTICE), CARD),
        (_made(_event(in_thread=True), EventKind.NOTICE, root=None), None),
        (_made(_event(), EventKind.NOTICE), None),
        (_made(_event(in_thread=True), EventKind.ATTACHMENT), None),
        (_made(_event(slot="news:7", is_new=True), EventKind.NEWS, in_slot=STANDING), None),
        (_made(_event(slot=f"board:{ROOM}"), EventKind.BOARD, in_slot=STANDING), None),
        (_made(PinEvent(ROOM, STANDING)), STANDING),
        (_made(RedactEvent(ROOM, COMMAND)), COMMAND),
    ],
)
def test_what_changed_or_answered_an_event_depends_on_that_event(made: MadeCall, base: EventId | None) -> None:
    assert stands_on(made, frozenset({LOST})) == base


def test_an_edit_of_an_event_that_is_gone_as_well_is_not_made_again() -> None:
    made = _made(_event(slot="card:7"), EventKind.CONVERSATION, in_slot=CARD)
    assert stands_on(made, frozenset({LOST, CARD})) is None


def test_descriptions_and_mails_of_ours_that_are_gone_stand_by_themselves() -> None:
    mail = _event(slot="state:3", reply_to=COMMAND)
    assert stands_by_itself(_made(DescribeCommand(ROOM, "reply", "", ())), frozenset())
    assert stands_by_itself(_made(mail, EventKind.MAIL, in_slot=LOST), frozenset({LOST}))
    assert not stands_by_itself(_made(mail, EventKind.MAIL, in_slot=STANDING), frozenset({LOST}))
    assert not stands_by_itself(_made(_event(in_thread=True), EventKind.MAIL), frozenset({LOST}))


def test_edits_and_reactions_are_no_posts_and_share_the_place_that_they_edit() -> None:
    first = _made(_event(slot="card:7"), EventKind.CONVERSATION, in_slot=LOST)
    edit = _made(_event(slot="card:7"), EventKind.CONVERSATION, in_slot=CARD)
    turned = _made(_event(edits=STANDING))
    reaction = _made(SendEvent(ROOM, "m.reaction", REACTION))
    assert [is_post(one) for one in (first, edit, turned, reaction)] == [True, False, False, False]
    assert [place_of(one) for one in (first, edit, turned, reaction)] == ["card:7", "card:7", STANDING, ""]
