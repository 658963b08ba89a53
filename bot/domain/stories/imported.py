"""A mail of before is brought in: kept, found and answered like any other, but nobody is told of it.

Its conversation is closed and has no card. It gets one when it wakes, by the next mail or by somebody who opens it;
what was brought in stands folded in it until somebody unfolds it (`!unfold`).
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.authenticity import is_worse, verdict_of
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import NOTHING, AddMail, Decision, SaveConversation
from bot.domain.first_words import first_words
from bot.domain.happening import Happening, What
from bot.domain.inputs.imported import MailImported
from bot.domain.inputs.mail import FolderRole
from bot.domain.participants import correspondent_of, with_incoming, with_named
from bot.domain.rules.recording import added, opened_by, record_of, with_name
from bot.domain.rules.weight import is_marked_spam, is_message
from bot.domain.signing import row_of
from bot.domain.snapshots import MailSnapshot


def decide_imported(snapshot: MailSnapshot, input: MailImported, now: datetime) -> Decision:
    """Keep it, where it is not a copy of a mail that is known."""
    if snapshot.copy_of is not None:
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
        (SaveConversation(fresh), _kept(snapshot, input, fresh, now)),
        happened=(Happening(What.IMPORTED, fresh, None, now),),
    )


def _joins(snapshot: MailSnapshot, input: MailImported, before: Conversation, now: datetime) -> Decision:
    """Whatever its status is and whoever works in it, it stays as it is, but for who takes part and what is newest."""
    arrived, mail, own = input.mail, input.mail.mail, snapshot.mailbox.own_addresses
    at = min(arrived.received_at, now)
    after = replace(before, mails=before.mails + 1, folded=before.folded + 1, created_at=min(before.created_at, at))
    if arrived.place.role is FolderRole.SENT:
        after = replace(after, participants=with_named(before.participants, (*mail.to, *mail.cc), own))
    elif is_message(mail) and not is_worse(verdict_of(mail, snapshot.mailbox), before.verdict):
        after = replace(after, participants=with_incoming(before.participants, mail, own))
    if not after.correspondent.address:
        asks = correspondent_of(mail, own, is_automatic=mail.is_auto_reply, is_list=mail.is_bulk)
        after = replace(after, correspondent=asks)
    after = replace(after, correspondent=with_name(after.correspondent, mail.from_))
    if at >= before.changed_at:
        after = replace(after, changed_at=at)
        if is_message(mail) and arrived.place.role is not FolderRole.SENT:
            after = replace(after, words=first_words(mail))
    return Decision((SaveConversation(after), _kept(snapshot, input, after, now)))


def _kept(snapshot: MailSnapshot, input: MailImported, conversation: Conversation, now: datetime) -> AddMail:
    is_out = input.mail.place.role is FolderRole.SENT
    record = record_of(snapshot, input.mail, conversation, now, is_out=is_out)
    return added(replace(record, row=row_of(input.key), is_folded=True), conversation)
