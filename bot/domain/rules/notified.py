"""Mails that come back for our mails to members: never a conversation, and never told of by another mail."""

from datetime import datetime
from typing import Final

from bot.domain.addresses import normal, tag_in
from bot.domain.decision import NOTHING, Decision
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.mail import Mail, Nature
from bot.domain.marks import ABOVE
from bot.domain.matching import ids_to_look_up
from bot.domain.rules.mailing_members import arrived, came_back
from bot.domain.settings import Instance
from bot.domain.signing import Notified, Signer, has_form_of_notification, has_form_of_tag
from bot.domain.snapshots import MailSnapshot

_MOST_TO: Final = 20
"""Addresses of a mail that are looked at."""


def notified(mail: Mail, signer: Signer, instance: Instance) -> Notified | None:
    """The newest mail to a member that this one answers, or brings back, by its ids, else by the address that it goes
    to; None where it names none."""
    found = [one for id in ids_to_look_up(mail) if (one := signer.notification_of(id)) is not None]
    if not found and (tags := tags_in(mail, instance)):
        people = dict.fromkeys(one.person for one in instance.addresses)
        found = [one for tag in tags if (one := signer.notification_by_tag(tag, people)) is not None]
    return max(found, key=lambda one: one.at, default=None)


def tags_in(mail: Mail, instance: Instance) -> tuple[str, ...]:
    """What has the form of an answer's mark in the addresses of ours that a mail goes to."""
    to = (one.address for one in (*mail.to, *mail.cc)[:_MOST_TO])
    return tuple(tag for one in to if has_form_of_tag(tag := tag_in(one)) and instance.is_ours(one))


def looks_notified(mail: Mail) -> bool:
    """Whether it is what a bot of our kind mails to its members, or answers that, as far as relays leave of it: an id
    of that form, of its own or above it in the thread, or the mark on top of its words.

    Two bots whose members have the other's mailbox as an own address would write to each other for ever.
    """
    ids = (mail.message_id, *ids_to_look_up(mail))
    return any(has_form_of_notification(id) for id in ids) or mail.text.lstrip().startswith(ABOVE)


def is_by_a_program(mail: Mail) -> bool:
    """Whether nobody wrote it: a bounce, a report, a receipt, a reaction, an absence note, a list's."""
    is_report = mail.is_bounce or mail.is_feedback_report or mail.nature is not Nature.MESSAGE
    return is_report or mail.is_auto_reply or mail.is_bulk


def notification_back(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, now: datetime) -> Decision | None:
    """What comes of a mail to a member that came back, or that a program answered; None: it is any other mail."""
    mail, signer, instance = input.mail, snapshot.signer, snapshot.instance
    is_in_our_name = len(mail.from_) == 1 and instance.is_ours(mail.from_[0].address)
    if is_in_our_name and signer.notification_of(mail.message_id) is not None:
        # Itself: the provider files what is sent, or the member's address leads back to us.
        return NOTHING
    told = notified(mail, signer, instance)
    if told is None or input.place.role is FolderRole.SENT or not is_by_a_program(mail):
        return None
    if mail.bounce is None and len(mail.from_) == 1:
        # An absence note names the id, which nobody knows who did not get the mail.
        return arrived(instance, told.person, normal(mail.from_[0].address))
    if mail.bounce is None or not mail.is_bounce or not mail.bounce.permanent:
        return NOTHING
    named = {normal(one) for one in mail.bounce.named}
    theirs = [one.address for one in instance.addresses if one.person == told.person and (one.is_used or one.source)]
    # A provider that leads the address on to another names that one: it was written to the first that is used.
    first = next(iter(instance.addresses_of(told.person)), None) if told.conversation else None
    lost = next((one for one in theirs if one in named), first or (theirs[0] if len(theirs) == 1 else None))
    return came_back(instance, snapshot.mailbox.id, told.person, lost) if lost is not None else NOTHING
