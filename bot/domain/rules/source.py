"""A mail that waits and passes another one on: what became meanwhile of the conversation that this one is from."""

from collections.abc import Collection

from bot.domain.blocking import Blocked, blocks
from bot.domain.conversation import THROWN_AWAY, Direction, MailRecord
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Source, Work


def why_of_source(work: Work, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    """Why it stays here where the team wants nothing more of that conversation: spam, deleted, or its writer blocked
    since by the mailbox. Else None.
    """
    since = [each for each in blocked if each.at > record.date]
    for one in _of(work, record):
        last = one.where[-1].conversation
        if is_by_blocked(one.mail, since) or last.status in THROWN_AWAY:
            return unwanted_source(one.mail)
    return None


def unwanted_source(mail: MailRecord) -> Sentence:
    """Why what passes this mail on stays here."""
    return sentence("scheduled.held_source", number=int(mail.conversation))


def is_by_blocked(mail: MailRecord, blocked: Collection[Blocked]) -> bool:
    """Whether somebody who is blocked wrote it."""
    writers = [one.address for one in (*mail.from_, *mail.reply_to, *mail.original_from)]
    return any(blocks(each, address) for each in blocked for address in writers)


def newer_at_source(work: Work, record: MailRecord, key: str) -> Sentence | None:
    """That somebody wrote there since, in the words of this sentence. Else None."""
    for one in _of(work, record):
        shown = [each for place in one.where for each in place.shown]
        came = [at for mail, at in shown if mail.direction is Direction.IN and mail.row != one.mail.row]
        if any(at > record.date for at in came):
            return sentence(key, number=int(one.mail.conversation))
    return None


def _of(work: Work, record: MailRecord) -> tuple[Source, ...]:
    return tuple(one for one in work.sources if one.mail.row in record.quotes)
