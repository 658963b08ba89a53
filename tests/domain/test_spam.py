"""Which mails move on the server when a conversation becomes spam, or is none any more: cases."""

import pytest

from bot.domain.conversation import Status
from bot.domain.decide import spam
from bot.domain.effects import MoveMail
from tests.storage.made import ALICE, NOW, conversation, mail

_PLACED = mail(1, folder="INBOX", uid=4, uidvalidity=1)
_JUNK = mail(2, folder="Junk", uid=9, uidvalidity=1)
_FORGOTTEN = mail(3, folder="INBOX", uid=0, uidvalidity=0)
"""After its folder was numbered anew: found by its Message-ID, in Junk only."""
_NOWHERE = mail(4, folder="", uid=0, uidvalidity=0)


_MAILS = (_PLACED, _JUNK, _FORGOTTEN, _NOWHERE)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_mails_move_where_being_spam_begins_or_ends(before: Status, after: Status) -> None:
    decision = spam.set_status(conversation(1, status=before), _MAILS, after, actor=ALICE, now=NOW)
    moved = [(effect.record.row, effect.to_junk) for effect in decision.effects if isinstance(effect, MoveMail)]
    if before is not Status.SPAM and after is Status.SPAM:
        assert moved == [(1, True), (2, True)]
    elif before is Status.SPAM and after is not Status.SPAM:
        assert moved == [(1, False), (2, False), (3, False)]
    else:
        assert moved == []


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SPAM])
def test_what_is_no_spam_cannot_end_being_it(status: Status) -> None:
    decision = spam.unmark(conversation(1, status=status), _MAILS, actor=ALICE, now=NOW)
    assert not decision.changes
    assert not decision.effects
