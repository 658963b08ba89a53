"""A mail that its server names and does not give: people are told what is known of it, and where it lies."""

from bot.domain.conversation import EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.inputs.mail import NOT_GIVEN, MailArrived, MailUnreadable
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import MailSnapshot


def is_not_given(input: MailArrived | MailUnreadable) -> bool:
    """Whether the server names the mail without giving it."""
    return isinstance(input, MailUnreadable) and input.reason == NOT_GIVEN


def not_given_note(input: MailArrived | MailUnreadable) -> Sentence:
    """For its thread: its number in its folder, and its size where the server says it."""
    return _said("mail.not_given", input)


def told_of(snapshot: MailSnapshot, input: MailArrived | MailUnreadable) -> Decision:
    """For those who run the bot: something is wrong with that mailbox on its server."""
    told = _said("admin.mail_not_given", input, mailbox=snapshot.mailbox.address)
    return Decision(
        (), (Say(snapshot.instance.told_in(snapshot.mailbox), (told,), kind=EventKind.NOTICE, in_thread=False),)
    )


def _said(key: str, input: MailArrived | MailUnreadable, **more: str) -> Sentence:
    place = input.place
    if not input.size:
        return sentence(key + "_unsized", uid=place.uid, folder=place.folder, **more)
    return sentence(key, uid=place.uid, folder=place.folder, kb=max(1, round(input.size / 1000)), **more)
