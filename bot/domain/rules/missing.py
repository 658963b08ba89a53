"""Parts of a mail that the room does not get: named, with size, and where they can be read."""

from bot.domain.calls import SendEvent
from bot.domain.conversation import EventKind, MailRecord
from bot.domain.effects import Say
from bot.domain.inputs import mail as reasons
from bot.domain.inputs.mail import MailArrived, MailUnreadable
from bot.domain.outcomes import BYTES_GONE, TOO_LARGE, Refused
from bot.domain.planned import PlannedCall
from bot.domain.rules.not_given import not_given_note
from bot.domain.sentences import Sentence, sentence


def where_it_lies(record: MailRecord | None) -> Sentence:
    """The sentence that says where a mail can be read that the room cannot show."""
    if record is None or not record.folder:
        return sentence("missing.in_mailbox")
    return sentence("missing.in_folder", folder=record.folder, date=record.date, subject=record.subject)


def unread_note(input: MailArrived | MailUnreadable) -> Sentence | None:
    """The note on a mail that is not read whole here: why, its size, where it lies; else None."""
    if not isinstance(input, MailUnreadable):
        return None
    folder, uid = input.place.folder, input.place.uid
    match input.reason:
        case reasons.NOT_GIVEN:
            return not_given_note(input)
        case reasons.TOO_BIG:
            return _too_big(input.size, folder)
        case cause:
            return sentence("mail.unreadable", cause=cause, bytes=input.size, uid=uid, folder=folder)


def unread_in_notice(record: MailRecord) -> Sentence | None:
    """The same in a notification, which has no file of it; None also where it has no words, which is said by itself."""
    match record.unread:
        case "" | reasons.NOT_GIVEN:
            return None
        case reasons.TOO_BIG:
            return _too_big(record.unread_bytes, record.folder)
        case cause:
            return sentence("notice.unreadable", cause=cause)


def sender_doubted(record: MailRecord) -> Sentence | None:
    """What its server thinks of who sent it, where it thought better of the first mail of the conversation."""
    return None if record.doubt is None else sentence(f"mail.sender_{record.doubt}")


def _too_big(size: int, folder: str) -> Sentence:
    return sentence("mail.too_big", bytes=size, folder=folder)


def not_shown(call: SendEvent, planned: PlannedCall, record: MailRecord | None, refused: Refused) -> Say | None:
    """The sentence in place of an event that the room did not take; None if nobody misses it."""
    match planned.event_kind:
        case EventKind.ATTACHMENT:
            told: tuple[Sentence, ...] = (_file(call, refused), where_it_lies(record))
        case EventKind.MAIL:
            told = (sentence("mail.not_shown", code=refused.code),)
        case EventKind.ANSWER:
            told = (sentence("missing.answer", code=refused.code),)
        case _:
            return None
    # What a person asked for is answered where they asked.
    kind = EventKind.NOTICE if call.reply_to is None else EventKind.RECEIPT
    in_thread = call.thread_of is not None
    return Say(
        call.room, told, kind, planned.conversation, in_thread=in_thread, reply_to=call.reply_to, mail=planned.mail
    )


def _file(call: SendEvent, refused: Refused) -> Sentence:
    upload = call.uploads[0] if call.uploads else None
    name = upload.filename if upload is not None else "?"
    if refused.code == BYTES_GONE:
        return sentence("missing.file_gone", filename=name)
    if refused.code != TOO_LARGE:
        return sentence("missing.file", filename=name, code=refused.code)
    size, _, limit = refused.text.partition(" ")
    if int(limit):
        return sentence("missing.file_too_large", filename=name, bytes=int(size), limit_bytes=int(limit))
    return sentence("missing.file_too_large_here", filename=name, bytes=int(size))
