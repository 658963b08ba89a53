"""Which mails move on the server when a conversation becomes spam, or is none any more: cases."""

from dataclasses import replace

import pytest

from bot.domain.calls import MoveOnServer
from bot.domain.conversation import LISTED, Status
from bot.domain.decision import Decision
from bot.domain.effects import Do
from bot.domain.ids import MailboxId
from bot.domain.rules import spam
from bot.domain.settings import Instance, MailboxSettings
from tests.domain.deciding import MAILBOX, World
from tests.storage.made import ALICE, NOW, conversation, mail

_PLACED = mail(1, folder="INBOX", uid=4, uidvalidity=1)
_JUNK = mail(2, folder="Junk", uid=9, uidvalidity=1)
_FORGOTTEN = mail(3, folder="INBOX", uid=0, uidvalidity=0)
"""After its folder was numbered anew: found by its Message-ID, in Junk only."""
_NOWHERE = mail(4, folder="", uid=0, uidvalidity=0)


_MAILS = (_PLACED, _JUNK, _FORGOTTEN, _NOWHERE)


def _house(*mailboxes: MailboxSettings) -> Instance:
    """The first of them is the one where the mails lie."""
    first, *others = mailboxes
    return replace(World().instance, mailboxes=(replace(first, id=_PLACED.mailbox), *others))


def _moves(decision: Decision) -> list[MoveOnServer]:
    done = [effect.call for effect in decision.effects if isinstance(effect, Do)]
    return [call for call in done if isinstance(call, MoveOnServer)]


@pytest.mark.parametrize("before", LISTED)
@pytest.mark.parametrize("after", LISTED)
def test_mails_move_where_being_spam_begins_or_ends(before: Status, after: Status) -> None:
    decision = spam.set_status(conversation(1, status=before), _MAILS, _house(MAILBOX), after, actor=ALICE, now=NOW)
    moved = [(call.row, not call.target) for call in _moves(decision)]
    if before is not Status.SPAM and after is Status.SPAM:
        assert moved == [(1, True), (2, True)]
    elif before is Status.SPAM and after is not Status.SPAM:
        assert moved == [(1, False), (2, False), (3, False)]
    else:
        assert moved == []


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SPAM])
def test_what_is_no_spam_cannot_end_being_it(status: Status) -> None:
    decision = spam.unmark(conversation(1, status=status), _MAILS, _house(MAILBOX), actor=ALICE, now=NOW)
    assert not decision.changes
    assert not decision.effects


def test_a_mail_goes_into_junk_from_where_it_lies_and_back_into_the_first_folder_that_is_read() -> None:
    there = spam.set_status(conversation(1), (_PLACED,), _house(MAILBOX), Status.SPAM, actor=ALICE, now=NOW)
    (call,) = _moves(there)
    assert (call.source, call.target, call.uidvalidity, call.uid) == ("INBOX", "", 1, 4)
    mailbox = replace(MAILBOX, folders=("Support", "INBOX"))
    back = spam.unmark(conversation(1, status=Status.SPAM), (_PLACED, _JUNK), _house(mailbox), actor=ALICE, now=NOW)
    assert [(call.source, call.target) for call in _moves(back)] == [("", "Support")] * 2
    # The UID of another folder would be somebody else's mail in Junk.
    assert [(call.uidvalidity, call.uid) for call in _moves(back)] == [(0, 0), (1, 9)]
    assert all(
        (effect.conversation, effect.mail) == (1, effect.call.row)
        for effect in back.effects
        if isinstance(effect, Do) and isinstance(effect.call, MoveOnServer)
    )


def test_a_mail_moves_on_the_server_where_it_lies_whichever_mailbox_its_conversation_went_to() -> None:
    other = replace(MAILBOX, id=MailboxId("other@asso.example"), folders=("Others",))
    one = conversation(1, status=Status.SPAM, mailbox=other.id)
    house = _house(replace(MAILBOX, folders=("Support", "INBOX")), other)
    back = spam.unmark(one, (_PLACED, _JUNK), house, actor=ALICE, now=NOW)
    assert [(call.mailbox, call.target) for call in _moves(back)] == [(_PLACED.mailbox, "Support")] * 2
    assert [(call.uidvalidity, call.uid) for call in _moves(back)] == [(0, 0), (1, 9)]
