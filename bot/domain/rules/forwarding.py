"""A rule of the house passes the mail that opens a conversation on to a colleague, in a conversation of its own.

No loop can come of it: whatever a program sent, came by a list, is ours, or was passed on so before stays here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.addresses import can_be_written_to, normal
from bot.domain.conversation import Conversation, Direction, EventKind, MailRecord, OutState, Status
from bot.domain.decision import NOTHING, AddMail, Decision, SaveConversation
from bot.domain.effects import Say, ShowState
from bot.domain.grants import Right
from bot.domain.happening import Happening, Heard, What
from bot.domain.house_rules import Fitting
from bot.domain.ids import BlobId, ConversationId, MailboxId, UserId
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.mail import Address, Nature
from bot.domain.rights import has
from bot.domain.rules.beginning import files_of, first_work, fresh
from bot.domain.rules.draft import sender_address
from bot.domain.rules.enclosing import too_much
from bot.domain.rules.scheduling import goes_on
from bot.domain.rules.whole import is_cut
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.signing import ascii_domain, row_of
from bot.domain.snapshots import MailSnapshot
from bot.domain.subjects import subject_of_forward
from bot.domain.work import Work

MARK: Final = "x-loop"
"""The header field that every mail of a rule bears beside Auto-Submitted, for servers that drop that one."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """The mail that a rule looks at, as the decision has it."""

    snapshot: MailSnapshot
    input: MailArrived | MailUnreadable
    conversation: Conversation
    record: MailRecord
    now: datetime


def may_pass_on(instance: Instance, by: UserId, mailbox: MailboxId, *, is_in: bool) -> bool:
    """Whether rules of this person still pass mail on: as their own mails, these end with their rights.

    Args:
        is_in: they are in the mailbox's room.
    """
    is_there = is_in or by in instance.admins
    return is_there and all(has(instance, right, by, mailbox) for right in (Right.EDIT, Right.SEND))


def passed_on(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    record: MailRecord,
    now: datetime,
) -> Decision:
    """What the rules that fit pass on; where one does not, its thread says why."""
    opening, decision, sent = _Opening(snapshot, input, conversation, record, now), NOTHING, 0
    for rule in snapshot.ruled.forwards:
        why = _stays(opening, rule, sent)
        if why:
            told = sentence(why, number=rule.number, address=rule.reads.forward)
            decision += Decision((), (Say(conversation.room, (told,), EventKind.NOTICE, conversation.id),))
            continue
        sent += 1
        decision += _sent(opening, rule, ConversationId(conversation.id + sent))
    return decision


def _stays(opening: _Opening, rule: Fitting, sent: int) -> str:
    """Why the mail stays here, as the key of a sentence; empty where it may go."""
    snapshot, input, to = opening.snapshot, opening.input, normal(rule.reads.forward)
    mail, mailbox = input.mail, snapshot.mailbox
    writers = [one.address for one in (*mail.from_, *mail.reply_to, *mail.original_from)]
    if snapshot.opens_with is not None:
        # Its own conversation would stand in the room that the mail is kept out of.
        return "rule.stays_elsewhere"
    if rule.by in snapshot.makers_out:
        return "rule.stays_maker"
    if to in snapshot.left:
        return "rule.stays_left"
    if not isinstance(input, MailArrived):
        return "rule.stays_unread"
    if input.is_backlog or input.is_late or snapshot.was_shown:
        return "rule.stays_old"
    if mail.is_auto_reply or mail.is_bulk or mail.is_bounce or mail.is_feedback_report:
        return "rule.stays_automatic"
    if mail.nature is not Nature.MESSAGE or any(name == MARK for name, _ in mail.fields):
        return "rule.stays_automatic"
    if any(snapshot.instance.is_ours(one) for one in writers) or snapshot.instance.is_ours(to):
        return "rule.stays_ours"
    if to in map(normal, writers) or to in snapshot.passed_by_twin or not can_be_written_to(to):
        return "rule.stays_theirs"
    if is_cut(opening.record) or too_much(files_of(opening.record), mailbox) is not None:
        return "rule.stays_heavy"
    if snapshot.sent_last_hour + sent >= mailbox.hourly_limit or snapshot.sent_last_day + sent >= mailbox.daily_limit:
        return "rule.stays_limit"
    return ""


def _sent(opening: _Opening, rule: Fitting, number: ConversationId) -> Decision:
    """The mail in its own conversation, which is closed: it is to do here, and answers come there."""
    about, now, mailbox = opening.conversation, opening.now, opening.snapshot.mailbox
    to = Address("", rule.reads.forward)
    subject = subject_of_forward(opening.record.subject)
    conversation = replace(fresh(number, mailbox, subject, to, now), status=Status.CLOSED)
    work = first_work(conversation, mailbox, opening.record)
    record = _record(opening, rule, work)
    heard = Heard(record.message_id, to, "", wakes=False, is_backlog=False)
    there = sentence("rule.passed_on", number=rule.number, address=to.address, link=f"#{number}")
    here = sentence("rule.passed_here", number=rule.number, link=f"#{about.id}")
    effects = (
        ShowState(conversation, record, seconds=mailbox.undo_seconds),
        Say(conversation.room, (here,), EventKind.NOTICE, number),
        Say(about.room, (there,), EventKind.NOTICE, about.id),
    )
    happened = (
        Happening(What.BEGUN_BY_RULE, conversation, None, now, f"#{about.id}", mail=heard),
        Happening(What.PASSED_ON, about, None, now, f"{to.address} (#{number})"),
    )
    return Decision((SaveConversation(conversation), AddMail(record)), effects, happened) + goes_on(work, record)


def _record(opening: _Opening, rule: Fitting, work: Work) -> MailRecord:
    conversation, mailbox, now = work.conversation, work.mailbox, opening.now
    # The same for the same mail, however often it is decided.
    row = row_of(f"{opening.input.key}:rule:{normal(rule.reads.forward)}")
    domain = ascii_domain(mailbox.address)
    archive = (mailbox.auto_bcc,) if mailbox.auto_bcc else ()
    return MailRecord(
        row=row,
        conversation=conversation.id,
        mailbox=mailbox.id,
        direction=Direction.OUT,
        message_id=opening.snapshot.signer.message_id(conversation=conversation.id, token=f"{row:012x}", domain=domain),
        in_reply_to=(),
        references=(),
        from_=(sender_address(work, opening.record),),
        reply_to=(),
        to=(conversation.correspondent,),
        cc=(),
        subject=conversation.subject,
        date=now,
        text="",
        raw=BlobId(""),
        author=rule.by,
        state=OutState.UNAPPROVED if mailbox.approval else OutState.QUEUED,
        recipients=tuple(dict.fromkeys((conversation.correspondent.address, *archive))),
        files=work.enclosed,
        quotes=(opening.record.row,),
        is_automatic=True,
    )
