"""Cards of conversations that a forgotten run split off: which are looked for, and what becomes of them."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.conversation import EventKind, Status
from bot.domain.decision import SaveConversation
from bot.domain.effects import ShowCard
from bot.domain.ids import ConversationId, EventId, MailboxId
from bot.domain.room_snapshots import SplitBefore
from bot.domain.rules.split_before import first_mails, led_home, with_mails_back
from bot.domain.traces import CardShown, OwnEvent
from tests.domain.deciding import MAILBOX, START, World, conversation, mail_in
from tests.fakes.chat import ROOM

SECOND = ConversationId(2)
CARD = CardShown(SECOND, Status.ACTIVE, None, mailbox=MAILBOX.id)
MAIL = OwnEvent(
    EventId("$e1"), ROOM, START, kind=EventKind.MAIL.value, conversation=SECOND, message_id="e1@else.example"
)
FOUND = SplitBefore(CARD, mail_in(3, START), conversation())


def test_the_first_mail_under_a_card_that_is_not_known_is_looked_for_in_its_mailbox() -> None:
    later = replace(MAIL, event=EventId("$e2"), message_id="e2@else.example")
    edit = replace(MAIL, event=EventId("$edit"), edits=MAIL.event, message_id="e0@else.example")
    card_itself = replace(MAIL, kind=EventKind.CONVERSATION.value, message_id="x@else.example")
    line = replace(MAIL, event=EventId("$line"), kind=EventKind.NOTICE.value, message_id="")
    own = (card_itself, edit, MAIL, later, line)
    assert first_mails(own, (CARD,), ()) == ((CARD, MAILBOX.id, MAIL),)
    assert first_mails(own, (CARD,), (SECOND,)) == ()
    assert first_mails(own, (replace(CARD, mailbox=None),), ()) == ()
    assert first_mails((card_itself, line), (CARD,), ()) == ()
    assert first_mails((card_itself, MAIL), (CARD,), ()) == (), "nobody split it off: its mail reuses an id"


def test_it_is_closed_and_goes_on_where_its_mails_are() -> None:
    decision = led_home((FOUND,), World().instance, START)
    (ghost,) = [one.conversation for one in decision.changes if isinstance(one, SaveConversation)]
    assert (ghost.id, ghost.version, ghost.status, ghost.goes_on_as) == (2, 0, Status.CLOSED, 1)
    assert [one.conversation.id for one in decision.effects if isinstance(one, ShowCard)] == [2]


def test_of_a_mailbox_that_is_gone_nothing_is_done() -> None:
    gone = replace(FOUND, home=conversation(mailbox=MailboxId("gone@asso.example")))
    assert led_home((gone,), World().instance, START).changes == ()


CLOSED = conversation(status=Status.CLOSED)
SOON, LATER = START + timedelta(days=1), START + timedelta(days=3)


def shown(**card: object) -> SplitBefore:
    return replace(FOUND, card=replace(CARD, **card))  # type: ignore[arg-type]


def test_what_was_to_do_there_is_to_do_here_alone() -> None:
    assert with_mails_back(CLOSED, (FOUND,)).status is Status.ACTIVE
    elsewhere = conversation(id=ConversationId(9), status=Status.CLOSED)
    assert with_mails_back(elsewhere, (FOUND,)) == elsewhere
    assert with_mails_back(CLOSED, (shown(status=Status.PENDING),)) == CLOSED, "we had answered"


def test_what_was_snoozed_there_is_to_do_here_at_its_time() -> None:
    snoozed = (shown(status=Status.PENDING, snoozed_until=LATER),)
    back = with_mails_back(CLOSED, snoozed)
    assert (back.status, back.snoozed_until) == (Status.PENDING, LATER)
    assert with_mails_back(conversation(), snoozed) == conversation(), "it is to do already"
    sooner = replace(conversation(status=Status.PENDING), snoozed_until=SOON)
    assert with_mails_back(sooner, snoozed).snoozed_until == SOON
    assert with_mails_back(CLOSED, (*snoozed, FOUND)).status is Status.ACTIVE
