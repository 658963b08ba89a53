"""The weight of a mail: whether it wakes its conversation, whether anybody has to see it, what it proves."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.addresses import is_one_of, normal
from bot.domain.conversation import Conversation, Direction, MailRecord, OutState, Status
from bot.domain.inputs.mail import FolderRole, MailArrived, MailPlace, MailUnreadable
from bot.domain.mail import Bounce, Mail, Nature
from bot.domain.participants import is_in_our_name
from bot.domain.retention import lies_in_junk
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Signer

CAN_COME_BACK = (OutState.SENT, OutState.PARTLY, OutState.RETRYING, OutState.UNKNOWN)
"""States of a mail of ours that a bounce can be about; a second bounce of the same mail tells nothing new."""


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of one mail: one of `is_message`, `is_failure` and `is_spam` at most; with none, a quiet line."""

    is_message: bool
    """Words for somebody to read: it wakes its conversation and can be answered."""
    is_failure: bool
    """A mail of ours did not arrive, and the bounce proves that it knows which."""
    is_spam: bool
    """The server calls the mail spam: it rings nobody and changes nothing."""

    @property
    def wakes(self) -> bool:
        return self.is_message or self.is_failure


def weigh(
    input: MailArrived | MailUnreadable, *, bounced: MailRecord | None, signer: Signer, blind: str = ""
) -> Weight:
    """The weight of a mail that joins a conversation.

    Args:
        bounced: our mail that it names, if it is a bounce.
        blind: who gets a blind copy of each mail of ours.
    """
    mail = input.mail
    if is_marked_spam(input):
        return Weight(is_message=False, is_failure=False, is_spam=True)
    is_failure = mail.bounce is not None and mail.is_bounce and proves_failure(mail.bounce, bounced, signer, blind)
    return Weight(is_message=is_message(mail), is_failure=is_failure, is_spam=False)


def is_marked_spam(input: MailArrived | MailUnreadable) -> bool:
    """Whether the mailbox's server took the mail for spam: by its folder or by a mark in the headers."""
    return input.place.role is FolderRole.JUNK or input.mail.is_marked_spam


def is_rescued(conversation: Conversation, known: MailRecord, place: MailPlace, mailbox: MailboxSettings) -> bool:
    """Whether somebody took the mail out of the Junk folder elsewhere: then it is no spam here either."""
    if conversation.status is not Status.SPAM or known.direction is not Direction.IN:
        return False
    return lies_in_junk(known, mailbox.folders) and place.role is FolderRole.INBOX


def is_message(mail: Mail) -> bool:
    """Whether the mail has words to read, even a program's; an automatic mail without any is a quiet line."""
    if mail.is_bounce or mail.is_feedback_report or mail.nature not in (Nature.MESSAGE, Nature.NEWSLETTER):
        return False
    is_whole = "headers_only" not in mail.defects
    return not (mail.is_auto_reply and is_whole) or bool((mail.visible_text or mail.text).strip() or mail.attachments)


def is_ours(mail: Mail, own: Collection[str]) -> bool:
    """Whether a mail is from us to somebody, as far as it says so itself: no form that asks us to answer a visitor."""
    if not is_in_our_name(mail, own) or any(not is_one_of(own, one.address) for one in mail.reply_to if one.address):
        return False
    if mail.is_auto_reply or mail.is_marked_spam or not is_message(mail):
        return False
    is_forged = any("fail" in (one.dmarc, one.spf, one.dkim) for one in mail.authentication)
    return not is_forged and any(one.address and not is_one_of(own, one.address) for one in (*mail.to, *mail.cc))


def needs_nobody(mail: Mail) -> bool:
    """Whether a mail that opens a conversation is no work to do: receipts, absence notes, reports, newsletters."""
    return not is_message(mail) or mail.nature is Nature.NEWSLETTER


def proves_failure(bounce: Bounce, bounced: MailRecord | None, signer: Signer, blind: str = "") -> bool:
    """Whether a bounce counts against a mail of ours: it names one that left, and whom it went to or our signature.

    Anybody can write a bounce. Who knows an id that we signed has seen the mail; an address that it was forwarded to
    is none of ours to know. Once a mail has come back, the next bounce of it counts only for somebody else whom it was
    to. That a blind copy did not arrive says nothing of whom it was to.
    """
    if not bounce.permanent or bounced is None or bounced.direction is not Direction.OUT:
        return False
    named = {normal(one) for one in bounce.named}
    written_to = {normal(one.address) for one in (*bounced.to, *bounced.cc, *bounced.bcc)}
    if bounced.state is OutState.BOUNCED:
        # Where nobody is noted it came back from all.
        return bool(bounced.failed) and bool(named & written_to - {normal(one) for one in bounced.failed})
    is_blind = bool(named) and bool(blind) and named <= {normal(blind)} - written_to
    if bounced.state not in CAN_COME_BACK or is_blind:
        return False
    if signer.conversation_of(bounced.message_id) is not None:
        return True
    return not named or bool(named & (written_to | {normal(one) for one in bounced.recipients}))
