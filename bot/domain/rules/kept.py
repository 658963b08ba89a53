"""A mail that is posted from what was kept of it: its new words and its files."""

from bot.domain.conversation import MailRecord
from bot.domain.mail import Mail


def as_kept(record: MailRecord) -> Mail:
    """The mail as far as it was kept; `!original` has the rest."""
    return Mail(
        message_id=record.message_id,
        in_reply_to=record.in_reply_to,
        references=record.references,
        from_=record.from_,
        reply_to=record.reply_to,
        to=record.to,
        cc=record.cc,
        subject=record.subject,
        date=record.date,
        text=record.text,
        visible_text=record.text,
        attachments=record.attachments,
    )
