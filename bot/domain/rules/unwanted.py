"""What waits to leave to somebody whom the team wants to write to no more: in a spam conversation or a deleted one,
or blocked since."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.blocking import Blocked, blocks
from bot.domain.conversation import Conversation, MailRecord, OutState, Status
from bot.domain.decision import NOTHING, Decision, SaveConversation, together
from bot.domain.ids import ConversationId
from bot.domain.rules.moves import with_status
from bot.domain.rules.scheduling import called_back
from bot.domain.rules.source import is_by_blocked, unwanted_source
from bot.domain.rules.taking_back import waits
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Outgoing, Passing


def why_unwanted(conversation: Conversation, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    """Why the mail stays here as its time or a word for it comes; a person decides. Else None.

    `blocked` is what its mailbox blocks: of those blocked before it was written its writer knew.
    """
    return _unwanted(conversation, record, [one for one in blocked if one.at > record.date])


def held_as_spam(
    before: Collection[tuple[Conversation, Outgoing | None]],
    status: Status,
    passing: Collection[Passing],
    *,
    now: datetime,
) -> Decision:
    """Answers whose undo window is open as their conversation becomes spam leave by somebody's word alone, and so do
    mails that pass it on.

    Saving the conversations is left to whoever makes them that.

    Args:
        before: the conversations as they were, with their outgoing mails where their mailbox is served.
        status: what they become.
    """
    if status is not Status.SPAM:
        return NOTHING
    new = [(one, work) for one, work in before if one.status is not Status.SPAM]
    held = together(_held_in_spam(work, one) for one, work in new if work is not None)
    ids = {one.id for one, _ in new}
    return held + held_with_source(passing, ids, saved={one.id for one, _ in before}, now=now)


def _held_in_spam(work: Outgoing, before: Conversation) -> Decision:
    after = with_status(before, Status.SPAM)
    return _held(work, after, lambda record: _unwanted(after, record, ()))


def held_with_source(
    passing: Collection[Passing],
    unwanted: Collection[ConversationId],
    *,
    saved: Collection[ConversationId],
    now: datetime,
) -> Decision:
    """The same of mails that pass on one of these conversations, which the team wants no more.

    Args:
        saved: conversations that are changed anyway; their own mails are held with them.
    """
    those = {one.record.row: one for one in passing if one.there in unwanted}
    works = _once(one.work for one in those.values() if one.record.conversation not in saved)
    why = {row: unwanted_source(one.mail) for row, one in those.items()}
    return together(_held_and_saved(work, lambda record: why.get(record.row), now) for work in works)


def held_as_blocked(
    leaving: Collection[Outgoing], passing: Collection[Passing], blocked: Collection[Blocked], now: datetime
) -> Decision:
    """The same of mails to somebody who is being blocked, and of those that pass on what they wrote.

    Args:
        leaving: the conversations from which mails leave.
    """

    def held(work: Outgoing) -> Decision:
        ours = [one for one in blocked if one.mailbox == work.mailbox.id]
        theirs = {one.record.row: unwanted_source(one.mail) for one in passing if is_by_blocked(one.mail, ours)}

        def why(record: MailRecord) -> Sentence | None:
            return _unwanted(work.conversation, record, ours) or theirs.get(record.row)

        return _held_and_saved(work, why, now)

    return together(held(work) for work in _once((*leaving, *(one.work for one in passing))))


def _once(works: Iterable[Outgoing]) -> Collection[Outgoing]:
    return {one.conversation.id: one for one in works}.values()


def _held_and_saved(work: Outgoing, why: Callable[[MailRecord], Sentence | None], now: datetime) -> Decision:
    held = _held(work, work.conversation, why)
    if held == NOTHING:
        return NOTHING
    return Decision((SaveConversation(replace(work.conversation, changed_at=now)),)) + held


def _held(work: Outgoing, conversation: Conversation, why: Callable[[MailRecord], Sentence | None]) -> Decision:
    found = [(record, why(record)) for record in work.outgoing if _is_leaving(work, record)]
    return together(called_back(conversation, record, each) for record, each in found if each is not None)


def _is_leaving(work: Outgoing, record: MailRecord) -> bool:
    """Whether it is somebody's mail whose undo window is open."""
    is_new = record.state is OutState.QUEUED and record.state_before is None and record.author is not None
    return is_new and not record.is_scheduled and record.row not in work.under_way and waits(work, record)


def _unwanted(conversation: Conversation, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    if conversation.status is Status.SPAM:
        return sentence("scheduled.held_spam")
    if conversation.status is Status.DELETED:
        # `!delete` is refused while an answer waits: the database was put back, or the two came at the same moment.
        return sentence("scheduled.held_deleted")
    people = (*record.to, *record.cc, *record.bcc)
    found = [one.address for one in people if any(blocks(each, one.address) for each in blocked)]
    return sentence("scheduled.held_blocked", addresses=", ".join(found)) if found else None
