"""Mails that come back for our mails to members: never a conversation, and never told of by another mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.domain.addresses import is_one_of, normal, tag_in
from bot.domain.conversation import Conversation
from bot.domain.decision import NOTHING, Decision
from bot.domain.ids import ConversationId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.mail import Address, Bounce, Mail, Nature
from bot.domain.marks import ABOVE, NUMBER
from bot.domain.matching import ids_to_look_up
from bot.domain.own_addresses import OwnAddress
from bot.domain.rules.answer_words import answer_words, is_nothing_above
from bot.domain.rules.codes import brought, follows_another, is_person_s_answer
from bot.domain.rules.mailing_members import arrived, came_back, code_came_back
from bot.domain.rules.own_words import Own, own_words
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.signing import Notified, Signer, has_form_of_notification, has_form_of_tag
from bot.domain.snapshots import MailSnapshot

_PROGRAMS: Final = frozenset("x-auto-response-suppress x-loop".split())
"""Fields that programs write into their own mails."""
_LISTS: Final = frozenset("list-id list-post mailing-list x-beenthere x-mailman-version".split())
"""Fields that lists write into what they pass on to their members (RFC 2919, RFC 2369)."""
_SUBJECT: Final = 40
"""Letters of a subject that are compared: servers cut long ones."""


def notified(mail: Mail, signer: Signer, instance: Instance) -> Notified | None:
    """The newest mail to a member that this one answers, or brings back, by its ids, else by the address that it goes
    to; None where it names none."""
    found = [one for id in ids_to_look_up(mail) if (one := signer.notification_of(id)) is not None]
    # A server may have given our mail an id of its own.
    if all(one.is_of_thread for one in found) and (tag := tag_of_answer(mail, instance)):
        people = dict.fromkeys(one.person for one in instance.addresses)
        one = signer.notification_by_tag(tag, people)
        found += [one] if one is not None and f"[#{one.conversation}]" in mail.subject else []
    return max(found, key=lambda one: one.at, default=None)


def tag_of_answer(mail: Mail, instance: Instance) -> str:
    """What has the form of an answer's mark in the address that a mail goes to; empty: there is none.

    Address books keep such an address. So it tells something only of a mail to it alone, with a number in its subject
    as our mails to members have: all else is a new mail to the team.
    """
    if len(mail.to) != 1 or mail.cc or not NUMBER.search(mail.subject):
        return ""
    tag = tag_in(mail.to[0].address)
    return tag if has_form_of_tag(tag) and instance.is_ours(mail.to[0].address) else ""


def has_mark(text: str) -> bool:
    """Whether the mark of our mails to members has a line to itself, quoted or not."""
    return ABOVE in text and any(map(_is_mark, text.split("\n")))


def _is_mark(line: str) -> bool:
    before, mark, behind = line.partition(ABOVE)
    return bool(mark) and not behind.strip() and not before.replace(">", "").strip()


def looks_notified(mail: Mail) -> bool:
    """Whether it is what a bot of our kind mails to its members, or answers that, as far as relays leave of it: an id
    of that form, of its own or above it in the thread, or the mark on top of its words.

    Two bots whose members have the other's mailbox as an own address would write to each other for ever.
    """
    ids = (mail.message_id, *ids_to_look_up(mail))
    return any(has_form_of_notification(id) for id in ids) or _is_bare(mail)


def is_echo(mail: Mail, instance: Instance, named: Conversation | None) -> bool:
    """Whether it tells of a mail to a member, whoever sent it: what stands behind the mailbox of one (a ticket system)
    answers such mails by new ones, from an address that nobody registered.

    Args:
        named: the conversation of `number_in` its subject.
    """
    is_tagged = (has_form_of_tag(tag_in(one.address)) and instance.is_ours(one.address) for one in (*mail.to, *mail.cc))
    if ABOVE in mail.text or any(is_tagged):
        return True
    return named is not None and _has_subject_of(mail, named)


def number_in(subject: str) -> ConversationId | None:
    """The conversation whose number stands in a subject as in those of our mails to members."""
    found = NUMBER.search(subject)
    return ConversationId(int(found[1])) if found is not None else None


def _has_subject_of(mail: Mail, named: Conversation) -> bool:
    _, _, behind = mail.subject.partition(f"[#{named.id}]")
    ours, theirs = (" ".join(one.split()).casefold() for one in (named.subject, behind))
    return theirs.startswith(ours[:_SUBJECT]) if ours else not theirs


def is_from_own_address(writers: Iterable[Address], instance: Instance) -> bool:
    """Whether a mail from outside names an own address of any member, or a sub-address of one, as its writer's; whether
    that is proven is not asked.

    It is mailed to no member: their mailbox may answer each mail by a new one, or pass it on, without a word that says
    so, and would do so again, at the same bot for ever.
    """
    own = {one.address for one in instance.addresses if one.is_confirmed}
    return bool(own) and any(is_one_of(own, one.address) for one in writers)


def is_from_own_mailbox(mail: Mail, instance: Instance) -> bool:
    """Whether a member's own address passes on what was mailed there: by a filter, then, or by hand."""
    return _author_is_member(mail, instance) and has_mark(mail.text)


def says_nothing_new(mail: Mail, instance: Instance) -> bool:
    """Whether nobody wrote a word above what a member's own address passes on: it stands in a thread already."""
    return is_from_own_mailbox(mail, instance) and _is_bare(mail)


def _author_is_member(mail: Mail, instance: Instance) -> bool:
    return len(mail.from_) == 1 and instance.owner_of(mail.from_[0].address) is not None


def _is_bare(mail: Mail) -> bool:
    """Whether nobody's own words stand above the mark: at most a head, as of what is passed on, and a signature."""
    return has_mark(mail.text) and is_nothing_above(mail)


def is_by_a_program(mail: Mail) -> bool:
    """Whether nobody wrote it: a bounce, a report, a receipt, a reaction, an absence note, a list's."""
    is_report = mail.is_bounce or mail.is_feedback_report or mail.nature is not Nature.MESSAGE
    return is_report or mail.is_auto_reply or mail.is_bulk


def is_bulk_alone(mail: Mail, mailbox: MailboxSettings) -> bool:
    """Whether somebody wrote what a provider or a relay sends with the headers of bulk mail, above the mark or, where
    that is not in it, anywhere; and nothing else says that a program did."""
    # A list that is the mailbox's own address, and a rule that passes mails on to it, write it into everybody's.
    marks = [value for name, value in mail.fields if name in _PROGRAMS and not names_one(value, mailbox.own_addresses)]
    is_program_s = bool(marks) or has_no_sender(mail)
    return mail.may_be_person_s and not is_program_s and not _is_of_list(mail, mailbox) and _is_written(mail)


def _is_of_list(mail: Mail, mailbox: MailboxSettings) -> bool:
    """Whether another list passes it on than one that is the mailbox's own address: to that everybody writes."""
    found = [value.casefold() for name, value in mail.fields if name in _LISTS]
    own = {form for one in mailbox.own_addresses for form in (one, one.replace("@", "."))}
    return bool(found) and not any(one in value for value in found for one in own)


def _is_written(mail: Mail) -> bool:
    if has_mark(mail.text) and not is_nothing_above(mail):
        return True
    return own_words(answer_words(mail).text, mail.from_) is not Own.NONE


def names_one(value: str, own: Iterable[str]) -> bool:
    """Whether a field of a program names one of these addresses."""
    return any(one in value.casefold() for one in own)


def has_no_sender(mail: Mail) -> bool:
    """A null envelope sender (RFC 5321 4.5.5)."""
    return any(name == "return-path" and value.strip() == "<>" for name, value in mail.fields)


def notification_back(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision | None:
    """What comes of a mail to a member that came back, or that a program answered; None: it is any other mail."""
    mail, signer, instance = input.mail, snapshot.signer, snapshot.instance
    is_in_our_name = len(mail.from_) == 1 and instance.is_ours(mail.from_[0].address)
    if is_in_our_name and signer.notification_of(mail.message_id) is not None:
        # Itself: the provider files what is sent, or the member's address leads back to us.
        return NOTHING
    told = notified(mail, signer, instance)
    if (
        told is None
        or input.place.role is FolderRole.SENT
        or not is_by_a_program(mail)
        or is_bulk_alone(mail, snapshot.mailbox)
    ):
        return None
    if not told.conversation and (is_person_s_answer(mail) or follows_another(mail, signer)):
        return None
    if mail.bounce is None and len(mail.from_) == 1:
        # An absence note names the id, which nobody knows who did not get the mail.
        return arrived(instance, told.person, normal(mail.from_[0].address))
    if mail.bounce is None or not mail.is_bounce or not mail.bounce.permanent:
        return NOTHING
    lost = _lost(mail.bounce, told, instance, signer)
    if lost is None:
        return NOTHING
    if told.conversation:
        return came_back(instance, snapshot.mailbox.id, lost, now, told)
    return code_came_back(instance, snapshot.mailbox.id, lost, now) if brought(told, lost, signer) else NOTHING


def _lost(bounce: Bounce, told: Notified, instance: Instance, signer: Signer) -> OwnAddress | None:
    """The address of theirs to which the mail went that came back: not the one that they use by now, nor another that a
    provider names which leads it on. Of a mail of before, whose id does not say it, that which the bounce names, else
    the one that is used."""
    theirs = [one for one in instance.addresses if one.person == told.person and (one.is_used or one.source)]
    if told.home:
        return next((one for one in theirs if signer.is_home(told.home, one.address)), None)
    named = {normal(one) for one in bounce.named}
    used = next(iter(instance.addresses_of(told.person)), None) if told.conversation else None
    first = next((one for one in theirs if one.address == used), theirs[0] if len(theirs) == 1 else None)
    return next((one for one in theirs if one.address in named), first)
