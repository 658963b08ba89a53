"""Reads what the team knows of a conversation's words, so that what a mail quotes of them is nothing new."""

from typing import Final

from bot.domain.conversation import Conversation
from bot.domain.mail import Mail
from bot.domain.rules.folded_words import has_fold
from bot.domain.settings import MailboxSettings
from storage import mails, signatures
from storage.database import Tx

_MOST_MAILS: Final = 30


async def known_words(tx: Tx, mail: Mail, one: Conversation | None, mailbox: MailboxSettings) -> tuple[str, ...]:
    """Of its newest mails, and what stands under ours. Nothing for a mail of which all is shown."""
    if one is None or not has_fold(mail):
        return ()
    newest = tuple(reversed(await mails.recent(tx, one.id, _MOST_MAILS)))
    authors = dict.fromkeys(record.author for record in newest if record.author is not None)
    own = [each.text for who in authors for each in await signatures.of(tx, (one.mailbox, mailbox.id), who)]
    words = (each for record in newest for each in (record.text, record.folded, record.subject) if each)
    return (mailbox.signature, *own, *words)
