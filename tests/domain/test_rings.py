"""What rings for a mail: a table of cases."""

from datetime import UTC, datetime

import pytest

from bot.domain.conversation import Conversation, EventKind, KnownEvent, Status, Verdict
from bot.domain.effects import Ring
from bot.domain.happening import Heard
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.rules.rings import news_of, of_answer, of_opening
from bot.domain.rules.told import told_of_answer
from tests.fakes.house import INSTANCE

AT = datetime(2026, 11, 26, tzinfo=UTC)
ROOM, BOB, CAROL = RoomId("!team:localhost"), UserId("@bob:localhost"), UserId("@carol:localhost")
MARIE = Address("Marie", "marie@example.org")
CARD = EventId("$card")


def conversation(
    *,
    status: Status = Status.ACTIVE,
    assignee: UserId | None = None,
    followers: tuple[UserId, ...] = (),
    root: EventId | None = CARD,
) -> Conversation:
    return Conversation(
        id=ConversationId(12),
        mailbox=MailboxId("contact@asso.example"),
        room=ROOM,
        subject="Question",
        correspondent=MARIE,
        status=status,
        status_before=Status.ACTIVE,
        assignee=assignee,
        followers=followers,
        verdict=Verdict.UNKNOWN,
        words="",
        mails=2,
        earlier=(),
        created_at=AT,
        waiting_since=AT,
        changed_at=AT,
        root=root,
        version=3,
    )


def last(kind: EventKind, number: int = 12) -> KnownEvent:
    return KnownEvent(EventId("$last"), ROOM, kind, ConversationId(number), None, None, AT)


@pytest.mark.parametrize(
    ("status", "is_backlog", "is_quiet", "ring"),
    [
        (Status.ACTIVE, False, False, Ring.SILENT),
        (Status.ACTIVE, True, False, Ring.GREY),
        (Status.ACTIVE, False, True, Ring.GREY),
        (Status.SPAM, False, False, Ring.GREY),
    ],
)
def test_the_words_of_a_new_conversation_never_ring(
    status: Status, is_backlog: bool, is_quiet: bool, ring: Ring
) -> None:
    assert of_opening(conversation(status=status), is_backlog=is_backlog, is_quiet=is_quiet) is ring


@pytest.mark.parametrize(
    ("about", "newest", "wakes", "is_backlog", "ring", "mention", "goes_on"),
    [
        # Nobody is concerned: the words ring, the line is silent.
        (conversation(), None, True, False, Ring.LOUD, (), False),
        (conversation(), last(EventKind.CONVERSATION, 13), True, False, Ring.LOUD, (), False),
        (conversation(), last(EventKind.NEWS, 13), True, False, Ring.LOUD, (), False),
        (conversation(), last(EventKind.NEWS), True, False, Ring.LOUD, (), True),
        # No line under its own card, or before there is one.
        (conversation(), last(EventKind.CONVERSATION), True, False, Ring.LOUD, None, None),
        (conversation(root=None), None, True, False, Ring.LOUD, None, None),
        # Somebody is: the line rings for them, always as a new message, and the words are silent.
        (conversation(assignee=BOB), None, True, False, Ring.SILENT, (BOB,), False),
        (conversation(assignee=BOB), last(EventKind.CONVERSATION), True, False, Ring.SILENT, (BOB,), False),
        (conversation(assignee=BOB), last(EventKind.NEWS), True, False, Ring.SILENT, (BOB,), False),
        (conversation(followers=(CAROL,)), None, True, False, Ring.SILENT, (CAROL,), False),
        (conversation(assignee=BOB, followers=(CAROL, BOB)), None, True, False, Ring.SILENT, (BOB, CAROL), False),
        # Nothing rings for spam, a backlog, or what does not wake.
        (conversation(status=Status.SPAM, assignee=BOB), None, True, False, Ring.GREY, None, None),
        (conversation(assignee=BOB), None, True, True, Ring.GREY, None, None),
        (conversation(assignee=BOB), None, False, False, Ring.GREY, None, None),
    ],
)
def test_an_answer_rings_once(
    about: Conversation,
    newest: KnownEvent | None,
    wakes: bool,
    is_backlog: bool,
    ring: Ring,
    mention: tuple[UserId, ...] | None,
    goes_on: bool | None,
) -> None:
    mail = Heard("m@example.org", MARIE, "Merci", wakes, is_backlog)
    told = told_of_answer(about, INSTANCE.choices, ())
    news = news_of(about, mail, newest, told)
    assert of_answer(about, told, wakes=wakes, is_backlog=is_backlog) is ring
    assert (None if news is None else (news.mention, news.goes_on)) == (None if mention is None else (mention, goes_on))
