"""Who gets the answers goes back as a deleted command had found it: that is said, and never taken for anybody's word.

Deletions are never encrypted: whoever runs the homeserver can write one in anybody's name. Where the room is encrypted,
one that gives somebody mail again counts as a change by nobody, so that everybody is asked before the next answer.
"""

from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from bot.domain.addresses import normal
from bot.domain.conversation import Conversation, EventKind, MailRecord
from bot.domain.effects import Say
from bot.domain.ids import UserId
from bot.domain.mail import Address
from bot.domain.participants import is_by_participant
from bot.domain.rules.copying import next_answer
from bot.domain.rules.draft import recipients
from bot.domain.sentences import sentence
from bot.domain.wishes import NOBODY, Wishes
from bot.domain.work import Work


def wishes_back(
    back: Conversation, before: Wishes, work: Work | None, *, actor: UserId, is_encrypted: bool, now: datetime
) -> tuple[Conversation, Say | None]:
    """The conversation with the wishes of before, and what is said of it.

    Args:
        back: the conversation with whatever else goes back.
        work: the conversation as it is, with what an answer in it looks at.
    """
    if work is None:
        return replace(back, wishes=before.said(back.wishes, NOBODY if is_encrypted else actor, now)), None
    then = _as_then(work, replace(back, wishes=before))
    is_unproven = is_encrypted and (_may_reach_more(back.wishes, before) or bool(_everybody(then) - _everybody(work)))
    after = replace(back, wishes=before.said(back.wishes, NOBODY if is_unproven else actor, now))
    told = (sentence("copies.undone"), *next_answer(then))
    told = (*told, sentence("copies.undone_unproven")) if is_unproven else told
    return after, Say(back.room, told, EventKind.NOTICE, back.id)


def _may_reach_more(now: Wishes, then: Wishes) -> bool:
    """Whether somebody may get a later answer by the wishes of then, whoever the newest mail names."""
    if (now.author_alone and not then.author_alone) or _key(now.customer) != _key(then.customer):
        return True
    return bool({*now.without} - {*then.without} or _copied(then) - _copied(now))


def _key(one: Address | None) -> str | None:
    return None if one is None else normal(one.address)


def _copied(wishes: Wishes) -> set[str]:
    return {normal(one.address) for one in (*wishes.cc, *wishes.bcc)}


def _everybody(work: Work) -> set[str]:
    return {normal(one.address) for one in recipients(work).everybody}


def _as_then(work: Work, back: Conversation) -> Work:
    """An answer as it would be: whoever takes part no more is not answered."""
    known, own = frozenset(back.participants), work.own_addresses
    came: list[MailRecord] = [r for r in (*work.incoming, work.last_of_participants, work.newest_in) if r is not None]
    theirs = [r for r in came if not r.is_automatic and is_by_participant(r, known, own)]
    last = max(theirs, key=attrgetter("order"), default=work.last_of_participants)
    return replace(work, conversation=back, last_of_participants=last)
