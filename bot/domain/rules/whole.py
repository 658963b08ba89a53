"""Whether a mail that is passed on is still here as it came: what is left of it would pass for all of it."""

from bot.domain.conversation import MailRecord
from bot.domain.rules.recording import KEPT_TEXT
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work


def not_whole(mail: MailRecord) -> Sentence | None:
    """Why a mail cannot be passed on whole; None where it can."""
    if lacks(mail):
        return sentence("forward.forgotten")
    return sentence("forward.too_long") if is_cut(mail) else None


def lacks(mail: MailRecord) -> bool:
    """Whether words or files of it went when their time had come."""
    files = (*(one.sha256 for one in mail.attachments), *(one.blob for one in mail.files))
    return mail.is_forgotten and not (mail.text.strip() and all(files))


def is_cut(mail: MailRecord) -> bool:
    """Whether its words are more than what is kept of them."""
    return len(mail.text) >= KEPT_TEXT


def passes_on(record: MailRecord) -> bool:
    """Whether the mail (outgoing) was written to pass others on, not to answer them."""
    return not record.in_reply_to and bool(record.quotes)


def has_lost_it(work: Work, record: MailRecord) -> bool:
    """Whether what the mail was written to pass on went while it waited: it was purged, erased, or its time came."""
    if not passes_on(record):
        return False
    here = {one.row: one for one in work.quoted}
    return any(row not in here or lacks(here[row]) for row in record.quotes)
