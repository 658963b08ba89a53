"""What the room says above a mail that is unusual, for the notification of it."""

from collections.abc import Iterable, Sequence

from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.mail import Address
from bot.domain.participants import newcomers
from bot.domain.rules.missing import sender_doubted, unread_in_notice
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.subjects import is_other


def unusual(record: MailRecord, one: Conversation, mailbox: MailboxSettings) -> tuple[Sentence, ...]:
    """Who has never been in the conversation, a subject that is not its own, a doubt about who sent it, and that there
    is nothing, or not all of it, to read."""
    if record.direction is Direction.OUT:
        return ()
    people = () if record.is_automatic else newcomers(record, one.participants, mailbox.own_addresses)
    # A bounce writes a subject of its own.
    subject = (_new_subject(record),) if is_other(record.subject, one) and not record.detail else ()
    is_empty = not (record.text.strip() or record.attachments or record.detail)
    nothing = (sentence("notice.no_words"),) if is_empty else ()
    return (*((_newcomers(people),) if people else ()), *subject, *_of_itself(record), *nothing)


def ever_unusual(records: Iterable[MailRecord]) -> tuple[Sentence, ...]:
    """All that may have been said so: whoever is answered is no newcomer any more, and subjects change."""
    came = [record for record in records if record.direction is Direction.IN]
    others = [record for record in came if not record.detail]
    every = (
        *map(_new_subject, others),
        *(each for one in came for each in _of_itself(one)),
        *(_newcomers(each) for one in others for each in (one.from_, one.reply_to) if each),
    )
    return (*dict.fromkeys(every), sentence("notice.no_words"))


def _of_itself(record: MailRecord) -> tuple[Sentence, ...]:
    return tuple(one for one in (sender_doubted(record), unread_in_notice(record)) if one is not None)


def _newcomers(people: Sequence[Address]) -> Sentence:
    return sentence("mail.newcomer", count=len(people), who=", ".join(one.shown for one in people))


def _new_subject(record: MailRecord) -> Sentence:
    return sentence("mail.new_subject", subject=" ".join(record.subject.split()))
