"""Four eyes: where the mailbox asks for it, a mail leaves once a member other than its writer has approved it."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.blocking import Blocked
from bot.domain.command import Answer, Asked
from bot.domain.conversation import Direction, MailRecord, OutState, StoredReaction
from bot.domain.decision import AddReaction, Decision, SaveConversation, UpdateMail
from bot.domain.happening import Happening, What
from bot.domain.ids import EventId
from bot.domain.rules.bad_addresses import warned_of
from bot.domain.rules.draft import GONE
from bot.domain.rules.goes_to import listed
from bot.domain.rules.overtaken import is_unseen_onward
from bot.domain.rules.resend import mail_of
from bot.domain.rules.scheduling import answered_since, kept_here, let_go
from bot.domain.rules.source import newer_at_source
from bot.domain.rules.staying import why_it_cannot_leave
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Meaning
from bot.domain.wishes import NOBODY
from bot.domain.work import Outgoing, Work


def unapproved_in(asked: Asked, work: Outgoing) -> MailRecord | None:
    """The mail that a person approves: the one that they point at, else the last that somebody else wrote."""
    waiting = [one for one in work.outgoing if one.state is OutState.UNAPPROVED]
    pointed = mail_of(work, asked.target)
    if asked.is_by_hand or pointed in waiting:
        return pointed if pointed in waiting else None
    of_others = [one for one in waiting if one.author != asked.person]
    return next(reversed(of_others or waiting), None)


def approve(asked: Asked, work: Work, blocked: Collection[Blocked]) -> Answer:
    """The mail leaves, after its undo window or at its time; or why not. `blocked` is what the mailbox blocks."""
    record = unapproved_in(asked, work)
    if record is None:
        return sentence("error.approve_nothing")
    wrong = _cannot(asked, work, record)
    if wrong is not None:
        return wrong
    after = replace(record, state=OutState.QUEUED, approved_by=asked.person, heard=work.conversation.heard)
    happened = Happening(What.APPROVED, work.conversation, asked.person, asked.now, record.author or "")
    # Deleting the command takes the approval away, as taking 👍 away does; the latter is kept by its own story.
    kept = () if asked.is_by_hand or record.source is None else (AddReaction(_in_words(asked, record, record.source)),)
    is_later = record.leaves_at is not None and record.leaves_at > asked.now
    stays = None if is_later else why_it_cannot_leave(work, after, blocked)
    if stays is not None:
        return kept_here(work.conversation, after, stays, asked.now) + Decision(kept, happened=(happened,))
    why = _since(work, record)
    if why:
        return _asked_once(asked, work, record, why)
    return let_go(work, after, asked.now) + Decision(kept, happened=(happened,))


def _since(work: Work, record: MailRecord) -> tuple[Sentence, ...]:
    """What happened since it was written that whoever approves it may not know."""
    answered = (sentence("approve.answered"),) if answered_since(work, record) else ()
    if any(_is_twin(one, record) for one in work.outgoing):
        answered = (*answered, sentence("approve.twin"))
    newer = newer_at_source(work, record, "approve.source_newer")
    answered = answered if newer is None else (*answered, newer)
    wishes = work.conversation.wishes
    if wishes.at is None or wishes.at <= record.date:
        return answered
    to, sender = listed((*record.to, *record.cc, *record.bcc)), listed(record.from_)
    if wishes.by == NOBODY:
        return (*answered, sentence("approve.whom_changed_back", to=to, sender=sender))
    return (*answered, sentence("approve.whom_changed", who=wishes.by or "", to=to, sender=sender))


def _is_twin(other: MailRecord, record: MailRecord) -> bool:
    """Whether its writer's same words to the same people were let go since it was written."""
    is_let_go = other.state not in GONE and not other.waits_for_word and other.date > record.date
    same = (other.author, other.text, other.to, other.cc, other.bcc)
    return is_let_go and same == (record.author, record.text, record.to, record.cc, record.bcc)


def _asked_once(asked: Asked, work: Work, record: MailRecord, why: tuple[Sentence, ...]) -> Decision:
    """The next approval is given by whoever knows why this one was not taken."""
    one, waits = replace(work.conversation, changed_at=asked.now), replace(record, date=asked.now)
    warned = warned_of(work, (*record.to, *record.cc, *record.bcc))
    told = (*why, *((warned,) if warned is not None else ()))
    return Decision((SaveConversation(one), UpdateMail(waits))) + tell(asked, *told)


def _in_words(asked: Asked, record: MailRecord, source: EventId) -> StoredReaction:
    return StoredReaction(
        asked.event,
        asked.room,
        record.conversation,
        source,
        asked.person,
        Meaning.APPROVE.value,
        asked.about[0].status,
        asked.said_at,
    )


def _cannot(asked: Asked, work: Work, record: MailRecord) -> Sentence | None:
    # Where the house asks for it no more, what still waits is anybody's to let go.
    if record.author == asked.person and work.mailbox.approval:
        return sentence("error.approve_own")
    if asked.said_at < record.date:
        return sentence("error.approve_changed")
    newest, posted = work.newest_in, work.newest_in_posted
    is_newer = newest is not None and newest.direction is Direction.IN and work.conversation.heard > record.heard
    if is_newer and (work.seen_at is None or posted is None or posted > work.seen_at):
        return sentence("error.approve_newer")
    one = work.conversation
    if one.goes_on_as is not None and is_unseen_onward(work, record):
        return sentence("error.approve_onward", number=one.id, other=one.goes_on_as)
    return None
