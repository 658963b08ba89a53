"""When two mails are one: the same mail comes by address and by alias, again from a folder that was numbered anew, and
our own come back. What servers on the way add (trace headers, a list's footer) does not make it another.
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.addresses import is_one_of, normal
from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole
from bot.domain.mail import Mail

_MOST_TEXT = 200_000
"""Characters of a body that are compared."""
_MOST_FOOTER = 2_000
_FOOTER = re.compile(r"^(?:_{20,} ?\r?$|-- ?\r?\nYou received this message because you are subscribed )", re.MULTILINE)
"""The beginning of a list's own words under a mail (Mailman, Google Groups)."""


@dataclass(frozen=True, slots=True)
class Twin:
    """The conversation of the same mail to another mailbox."""

    conversation: Conversation
    came_to: MailboxId
    """The mailbox to which that mail came; by a rule the conversation may be with another one."""


def of_words(text: str) -> str:
    """The fingerprint of our own words: lines and punctuation may change on the way, words do not."""
    return _digest(_words(text))


def of_mail(mail: Mail) -> str:
    """The fingerprint that parts two mails of one Message-ID: Date, From, Subject, body and files (DESIGN 6)."""
    writer = next(iter((*mail.original_from, *mail.from_)), None)
    return _digest(
        json.dumps(
            [
                mail.date.isoformat() if mail.date else "",
                normal(writer.address) if writer else "",
                " ".join(mail.subject.split()),
                _words(mail.text),
                sorted(file.sha256 for file in mail.attachments),
            ]
        )
    )


def id_to_find(mail: Mail) -> str:
    """The id under which a mail is found: its Message-ID; where it has none, its fingerprint."""
    return mail.message_id or f"none:{of_mail(mail)}"


def known_copy(
    mail: Mail, role: FolderRole, *, same_raw: MailRecord | None, same_id: Sequence[MailRecord], own: Collection[str]
) -> MailRecord | None:
    """The mail that this one is only a copy of; None where it is a mail of its own, whatever id it carries.

    Args:
        mail: as it was read.
        role: of the folder in which it was seen.
        same_raw: the mail with the very same bytes.
        same_id: mails with the same Message-ID (`id_to_find`).
        own: our addresses.
    """
    if same_raw is not None:
        return same_raw
    if not mail.message_id and mail.date is None:
        # Of a mail that could not be read nothing may be known; and a machine may say the same words each day.
        return None
    return next((record for record in same_id if _is_copy(mail, role, record, own)), None)


def _is_copy(mail: Mail, role: FolderRole, record: MailRecord, own: Collection[str]) -> bool:
    if record.direction is Direction.OUT and (record.author is not None or record.is_auto_answer):
        # A copy of ours has our From and our words. Into Sent nobody but us puts anything; some servers rewrite there.
        is_ours = bool(mail.from_) and is_one_of(own, mail.from_[0].address) and not mail.is_bounce
        has_our_words = not record.sameness or of_words(mail.text) == record.sameness
        is_copy = is_ours and (has_our_words or role is FolderRole.SENT)
        if is_copy or record.author is not None:
            return is_copy
    if record.sameness:
        return of_mail(mail) == record.sameness
    # Kept by an older version.
    before = [normal(one.address) for one in record.from_[:1]]
    is_alike = before == [normal(one.address) for one in mail.from_[:1]] and record.subject == mail.subject
    have_words_gone = record.is_forgotten and not record.text
    return is_alike and (have_words_gone or of_words(mail.visible_text or mail.text) == of_words(record.text))


def _words(text: str) -> str:
    text = text[:_MOST_TEXT]
    footers = list(_FOOTER.finditer(text))
    if footers and len(text) - footers[-1].start() <= _MOST_FOOTER:
        text = text[: footers[-1].start()]
    return "".join(c for c in text.casefold() if c.isalnum()) or "".join(text.split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
