"""The subject of a conversation: that of its mail, or the one that the team gave it."""

import re
from dataclasses import replace
from typing import Final

from bot.domain.conversation import Conversation, MailRecord
from bot.domain.patterns import pattern

MOST_LETTERS: Final = 200
_BLANKS: Final = re.compile(r"\s+")
_MARK: Final = r"(?:re|aw|antw|sv|vs|tr|fw|fwd|wg|rif|ref|réf|res|rv|enc|odp|ynt|auto|回复|转发)"
_MARKS: Final = re.compile(rf"^(?:{_MARK}(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)

_FORWARDED: Final = pattern(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|doorst|vb|vl|i|inoltro|pd|továbbítás|ilt|转发|轉寄|轉發|edst|пересл|転送|전달|הועבר)"
    r"\s*(?:\[\d+\])?\s*[:\uff1a]",
    re.IGNORECASE,
)


def is_mark(word: str) -> bool:
    """Whether a word before a colon is a reply or forward mark."""
    return re.fullmatch(_MARK, word, re.IGNORECASE) is not None


def is_passed_on(subject: str) -> bool:
    """Whether the subject says that a mail is passed on to somebody else, in the words of mail clients."""
    return _FORWARDED.match(subject) is not None


def subject_of_forward(subject: str) -> str:
    """The subject under which a mail is passed on."""
    return subject if is_passed_on(subject) else f"Fwd: {subject}".strip()


def subject_by_itself(subject: str) -> str:
    """The subject of an automatic answer (RFC 3834 3.1.5)."""
    return f"Auto: {_BLANKS.sub(' ', subject)}".strip()


def bare_subject(subject: str) -> str:
    """The subject without reply and forward marks, for telling whether it changed."""
    return _MARKS.sub("", _BLANKS.sub(" ", subject).strip()).casefold()


def is_other(subject: str, conversation: Conversation) -> bool:
    """Whether a mail's subject is a new one: neither the conversation's, nor the one that its mails had before."""
    known = (conversation.subject, conversation.mailed_subject)
    return bare_subject(subject) not in {bare_subject(one) for one in known if one is not None}


def subject_of_mails(conversation: Conversation) -> str:
    """The subject of the first mail, whatever the team calls the conversation."""
    return conversation.subject if conversation.mailed_subject is None else conversation.mailed_subject


def with_subject(conversation: Conversation, subject: str) -> Conversation:
    """The conversation under that subject; under the one of its mail it is as if nobody had given it another."""
    mailed = subject_of_mails(conversation)
    if subject == mailed:
        return replace(conversation, subject=mailed, mailed_subject=None)
    return replace(conversation, subject=subject, mailed_subject=mailed)


def subject_of_answer(conversation: Conversation, answered: MailRecord | None) -> str:
    """The subject of an answer, without its `Re:`: the team's, else that of the mail that is answered.

    Programs that show mail as threads follow In-Reply-To and References (RFC 5322 3.6.4), which no subject touches;
    some, like Gmail, begin another thread where the words differ.
    """
    if conversation.mailed_subject is not None:
        return conversation.subject
    return (answered.subject if answered is not None else "") or conversation.subject
