"""Cards of conversations that a forgotten run split off: which are looked for, and what becomes of them."""

from dataclasses import replace

from bot.domain.conversation import EventKind, Status
from bot.domain.decision import SaveConversation
from bot.domain.effects import ShowCard
from bot.domain.ids import ConversationId, EventId, MailboxId
from bot.domain.rules.split_before import first_mails, is_to_do_again, led_home
from bot.domain.snapshots import SplitBefore
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


def test_what_was_to_do_there_is_to_do_here_alone() -> None:
    assert is_to_do_again(conversation(), (FOUND,))
    assert not is_to_do_again(conversation(id=ConversationId(9)), (FOUND,))
    assert not is_to_do_again(conversation(), (replace(FOUND, card=replace(CARD, status=Status.PENDING)),))
