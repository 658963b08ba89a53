"""Whether a mail that names one of our notifications is the answer of the member to whom that was written.

Nobody else's words ever leave under the address of the mailbox: the id of the notification, the sender's verified
address, and the proof of the mailbox's own server have to name the same person, who may still write there.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.addresses import is_one_of, normal
from bot.domain.authenticity import is_proven, only_author
from bot.domain.conversation import Status
from bot.domain.ids import UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.mail import Mail
from bot.domain.mailed import GOOD_FOR, Claim
from bot.domain.notices import OF_SEVERAL
from bot.domain.rules.answer_subject import is_of_an_answer
from bot.domain.rules.codes import is_person_s_answer
from bot.domain.rules.notified import has_no_sender, is_bulk_alone, is_by_a_program, names_one
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Notified
from bot.domain.subjects import is_passed_on

_LATE: Final = timedelta(days=3)
"""A mail that is read so long after it came is from a folder that was put back, or from a first start."""
_OF_A_RULE: Final = frozenset(("x-ms-exchange-inbox-rules-loop", "x-loop"))
"""What Exchange and procmail write into the answers of a rule, which have nothing else that says so."""
_PIECES: Final = re.compile(r"[^:\uff1a]{1,60}[:\uff1a]")


@dataclass(frozen=True, slots=True)
class Goes:
    """The mail is the person's word."""

    ticket: Notified


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing leaves; it is told in the room, with the words."""

    why: Sentence
    may_send: bool
    """The words are the person's own, and they may send them from the thread."""


@dataclass(frozen=True, slots=True)
class Swallowed:
    """A program answered the notification, or the mail was decided before: nothing comes of it, and nothing is told."""


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A mail like any other, with a note before it where the team should know what it answers."""

    note: Sentence | None = None


@dataclass(frozen=True, slots=True)
class OfCode:
    """It answers the mail that brought a code, from where that went, and says nothing: the code is typed in Matrix."""

    person: UserId


Judged = Goes | Refused | Swallowed | OfCode | Ordinary


def judged(input: MailArrived | MailUnreadable, claim: Claim, mailbox: MailboxSettings, now: datetime) -> Judged:
    """What becomes of the mail; `mailbox` is the one that it came to, whose server is asked about its sender."""
    mail, ticket = input.mail, claim.ticket
    if ticket is not None and not ticket.conversation:
        return _of_code(mail, claim)
    if ticket is not None and _is_by_a_program(mail, ticket, claim, mailbox):
        return Swallowed()
    if claim.is_known:
        return Swallowed()
    if claim.owner is None and claim.is_noted:
        return Ordinary()
    if claim.owner is None and ticket is not None and ticket.conversation == OF_SEVERAL:
        return Ordinary(sentence("mailed.stranger_of_several"))
    if claim.owner is None:
        # Whoever was passed the notification on, or got it by mistake: their words are for the team alone.
        return Ordinary(sentence("mailed.stranger", number=ticket.conversation) if ticket is not None else None)
    if not only_author(mail):
        return Refused(sentence("mailed.sender_unclear"), may_send=False)
    if not (mailbox.answer_unproven or is_proven(mail, mailbox)):
        return Refused(_unproven(mail, mailbox), may_send=False)
    if ticket is None:
        return Refused(sentence("mailed.forged"), may_send=False)
    if ticket.conversation == OF_SEVERAL:
        return Refused(sentence("mailed.of_several"), may_send=False)
    if claim.conversation is None or claim.mailbox is None:
        return Refused(sentence("mailed.gone", number=ticket.conversation), may_send=False)
    own = claim.mailbox
    if own.id != mailbox.id and not (own.answer_unproven or is_proven(mail, own)):
        # What one mailbox waives, or whom it trusts, opens no other one.
        return Refused(_unproven(mail, own), may_send=False)
    if not claim.is_joined:
        return Refused(sentence("mailed.left"), may_send=False)
    if claim.conversation.status is Status.DELETED:
        return Refused(sentence("mailed.deleted", number=claim.conversation.id), may_send=False)
    why = _cannot_go(input, claim, ticket, mailbox, now)
    if why is None and is_by_a_program(mail):
        why = sentence("mailed.bulk")
    return Goes(ticket) if why is None else Refused(why, may_send=isinstance(input, MailArrived))


def _of_code(mail: Mail, claim: Claim) -> Judged:
    """An answer to a mail with a code. Whoever's address that went to, their words are for the team: somebody else may
    have asked for the code."""
    is_program_s = is_by_a_program(mail) and not is_person_s_answer(mail)
    if is_program_s or has_no_sender(mail) or claim.is_known:
        return Swallowed()
    if claim.owner is not None:
        return OfCode(claim.owner)
    return Ordinary(sentence("mailed.of_code", who=claim.asked_by) if claim.asked_by is not None else None)


def _cannot_go(
    input: MailArrived | MailUnreadable, claim: Claim, ticket: Notified, mailbox: MailboxSettings, now: datetime
) -> Sentence | None:
    """Why words that are the person's own do not go on by themselves."""
    if claim.owner != ticket.person:
        return sentence("mailed.colleague", who=ticket.person)
    if not mailbox.answer_by_mail or (claim.mailbox is not None and not claim.mailbox.answer_by_mail):
        return sentence("mailed.off")
    if now - ticket.at > GOOD_FOR:
        return sentence("mailed.no_id") if ticket.is_of_thread else sentence("mailed.expired", days=GOOD_FOR.days)
    if not isinstance(input, MailArrived):
        return sentence("mailed.unreadable")
    if _is_forward(input.mail.subject) or not _is_to_us(input.mail, claim, mailbox):
        # Clients name the notification in a forward as well, and the shared address in a copy to a colleague.
        return sentence("mailed.to_others")
    if theirs := _have_it(input.mail, claim):
        return sentence("mailed.to_them", who=", ".join(theirs))
    if not is_of_an_answer(input.mail.subject, ticket.conversation):
        return sentence("mailed.other_subject")
    if _may_be_automatic(input.mail, {*mailbox.own_addresses, *_own_of(claim)}):
        return sentence("mailed.absence")
    if input.place.role is not FolderRole.INBOX or input.mail.is_marked_spam:
        return sentence("mailed.junk")
    if input.is_backlog or input.is_late or now - input.received_at > _LATE:
        return sentence("mailed.late")
    return None


def _is_by_a_program(mail: Mail, ticket: Notified, claim: Claim, mailbox: MailboxSettings) -> bool:
    """Whether nobody wrote it. Headers of bulk mail say that of everybody but the proven owner of the address."""
    if has_no_sender(mail):
        return True
    is_owner_s = claim.owner is not None and is_proven(mail, mailbox)
    is_person_s = is_owner_s and is_bulk_alone(mail, mailbox) and is_of_an_answer(mail.subject, ticket.conversation)
    return is_by_a_program(mail) and not is_person_s


def _may_be_automatic(mail: Mail, own: Collection[str]) -> bool:
    """Whether its headers have what programs write into their own mails, and some servers into everybody's (MS-OXCMAIL
    2.2.3.2.14), or what the rule of somebody's mailbox leaves there: it answers, or passes on. What a rule of ours
    passed on to us is somebody's."""
    return any(
        (name == "x-auto-response-suppress" and value.strip())
        or (name in _OF_A_RULE and value.strip() and not names_one(value, own))
        for name, value in mail.fields
    )


def _is_to_us(mail: Mail, claim: Claim, mailbox: MailboxSettings) -> bool:
    """Whether it is written to the mailbox, and to nobody outside of the conversation; a blind copy says nothing."""
    own = {*mailbox.own_addresses, *_own_of(claim)}
    known = {*_outside(claim), *(normal(one.address) for one in mail.from_)}
    theirs = [one.address for one in (*mail.to, *mail.cc) if not is_one_of(own, one.address)]
    is_here = not mail.to or any(is_one_of(own, one.address) for one in mail.to)
    return is_here and all(normal(one) in known for one in theirs)


def _own_of(claim: Claim) -> Collection[str]:
    return claim.mailbox.own_addresses if claim.mailbox is not None else ()


def _have_it(mail: Mail, claim: Claim) -> tuple[str, ...]:
    """Those who may get the answer and have this mail already, from the writer."""
    outside = _outside(claim) - {normal(one.address) for one in mail.from_}
    return tuple(one.address for one in (*mail.to, *mail.cc) if normal(one.address) in outside)


def _outside(claim: Claim) -> set[str]:
    about = claim.conversation
    return {normal(about.correspondent.address), *about.participants} if about is not None else set()


def _is_forward(subject: str) -> bool:
    """Whether one of the marks before the subject is that of a forward."""
    before = subject.partition("[#")[0]
    return is_passed_on(subject) or any(is_passed_on(one) for one in _PIECES.findall(before))


def _unproven(mail: Mail, mailbox: MailboxSettings) -> Sentence:
    """What is wrong with the proof: an operator who never named their server is told its name."""
    said = mail.authentication[0].server if mail.authentication else ""
    if mailbox.trusted_authserv or not said:
        return sentence("mailed.unproven")
    return sentence("mailed.no_server", server=said[:120])
