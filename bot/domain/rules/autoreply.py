"""A mailbox answers by itself the mail that opens a conversation: who gets such an answer, and what it is (RFC 3834).

It is no answer of the team: no status, no figure, no assignee follows from it (`MailRecord.is_auto_answer`).
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.addresses import can_be_written_to, is_one_of, normal
from bot.domain.authenticity import verdict_of
from bot.domain.autoreply import MOST_AN_HOUR, Standing, is_office_time, kept
from bot.domain.conversation import Conversation, Direction, EventKind, MailRecord, OutState, Verdict
from bot.domain.decision import NOTHING, AddMail, Decision
from bot.domain.effects import Draft, Say, ShowState, SubmitMail
from bot.domain.happening import Happening, What
from bot.domain.house_changes import SetValue
from bot.domain.ids import BlobId, MailboxId, MessageRow
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.mail import Address, Mail, Nature
from bot.domain.matching import kept_references
from bot.domain.merged import AUTOREPLY
from bot.domain.participants import is_robot
from bot.domain.rules.beginning import first_work
from bot.domain.rules.draft import sender_address
from bot.domain.rules.forwarding import MARK
from bot.domain.rules.notified import is_from_own_mailbox, looks_notified
from bot.domain.rules.saved_replies import values_of
from bot.domain.rules.weight import is_marked_spam
from bot.domain.sentences import sentence
from bot.domain.signing import ascii_domain, row_of
from bot.domain.snapshots import MailSnapshot
from bot.domain.subjects import subject_by_itself
from bot.domain.times import zone
from bot.domain.variables import closed, filled_plainly

OLD: Final = timedelta(days=1)
"""A mail that came so long ago is answered by people alone: after an outage, nobody wants a hundred such answers."""
ONCE_IN: Final = timedelta(days=1)
FLOOD_IN: Final = timedelta(hours=1)
_PATH: Final = re.compile(r"<([^<>]*)>")
_SYSTEMS: Final = re.compile(
    # RFC 3834 2: those of mail systems and lists; `bounces+123=` and the like are paths that only programs read.
    r"mailer-daemon|postmaster|hostmaster|listserv|majordomo|bounces?(?:[-+=.].*)?|owner-.*|.*-(?:owner|request|bounces?)"
    r"|.*no.?reply.*|.*do.?not.?reply.*|.*ne.?pas.?repondre.*|msprvs1=.*"
)
_SUPPRESSED: Final = frozenset(("all", "oof", "autoreply"))


class Silent(StrEnum):
    """Why a mail gets no automatic answer."""

    OFF = "off"
    OFFICE = "office"
    ELSEWHERE = "elsewhere"
    """A rule of the house opens it in another room, or closes it; or it goes on from an older conversation."""
    OLD = "old"
    UNREAD = "unread"
    """Its words or its header are not known: too big, or a member passed it on."""
    AUTOMATIC = "automatic"
    SPAM = "spam"
    FORGED = "forged"
    OURS = "ours"
    NOT_TO_US = "not_to_us"
    NO_REPLY = "no_reply"
    NOBODY = "nobody"
    """There is no address that can be written to; the null sender is none (RFC 3834 2, RFC 5321 4.5.5)."""
    AGAIN = "again"
    FLOOD = "flood"
    LIMIT = "limit"


def auto_row(mailbox: MailboxId, mail: Mail, now: datetime) -> MessageRow:
    """The row of the automatic answer to the mail's sender: one a day, so that of two at a time one alone is kept."""
    sender = normal(mail.from_[0].address) if mail.from_ else ""
    return row_of(f"autoreply:{mailbox}:{sender}:{now:%Y-%m-%d}")


def goes_to(mail: Mail) -> str:
    """Return-Path, and From where the mailbox's server notes none (RFC 3834 4); empty: the null sender, or nobody."""
    path = next((value for name, value in mail.fields if name == "return-path"), None)
    if path is None:
        return mail.from_[0].address if mail.from_ else ""
    found = _PATH.search(path)
    return (found[1] if found is not None else path).strip()


def answered_by_itself(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    record: MailRecord,
    now: datetime,
) -> Decision:
    """The automatic answer to a mail that opened a conversation, if it gets one; a flood ends them."""
    why = why_silent(snapshot, input, now)
    if why is Silent.FLOOD:
        return _stopped(snapshot, now)
    return NOTHING if why is not None else _given(snapshot, input, conversation, record, now)


def why_silent(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Silent | None:
    """The reason for which the mail gets no automatic answer; None where it gets one."""
    return why_unasked(snapshot, input, now) or _too_often(snapshot, input.mail, now)


def why_unasked(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Silent | None:
    """The reasons that need no look at what was answered before, in the order of their cost."""
    mail, auto = input.mail, snapshot.mailbox.autoreply
    if not auto.is_on:
        return Silent.OFF
    if not isinstance(input, MailArrived) or not mail.fields or mail.passed_on is not None:
        return Silent.UNREAD
    if _is_old(snapshot, input, now):
        return Silent.OLD
    if snapshot.is_blocked or snapshot.ruled.is_spam or is_marked_spam(input):
        return Silent.SPAM
    if snapshot.opens_with is not None or snapshot.continues is not None or snapshot.ruled.is_closed:
        return Silent.ELSEWHERE
    is_automatic = _is_automatic(mail) or is_from_own_mailbox(mail, snapshot.instance)
    if input.place.role is not FolderRole.INBOX or is_automatic:
        return Silent.AUTOMATIC
    reason = _whom(snapshot, mail)
    if reason is not None:
        return reason
    if is_office_time(auto.hours, now.astimezone(zone(snapshot.instance.timezone))):
        return Silent.OFFICE
    return None


def _is_old(snapshot: MailSnapshot, input: MailArrived, now: datetime) -> bool:
    since = snapshot.mailbox.autoreply.since
    # A server's date of arrival has seconds only.
    is_before = since is not None and input.received_at < since.replace(microsecond=0)
    is_old = now - input.received_at >= OLD
    return input.is_backlog or input.is_late or snapshot.was_shown or is_old or is_before


def _is_automatic(mail: Mail) -> bool:
    """Whatever the project takes for a program's or a list's, and what asks for no such answer (RFC 3834 2, 5)."""
    if mail.is_auto_reply or mail.is_bulk or mail.is_bounce or mail.is_feedback_report or mail.invitation is not None:
        return True
    if mail.nature is not Nature.MESSAGE or mail.original_from or looks_notified(mail):
        return True
    for name, value in mail.fields:
        if name == MARK or name.startswith("list-") or name == "precedence":
            return True
        if name == "x-auto-response-suppress" and _SUPPRESSED & {one.strip() for one in value.lower().split(",")}:
            return True
    return False


def _whom(snapshot: MailSnapshot, mail: Mail) -> Silent | None:
    to, mailbox = goes_to(mail), snapshot.mailbox
    writers = [one.address for one in (*mail.from_, *mail.reply_to)]
    if any(snapshot.instance.is_ours(one) for one in (to, *writers)) or _is_signed(snapshot, mail):
        return Silent.OURS
    if not any(is_one_of(mailbox.own_addresses, one.address) for one in (*mail.to, *mail.cc)):
        # RFC 3834 2: an alias, a list or a blind copy brought it, to people of whom we know nothing.
        return Silent.NOT_TO_US
    if not mail.from_ or not to or not can_be_written_to(to):
        return Silent.NOBODY
    if any(_is_robot(one) for one in (to, *writers)):
        return Silent.NO_REPLY
    # What does not come from there is answered to somebody who never wrote.
    return Silent.FORGED if verdict_of(mail, mailbox) is Verdict.FAILED else None


def _is_signed(snapshot: MailSnapshot, mail: Mail) -> bool:
    return snapshot.signer.conversation_of(mail.message_id) is not None


def _is_robot(address: str) -> bool:
    return is_robot(address) or _SYSTEMS.fullmatch(normal(address).rpartition("@")[0]) is not None


def _too_often(snapshot: MailSnapshot, mail: Mail, now: datetime) -> Silent | None:
    """Once a day to each address (RFC 3834 2 asks for a limit), and to few an hour, however many write."""
    mailbox, to = snapshot.mailbox, normal(goes_to(mail))
    given = [one for one in snapshot.auto_answers if snapshot.signer.conversation_of(one.message_id) is not None]
    sender = normal(mail.from_[0].address)
    of_day = {normal(each.address) for one in given if now - one.date < ONCE_IN for each in one.to}
    if snapshot.auto_answered or of_day & {to, sender} or _is_answered_by_twin(snapshot):
        return Silent.AGAIN
    since = max(now - FLOOD_IN, mailbox.autoreply.since or now - FLOOD_IN)
    if sum(one.date >= since for one in given) >= MOST_AN_HOUR:
        return Silent.FLOOD
    if snapshot.sent_last_hour >= mailbox.hourly_limit or snapshot.sent_last_day >= mailbox.daily_limit:
        return Silent.LIMIT
    return None


def _is_answered_by_twin(snapshot: MailSnapshot) -> bool:
    """Whether another mailbox of the room has the same mail, and answers by itself."""
    other = snapshot.instance.mailbox(snapshot.twin.came_to) if snapshot.twin is not None else None
    return other is not None and other.autoreply.is_on


def _stopped(snapshot: MailSnapshot, now: datetime) -> Decision:
    """It is off until somebody switches it on again: those who run the mailbox are told, once."""
    mailbox, instance = snapshot.mailbox, snapshot.instance
    auto = replace(mailbox.autoreply, standing=Standing.STOPPED, since=now)
    told = sentence("autoreply.flood", address=mailbox.address, count=MOST_AN_HOUR)
    rooms = dict.fromkeys((mailbox.room, instance.told_in(mailbox)))
    says = tuple(Say(room, (told,), EventKind.NOTICE, in_thread=False) for room in rooms)
    return Decision((SetValue(mailbox.id, AUTOREPLY, kept(auto), instance.bot),), says)


def _given(
    snapshot: MailSnapshot,
    input: MailArrived | MailUnreadable,
    conversation: Conversation,
    answered: MailRecord,
    now: datetime,
) -> Decision:
    mailbox, mail = snapshot.mailbox, input.mail
    to, row = goes_to(mail), auto_row(mailbox.id, mail, now)
    writer = mail.from_[0]
    named = answered.message_id
    domain = ascii_domain(mailbox.address)
    values = values_of(conversation, mailbox)
    record = MailRecord(
        row=row,
        conversation=conversation.id,
        mailbox=mailbox.id,
        direction=Direction.OUT,
        message_id=snapshot.signer.message_id(conversation=conversation.id, token=f"{row:012x}", domain=domain),
        # RFC 3834 3.1.6, 3.1.5.
        in_reply_to=(named,) if named else (),
        references=kept_references((*answered.references, named)) if named else (),
        from_=(sender_address(first_work(conversation, mailbox, None), answered),),
        reply_to=(),
        to=(Address(writer.name if normal(writer.address) == normal(to) else "", to),),
        cc=(),
        subject=subject_by_itself(conversation.subject),
        date=now,
        # Its words are the mailbox's own, and stand in no search.
        text="",
        raw=BlobId(""),
        state=OutState.QUEUED,
        recipients=(to,),
        is_automatic=True,
    )
    draft = Draft(
        record,
        closed(mailbox.autoreply.text, values),
        record.from_[0],
        (),
        closed(mailbox.signature, values),
        filled_plainly(mailbox.from_name, {**values, "me": ""}),
        is_answer=False,
    )
    happened = Happening(What.AUTOREPLIED, conversation, None, now, to)
    return Decision((AddMail(record),), (SubmitMail(draft, 0), ShowState(conversation, record)), (happened,))
