"""`split` and ✂️ from a mail on: cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import Conversation, Direction, EventKind, KnownEvent, MailRecord, OutState, Status
from bot.domain.decision import AddDeed, Decision, UpdateMail
from bot.domain.effects import PostMail, SayLinked
from bot.domain.happening import What
from bot.domain.ids import ConversationId, EventId, MessageRow
from bot.domain.mail import Address
from bot.domain.needs import MailAt, MailsOf
from bot.domain.rules.splitting import MOST_SPLIT, cannot_split, split_from
from bot.domain.wishes import Wishes
from tests.domain.commands.cases import NOW, given, saved, told, world
from tests.domain.deciding import FIRST, MAILBOX, MARIE, START, conversation, mail_in
from tests.fakes.chat import ALICE, ROOM

EVE = Address("Eve", "eve@else.example")
NEW = ConversationId(7)
"""What a world in memory says is the next number."""


def at(minutes: int, row: int, **more: object) -> MailRecord:
    return replace(mail_in(row, START + timedelta(minutes=minutes)), **more)  # type: ignore[arg-type]


def ours(minutes: int, row: int, state: OutState = OutState.SENT, heard: int = 9) -> MailRecord:
    return at(minutes, row, direction=Direction.OUT, state=state, author=ALICE, heard=heard, to=(), cc=())


def on(row: int) -> KnownEvent:
    return KnownEvent(EventId(f"$m{row}"), ROOM, EventKind.MAIL, FIRST, None, MessageRow(row), NOW)


TALK = (
    at(1, 1, heard=1),
    ours(2, 2, heard=1),
    at(3, 3, from_=(EVE,), subject="Autre", heard=2),
    at(4, 4, from_=(EVE,), heard=3),
)


def split(row: int, talk: tuple[MailRecord, ...] = TALK, body: str = "!split", **more: object) -> Decision:
    there = conversation(mails=len(talk), status_before=Status.PENDING, tags=("urgent",), assignee=ALICE, **more)
    first = next(one for one in talk if one.row == row)
    return given(body, there=(there,), target=on(row), knows={MailAt: first, MailsOf: talk})


@pytest.mark.parametrize("body", ["!split", "!scinder", "!séparer"])
def test_a_stranger_s_mail_and_those_after_it_are_a_conversation_of_their_own(body: str) -> None:
    decision = split(3, body=body)
    fresh, left = saved(decision)
    assert (fresh.id, fresh.version, fresh.continues, fresh.subject, fresh.correspondent) == (7, 0, 1, "Autre", EVE)
    assert (fresh.status, fresh.mails, fresh.heard, fresh.waiting_since) == (Status.ACTIVE, 2, 2, TALK[2].date)
    assert (fresh.tags, fresh.assignee, fresh.participants) == ((), None, (EVE.address,))
    assert (left.status, left.mails, left.assignee) == (Status.PENDING, 2, ALICE)
    moved = [change.record for change in decision.changes if isinstance(change, UpdateMail)]
    assert [(one.row, one.conversation, one.heard) for one in moved] == [(3, 7, 1), (4, 7, 2)]
    assert [one.record.row for one in decision.effects if isinstance(one, PostMail)] == [3, 4]
    assert {one.what for one in decision.happened} == {What.SPLIT, What.SPLIT_FROM}
    (link,) = [one for one in decision.effects if isinstance(one, SayLinked)]
    assert (link.conversation, link.thread) == (7, TALK[2].event)


def test_deleting_it_does_not_undo_the_half() -> None:
    assert not [change for change in split(3).changes if isinstance(change, AddDeed)]


@pytest.mark.parametrize(
    ("talk", "becomes", "left"),
    [
        ((at(1, 1, heard=1), at(2, 3, heard=2), ours(3, 4, heard=2)), Status.PENDING, Status.ACTIVE),
        ((at(1, 1), at(2, 3)), Status.ACTIVE, Status.ACTIVE),
        ((ours(1, 1, heard=0), at(2, 3, heard=1)), Status.ACTIVE, Status.PENDING),
        # The server's clock put our earlier answer after the mail.
        ((at(1, 1, heard=1), at(2, 3, heard=2), ours(3, 2, heard=1)), Status.ACTIVE, Status.PENDING),
        ((at(1, 1, heard=1), ours(2, 2, OutState.CANCELLED, 1), at(3, 3, heard=2)), Status.ACTIVE, Status.ACTIVE),
    ],
)
def test_each_waits_for_whom_its_mails_wait(talk: tuple[MailRecord, ...], becomes: Status, left: Status) -> None:
    assert [one.status for one in saved(split(3, talk))] == [becomes, left]


@pytest.mark.parametrize("status", [Status.CLOSED, Status.PENDING])
def test_what_is_done_stays_done(status: Status) -> None:
    assert saved(split(3, status=status))[1].status is status


@pytest.mark.parametrize(
    ("row", "talk", "more", "why"),
    [
        (1, TALK, {}, "error.split_first"),
        (2, TALK, {}, "error.split_ours"),
        (3, (*TALK, ours(5, 5, OutState.QUEUED)), {}, "error.split_waits"),
        (3, (*TALK, ours(5, 5, OutState.HELD)), {}, "error.split_waits"),
        (3, (*TALK, ours(5, 5, OutState.UNKNOWN)), {}, "error.split_waits"),
        (3, TALK, {"status": Status.SPAM}, "error.split_spam"),
        (3, TALK, {"status": Status.CLOSED, "goes_on_as": ConversationId(2)}, "error.goes_on"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(
    row: int, talk: tuple[MailRecord, ...], more: dict[str, object], why: str
) -> None:
    decision = split(row, talk, **more)  # type: ignore[arg-type]
    assert told(decision) == [why] and saved(decision) == []


def test_no_more_than_fifty_are_moved_at_once() -> None:
    talk = tuple(at(n, n) for n in range(1, MOST_SPLIT + 2))
    assert cannot_split(conversation(), talk[1], talk) is None
    late = at(0, 99)
    why = cannot_split(conversation(), late, talk)
    assert why is not None and why.key == "error.split_many"


def test_a_hand_on_a_mail_is_the_command_and_on_the_card_it_says_which() -> None:
    house = world()
    house.comes(sender=EVE)
    house.events[on(2).event] = on(2)
    before: Conversation = house.conversation
    card = KnownEvent(EventId("$card"), ROOM, EventKind.CONVERSATION, FIRST, None, None, NOW)
    house.events[card.event] = card
    house.reacts("✂️", card.event)
    assert house.conversation == before and told(house.decided) == ["error.split_what"]


def test_folded_mails_are_counted_where_they_stay() -> None:
    talk = (*TALK[:3], at(4, 4, from_=(EVE,), is_folded=True))
    decision = split_from(
        conversation(folded=3), talk[2], talk, NEW, MAILBOX, own=MAILBOX.own_addresses, actor=ALICE, now=NOW
    )
    fresh, left = saved(decision)
    assert (fresh.folded, left.folded) == (0, 2)
    assert MARIE.address not in fresh.participants


LAWYER, CHIEF = Address("", "avocat@example.org"), Address("", "chef@example.org")
WISHED = Wishes(cc=(LAWYER,), bcc=(CHIEF,), without=("lea@example.org",), author_alone=True)


NAMED = replace(TALK[0], cc=(EVE,))


@pytest.mark.parametrize(
    ("first", "part", "wishes"),
    [
        (TALK[0], (MARIE.address,), Wishes(without=WISHED.without)),
        # Answered apart from the others (`--them`), she takes part since.
        (TALK[0], (MARIE.address, EVE.address), Wishes(without=WISHED.without)),
        (NAMED, (MARIE.address,), Wishes(without=WISHED.without)),
        (NAMED, (MARIE.address, EVE.address), WISHED),
    ],
)
def test_a_stranger_s_answers_go_to_nobody_who_was_wished_for_the_others(
    first: MailRecord, part: tuple[str, ...], wishes: Wishes
) -> None:
    fresh, left = saved(split(3, (first, *TALK[1:]), wishes=WISHED, participants=part))
    assert (fresh.wishes, left.wishes) == (wishes, WISHED)


def test_with_nobody_known_to_take_part_nobody_of_it_hears_of_a_stranger() -> None:
    fresh, _ = saved(split(3, wishes=WISHED, participants=()))
    assert fresh.wishes == Wishes(without=WISHED.without)
