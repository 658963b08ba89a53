"""`move`: cases, to a mailbox of the room and to one of another room."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Conversation, Direction, OutState
from bot.domain.decision import Decision, FillSlot, MoveConversation, SetMailEvent
from bot.domain.effects import PostMail, Say
from bot.domain.ground import Ground
from bot.domain.ids import ConversationId, EventId, MailboxId, MessageRow, UserId
from bot.domain.needs import GroundFor
from bot.domain.sentences import Sentence
from bot.domain.settings import Instance, MailboxSettings
from tests.domain.commands.cases import COMMAND, ELSEWHERE, NOW, given, saved, told
from tests.domain.deciding import CARD, MAILBOX, World, conversation, mail_in
from tests.fakes.chat import ALICE, BOB, ROOM

NEAR = replace(MAILBOX, id=MailboxId("aide@asso.example"), address="aide@asso.example", aliases=())
FAR = replace(NEAR, id=MailboxId("support@asso.example"), address="support@asso.example", room=ELSEWHERE)
OTHER = replace(FAR, id=MailboxId("support@other.example"), address="support@other.example")
CAROL = UserId("@carol:localhost")
THERE = EventId("$there")


def house(*more: MailboxSettings) -> Instance:
    return replace(World().instance, mailboxes=(MAILBOX, NEAR, *more))


def moves(body: str = "!move support", *, ground: Ground | None = None, **more: object) -> Decision:
    known = {GroundFor: ground or Ground(members=(ALICE,))}
    more.setdefault("instance", house(FAR))
    return given(body, knows=known, **more)


def gone(decision: Decision) -> Conversation:
    (one,) = saved(decision)
    return one


@pytest.mark.parametrize(
    ("body", "to"),
    [
        ("!move aide", NEAR),
        ("!move support", FAR),
        ("!move SUPPORT@asso.example", FAR),
        ("!move #1 support", FAR),
        ("!déplacer support", FAR),
    ],
)
@pytest.mark.parametrize("in_thread", [True, False])
def test_it_is_in_the_mailbox_that_is_named_and_in_its_room(body: str, to: MailboxSettings, in_thread: bool) -> None:
    if not in_thread and "#1" not in body:
        body = body.replace(" ", " #1 ", 1)
    after = gone(moves(body, in_thread=in_thread))
    assert (after.mailbox, after.room) == (to.id, to.room)


@pytest.mark.parametrize(
    ("body", "members", "more"),
    [
        ("!move support", (BOB,), (FAR,)),
        ("!move support@asso.example", (), (FAR,)),
        ("!move nothing", (ALICE,), (FAR,)),
        ("!move", (ALICE,), (FAR,)),
        ("!move support", (ALICE,), (FAR, OTHER)),
        ("!move support aide", (ALICE,), (FAR,)),
        ("!move contact", (ALICE,), (replace(OTHER, address="contact@other.example"),)),
    ],
)
def test_what_one_may_not_know_and_what_is_not_there_are_told_alike(
    body: str, members: tuple[UserId, ...], more: tuple[MailboxSettings, ...]
) -> None:
    decision = moves(body, ground=Ground(members=members), instance=house(*more))
    if body == "!move contact":
        assert told(decision) == ["error.move_there"], "one of this room comes first"
        return
    assert told(decision) == ["error.move_where"]
    (said,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert "support" not in str(said.sentences)
    assert saved(decision) == []


def test_people_who_are_not_there_keep_nothing_of_it() -> None:
    one = conversation(
        assignee=BOB,
        followers=(ALICE, BOB),
        starred=(BOB, ALICE),
        snoozed_by=BOB,
        earlier=(ConversationId(3),),
        note="x",
    )
    after = gone(moves(there=(one,), ground=Ground(members=(ALICE, CAROL), earlier=(ConversationId(9),), note="y")))
    assert (after.assignee, after.followers, after.starred, after.snoozed_by) == (None, (ALICE,), (ALICE,), None)
    assert (after.earlier, after.note, after.root) == ((9,), "y", None)
    kept = gone(moves(there=(one,), ground=Ground(members=(ALICE, BOB))))
    assert (kept.assignee, kept.snoozed_by) == (BOB, BOB)


def test_the_newest_mails_are_posted_and_those_that_stand_there_are_not() -> None:
    mails = tuple(replace(mail_in(n, NOW), row=MessageRow(n)) for n in range(1, 16))
    mails += (replace(mails[0], row=MessageRow(99), state=OutState.CANCELLED, direction=Direction.OUT),)
    fresh = moves(there=(conversation(mails=40),), ground=Ground(members=(ALICE,), newest=mails))
    posted = [effect.record.row for effect in fresh.effects if isinstance(effect, PostMail)]
    assert posted == list(range(6, 16))
    assert ("count", 30) in [value for key in _sentences(fresh) if key.key == "move.older" for value in key.values]
    shown = tuple((MessageRow(n), EventId(f"$m{n}")) for n in range(1, 15))
    known = Ground(members=(ALICE,), newest=mails, card=THERE, shown=shown)
    back = moves(there=(conversation(mails=40),), ground=known)
    assert [effect.record.row for effect in back.effects if isinstance(effect, PostMail)] == [15]
    assert gone(back).root == THERE
    assert FillSlot("card:1", ELSEWHERE, THERE) in back.changes
    assert SetMailEvent(MessageRow(14), EventId("$m14")) in back.changes
    assert "move.older" not in told(back)


def _sentences(decision: Decision) -> list[Sentence]:
    said = [effect for effect in decision.effects if isinstance(effect, Say)]
    return [one for effect in said for one in effect.sentences]


def test_nothing_is_said_into_a_thread_that_is_another_rooms() -> None:
    decision = moves(there=(conversation(assignee=BOB),))
    assert MoveConversation(ConversationId(1), ROOM, CARD, ELSEWHERE, None) in decision.changes
    for effect in decision.effects:
        if isinstance(effect, Say) and effect.room == ROOM:
            assert effect.conversation is None, "its number leads to the new thread"


def test_without_a_card_the_line_answers_the_command() -> None:
    decision = moves("!move #1 support", in_thread=False, there=(conversation(root=None),))
    (line,) = [one for one in decision.effects if isinstance(one, Say) and one.room == ROOM]
    assert (line.reply_to, line.under) == (COMMAND, None)
