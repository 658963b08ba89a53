"""Which mails move on the server when a conversation becomes spam, or is none any more: cases."""

import pytest

from bot.domain.conversation import Status
from bot.domain.decide import spam
from bot.domain.effects import MoveMail
from bot.domain.settings import MailboxSettings
from bot.domain.snapshots import Work
from tests.storage.made import ALICE, MAILBOX, NOW, ROOM, conversation, mail

_MAILBOX = MailboxSettings(MAILBOX, "contact@asso.example", "Asso", ROOM)
_PLACED = mail(1, folder="INBOX", uid=4, uidvalidity=1)
_JUNK = mail(2, folder="Junk", uid=9, uidvalidity=1)
_FORGOTTEN = mail(3, folder="INBOX", uid=0, uidvalidity=0)
"""After its folder was numbered anew: found by its Message-ID, in Junk only."""
_NOWHERE = mail(4, folder="", uid=0, uidvalidity=0)


def _work(status: Status) -> Work:
    return Work(
        conversation=conversation(1, status=status),
        mailbox=_MAILBOX,
        newest_in=_NOWHERE,
        newest_out=None,
        newest_in_posted=None,
        first_posted=None,
        seen_at=None,
        questions=(),
        outgoing=(),
        waiting=frozenset(),
        retries=frozenset(),
        under_way=frozenset(),
        sent_last_hour=0,
        sent_last_day=0,
        incoming=(_PLACED, _JUNK, _FORGOTTEN, _NOWHERE),
    )


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_mails_move_where_being_spam_begins_or_ends(before: Status, after: Status) -> None:
    decision = spam.set_status(_work(before), after, actor=ALICE, now=NOW)
    moved = [(effect.record.row, effect.to_junk) for effect in decision.effects if isinstance(effect, MoveMail)]
    if before is not Status.SPAM and after is Status.SPAM:
        assert moved == [(1, True), (2, True)]
    elif before is Status.SPAM and after is not Status.SPAM:
        assert moved == [(1, False), (2, False), (3, False)]
    else:
        assert moved == []


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SPAM])
def test_what_is_no_spam_cannot_end_being_it(status: Status) -> None:
    decision = spam.unmark(_work(status), actor=ALICE, now=NOW)
    assert not decision.changes
    assert not decision.effects
