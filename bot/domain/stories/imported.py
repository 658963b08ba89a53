"""A mail of before is brought in: kept, found and answered like any other, but nobody is told of it.

Its conversation is closed and has no card. It gets one when it wakes, by the next mail or by somebody who opens it;
what was brought in stands folded in it until somebody unfolds it (`!unfold`).
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import NOTHING, AddMail, Decision, SaveConversation
from bot.domain.happening import Happening, What
from bot.domain.inputs.imported import MailImported
from bot.domain.inputs.mail import FolderRole
from bot.domain.rules.old_mail import put_off, with_old
from bot.domain.rules.recording import added, opened_by, record_of
from bot.domain.rules.weight import is_marked_spam
from bot.domain.signing import row_of
from bot.domain.snapshots import MailSnapshot


def decide_imported(snapshot: MailSnapshot, input: MailImported, now: datetime) -> Decision:
    """Keep it, where it is not a copy of a mail that is known, or was here until its time to go had come."""
    if snapshot.copy_of is not None or snapshot.was_here:
        return NOTHING
    if snapshot.conversation is None:
        return _opens(snapshot, input, now)
    return _joins(snapshot, input, snapshot.conversation, now)


def _opens(snapshot: MailSnapshot, input: MailImported, now: datetime) -> Decision:
    mail, is_out = input.mail, input.mail.place.role is FolderRole.SENT
    # As old as it is: lists, figures and what is done with old conversations go by that.
    fresh = opened_by(snapshot, mail, min(mail.received_at, now))
    status = Status.SPAM if is_marked_spam(mail) else Status.CLOSED
    fresh = replace(fresh, status=status, status_before=Status.CLOSED, heard=0 if is_out else 1, folded=1)
    return Decision(
        (
            SaveConversation(fresh),
            _kept(snapshot, input, fresh, now),
            *put_off(snapshot.instance, (fresh.mailbox,), now),
        ),
        happened=(Happening(What.IMPORTED, fresh, None, now),),
    )


def _joins(snapshot: MailSnapshot, input: MailImported, before: Conversation, now: datetime) -> Decision:
    after = with_old(before, input.mail, snapshot.mailbox, now)
    is_ours = input.mail.place.role is FolderRole.SENT
    if is_ours and before.status is Status.SPAM and before.root is None:
        # A server marked it, and the team answered.
        after = replace(after, status=Status.CLOSED)
    return Decision(
        (
            SaveConversation(after),
            _kept(snapshot, input, after, now),
            *put_off(snapshot.instance, (snapshot.mailbox.id, after.mailbox), now),
        )
    )


def _kept(snapshot: MailSnapshot, input: MailImported, conversation: Conversation, now: datetime) -> AddMail:
    is_out = input.mail.place.role is FolderRole.SENT
    record = record_of(snapshot, input.mail, conversation, now, is_out=is_out)
    return added(replace(record, row=row_of(input.key), is_folded=True), conversation)
