"""Whether the same words of a person leave twice: by a message in the thread, and by an answer by mail."""

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.domain.conversation import MailRecord, OutState
from bot.domain.ids import UserId
from bot.domain.words import letters_of


def has_left_since(
    mails: Iterable[MailRecord], person: UserId, words: str, since: datetime, *, has_signs: bool = False
) -> bool:
    """Whether a mail of the person with these words has left since then, or is to leave.

    Args:
        has_signs: pictures (emoji) count as letters. Words without any letter are those of no mail.
    """
    letters = letters_of(words, has_signs=has_signs)
    same = _same(mails, person, letters, has_signs=has_signs)
    return bool(letters) and any(one.date >= since for one in same if one.state is not OutState.CANCELLED)


def is_repeated(
    mails: Iterable[MailRecord],
    person: UserId,
    words: str,
    since: datetime,
    *,
    was_mailed: bool,
    files: Collection[str] = (),
) -> bool:
    """Whether the words of an answer by mail have left already.

    Args:
        since: the time of the notification that they answer. From the room they may have left since, too: as the words
            of an answer that was asked about.
        was_mailed: they came by mail before; not, where none of the mails that had them has left.
        files: digests of those that came with them. A mail without one of these was another: it was forgotten there.
    """
    every = [one for one in mails if {each.blob for each in one.files}.issuperset(files)]
    same = _same(every, person, letters_of(words))
    was_taken_back = bool(same) and all(one.state is OutState.CANCELLED for one in same)
    return has_left_since(every, person, words, since) or (was_mailed and not was_taken_back)


def _same(mails: Iterable[MailRecord], person: UserId, letters: str, *, has_signs: bool = False) -> list[MailRecord]:
    return [one for one in mails if one.author == person and letters_of(one.text, has_signs=has_signs) == letters]
