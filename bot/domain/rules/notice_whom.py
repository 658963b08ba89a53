"""To whom an answer to a notification goes: what it says of that, and whether that is so when it is answered."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.ids import UserId
from bot.domain.mail import Address
from bot.domain.participants import Addressed, addressed
from bot.domain.rules.draft import newcomers_to_choose, recipients
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import Signer
from bot.domain.wishes import NO_WISHES
from bot.domain.work import Work


def whom_named(work: Work) -> Addressed | None:
    """Who gets an answer that leaves now, as with `!reply`; None: nobody can be named, its writer is asked."""
    whom = recipients(work)
    return None if newcomers_to_choose(work) or not whom.to else whom


def named_in_notice(work: Work, waits: str | None) -> tuple[Sentence, ...]:
    """All of them: whoever answers by mail sees them nowhere else. Where an answer waits, that before (`waits`)."""
    whom = whom_named(work)
    above = (sentence(waits),) if waits is not None else ()
    if whom is not None:
        return (*above, *_named(whom, "notice.goes_to" if waits is None else "notice.reply_goes_to"))
    return (*above, sentence("copies.asked_first" if newcomers_to_choose(work) else "copies.nobody"))


def ever_named(one: Conversation, mailbox: MailboxSettings, records: Sequence[MailRecord]) -> tuple[Sentence, ...]:
    """What notifications about the conversation may have said of it after each of these mails."""
    known, own = frozenset(one.participants), mailbox.own_addresses
    found = dict[Sentence, None]()
    for record in (one for one in records if one.direction is Direction.IN):
        for wishes in (one.wishes, NO_WISHES):
            whom = addressed(
                None,
                last=record,
                newest=record,
                ours=None,
                correspondent=one.correspondent,
                known=known,
                own=own,
                wishes=wishes,
            )
            found |= dict.fromkeys((*_named(whom, "notice.goes_to"), *_named(whom, "notice.reply_goes_to")))
    return (*found, sentence("copies.asked_first"), sentence("copies.nobody"))


def mark_of(whom: Addressed | None, signer: Signer) -> bytes:
    """By which it is known later whom the notification named."""
    return b"" if whom is None else signer.whom(*_groups(whom))


def is_named(work: Work, whom: Addressed, person: UserId, signer: Signer) -> bool:
    """Whether the person, who answers a notification, was told by it of all who get the answer, or has changed that
    themselves since, which is answered with their names. The correspondent alone needs no naming."""
    people = {normal(one.address) for one in whom.everybody}
    told_at, wishes = work.told_at, work.conversation.wishes
    if told_at is None or people <= {normal(work.conversation.correspondent.address)}:
        return True
    came_at = work.newest_in_posted or told_at
    is_own_word = wishes.by == person and wishes.at is not None and wishes.at > max(told_at, came_at)
    return is_own_word or signer.is_whom(work.told_whom, *_groups(whom))


def named_at(work: Work, whom: Addressed, signer: Signer) -> datetime | None:
    """When the notification that is answered named just these people. It names no sender that members chose."""
    is_told = not work.conversation.wishes.sender and signer.is_whom(work.told_whom, *_groups(whom))
    return work.told_at if is_told else None


def _groups(whom: Addressed) -> tuple[frozenset[str], frozenset[str]]:
    openly = frozenset(normal(one.address) for one in (*whom.to, *whom.cc))
    return openly, frozenset(normal(one.address) for one in whom.bcc)


def _named(whom: Addressed, goes_to: str) -> tuple[Sentence, ...]:
    parts = ((goes_to, "to", whom.to), ("copies.cc", "cc", whom.cc), ("copies.bcc", "bcc", whom.bcc))
    return tuple(sentence(key, **{name: _listed(people)}) for key, name, people in parts if people)


def _listed(people: Sequence[Address]) -> str:
    return ", ".join(one.address for one in people)
