"""`@fwd`: a member passes on a mail that somebody wrote to them; its writer is the correspondent, not the member."""

from dataclasses import replace

from bot.domain.addresses import is_one_of, normal
from bot.domain.authenticity import verdict_of
from bot.domain.conversation import Verdict
from bot.domain.ids import UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.mail import Address, Mail, Nature, PassedOn
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings

_MOST_WORDS = 300
"""Characters of the member's own words that are told beside it."""


def owner_passing_on(mail: Mail, instance: Instance) -> UserId | None:
    """The person who may pass the mail on from an own address (`!email`), as long as they are in the mailbox's room."""
    is_one = mail.passed_on is not None and _is_by_one(mail)
    return instance.owner_of(mail.from_[0].address) if is_one else None


def as_written(
    input: MailArrived | MailUnreadable, mailbox: MailboxSettings, *, is_by_member: bool
) -> MailArrived | MailUnreadable:
    """The mail as if its first writer had sent it here, where a member passes it on; any other mail as it is.

    Nothing that the forwarding mail says of itself holds for it: no proof of the sender, no mails that it answers.

    Args:
        is_by_member: its `owner_passing_on` is in the mailbox's room.
    """
    passed = _passed(input, mailbox, is_by_member)
    if passed is None or not isinstance(input, MailArrived):
        return input
    mail = replace(
        input.mail,
        from_=(passed.from_,),
        original_from=(),
        reply_to=(),
        to=(Address("", mailbox.address),),
        cc=(),
        in_reply_to=(),
        references=(),
        subject=passed.subject or input.mail.subject,
        text=passed.text,
        html="",
        visible_text=passed.text,
        chat_html="",
        authentication=(),
        fields=(),
        passed_on=None,
    )
    return replace(input, mail=mail)


def passed_note(
    input: MailArrived | MailUnreadable, mailbox: MailboxSettings, *, is_by_member: bool
) -> Sentence | None:
    """What is told before the words: who passed the mail on, or why it was not taken as passed on."""
    passed = input.mail.passed_on
    if passed is None or not _is_forwarder(input.mail, mailbox, is_by_member):
        return None
    who = input.mail.from_[0].address
    if _passed(input, mailbox, is_by_member) is None:
        return sentence("passed_on.nobody" if _is_proven(input.mail, mailbox) else "passed_on.unproven", address=who)
    words = " ".join(passed.beside.split())[:_MOST_WORDS]
    checked = "passed_on.by" if mailbox.trusted_authserv else "passed_on.by_unchecked"
    return sentence(f"{checked}_with" if words else checked, address=who, words=words)


def _passed(input: MailArrived | MailUnreadable, mailbox: MailboxSettings, is_by_member: bool) -> PassedOn | None:
    """The mail under `@fwd`, where a member passes it on and its writer is somebody else."""
    mail = input.mail
    passed = mail.passed_on
    if passed is None or not isinstance(input, MailArrived) or input.place.role is not FolderRole.INBOX:
        return None
    if mail.is_marked_spam or mail.is_bounce or mail.is_auto_reply or mail.nature is not Nature.MESSAGE:
        return None
    if not _is_forwarder(mail, mailbox, is_by_member) or not _is_proven(mail, mailbox):
        return None
    is_somebody = bool(passed.from_.address) and not is_one_of(mailbox.own_addresses, passed.from_.address)
    return passed if is_somebody and normal(passed.from_.address) != normal(mail.from_[0].address) else None


def _is_forwarder(mail: Mail, mailbox: MailboxSettings, is_by_member: bool) -> bool:
    known = {normal(one) for one in mailbox.forwarders}
    return _is_by_one(mail) and (is_by_member or normal(mail.from_[0].address) in known)


def _is_by_one(mail: Mail) -> bool:
    return len(mail.from_) == 1 and not mail.original_from


def _is_proven(mail: Mail, mailbox: MailboxSettings) -> bool:
    """By the word of the mailbox's own server, where one is named; a sender who fails is nobody's colleague."""
    verdict = verdict_of(mail, mailbox)
    return verdict is Verdict.VERIFIED if mailbox.trusted_authserv else verdict is not Verdict.FAILED
