"""`original`: a mail as it came, as a file."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.needs import MailAt, Needs, NewestOf
from bot.domain.page import File, Page
from bot.domain.rules.missing import where_it_lies
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence


def _needs(asked: Asked) -> Needs:
    meant = asked.target.mail if asked.target is not None else None
    return [*([MailAt(meant)] if meant is not None else []), *(NewestOf(one.id) for one in asked.about)]


def _original(asked: Asked) -> Answer:
    """The mail of the message that is replied to, else the newest mail."""
    (one,) = asked.about
    meant = asked.target.mail if asked.target is not None else None
    record = asked.facts[MailAt(meant)] if meant is not None else None
    record = record or asked.facts[NewestOf(one.id)]
    if record is None:
        return sentence("missing.no_mail")
    if not record.raw:
        return tell(asked, sentence("missing.original"), where_it_lies(record))
    name = f"{record.conversation}-{record.date:%Y%m%d-%H%M}.eml"
    file = File(record.raw, name, "message/rfc822", 0, record.row, record.message_id)
    return Page(None, (file,), conversation=one.id)


ORIGINAL = Command(
    "original", "find", _original, _needs, only_reads=True, right=Right.READ, looks_back=True, is_of_mail=True
)
