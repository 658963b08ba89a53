"""What waits to leave to somebody whom the team wants to write to no more: in a spam conversation or a deleted one,
or blocked since."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.domain.blocking import Blocked, blocks
from bot.domain.conversation import Conversation, MailRecord, OutState, Status
from bot.domain.decision import NOTHING, Decision, SaveConversation
from bot.domain.rules.scheduling import called_back
from bot.domain.rules.taking_back import waits
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Outgoing


def why_unwanted(conversation: Conversation, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    """Why the mail stays here as its time or a word for it comes; a person decides. Else None.

    `blocked` is what its mailbox blocks: of those blocked before it was written its writer knew.
    """
    return _unwanted(conversation, record, [one for one in blocked if one.at > record.date])


def held_as_spam(work: Outgoing, conversation: Conversation) -> Decision:
    """Answers whose undo window is open as the conversation becomes spam leave by somebody's word alone.

    Saving the conversation is left to whoever makes it that.
    """
    return _held(work, conversation, ())


def held_as_blocked(work: Outgoing, blocked: Collection[Blocked], now: datetime) -> Decision:
    """The same of those to somebody who is being blocked, in a conversation that is saved."""
    ours = [one for one in blocked if one.mailbox == work.mailbox.id]
    held = _held(work, work.conversation, ours)
    if held == NOTHING:
        return NOTHING
    return Decision((SaveConversation(replace(work.conversation, changed_at=now)),)) + held


def _held(work: Outgoing, conversation: Conversation, blocked: Collection[Blocked]) -> Decision:
    decision = NOTHING
    for record in work.outgoing:
        why = _unwanted(conversation, record, blocked)
        is_new = record.state is OutState.QUEUED and record.state_before is None and record.author is not None
        if why is None or not is_new or record.is_scheduled or record.row in work.under_way or not waits(work, record):
            continue
        decision += called_back(conversation, record, why)
    return decision


def _unwanted(conversation: Conversation, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    if conversation.status is Status.SPAM:
        return sentence("scheduled.held_spam")
    if conversation.status is Status.DELETED:
        # `!delete` is refused while an answer waits: the database was put back, or the two came at the same moment.
        return sentence("scheduled.held_deleted")
    people = (*record.to, *record.cc, *record.bcc)
    found = [one.address for one in people if any(blocks(each, one.address) for each in blocked)]
    return sentence("scheduled.held_blocked", addresses=", ".join(found)) if found else None
